"""A progress bar for what takes more than a few seconds, on standard error, where a person may be watching."""

import contextlib
import sys
import time

AFTER = 3  # seconds
EVERY = 0.05  # seconds
WIDTH = 30  # of the bar, characters


@contextlib.contextmanager
def progress(total, unit="photo"):
    """Yield a function that shows how much is done, from when it has taken a few seconds.

    Parameters
    ----------
    total : int
        How many there are.
    unit : str
        What they are called.

    Yields
    ------
    function of int
        To be told how many are done.
    """
    started, last, width = time.monotonic(), 0.0, 0

    def show(done):
        nonlocal last, width
        now = time.monotonic()
        due = now - started >= AFTER and (now - last >= EVERY or done == total)
        if not due or not (sys.stderr.isatty() or in_notebook()):
            return
        filled, left = int(WIDTH * done / total), (now - started) * (total / done - 1) if done else 0
        text = f"{int(done)}/{total} {unit}s [{'=' * filled:.<{WIDTH}}] {done / total:4.0%}"
        text += f", {left // 60:.0f}:{left % 60:02.0f} left" if 0 < done < total else ""
        print(end=f"\r{text:<{width}}", file=sys.stderr, flush=True)
        last, width = now, len(text)

    try:
        yield show
    finally:
        if width:  # what comes next begins on a line of its own
            print(file=sys.stderr)


def following(items, total, unit="photo"):
    """Yield items, and show how many of a total have been taken."""
    with progress(total, unit) as show:
        for done, item in enumerate(items, 1):
            yield item
            show(done)


def in_notebook():
    """Return whether what is written to standard error is shown by Jupyter, Spyder or Colab."""
    return type(sys.stderr).__module__.startswith("ipykernel")
