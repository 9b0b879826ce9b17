"""A progress bar for what takes more than a few seconds, on standard error, where a person may be watching."""

import contextlib
import contextvars
import sys
import time
from collections.abc import Callable

AFTER = 3  # seconds
EVERY = 0.05  # seconds
WIDTH = 30  # of the bar, characters

# What shows a share of the item that the bar outside is at.
_around: contextvars.ContextVar[Callable | None] = contextvars.ContextVar("around", default=None)


@contextlib.contextmanager
def progress(total, unit="photo"):
    """Yield a function that shows how much is done, from when it has taken a few seconds.

    Inside of another one it shows no bar of its own: the other's moves on, within one of its items.

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
    outside, finished = _around.get(), 0
    draw = _bar(total, unit) if outside is None else lambda done: outside(done / total)

    def show(done):
        nonlocal finished
        finished = done
        draw(done)

    _around.set(lambda share: draw(finished + share))
    try:
        yield show
    finally:
        _around.set(outside)
        if outside is None:
            draw(None)


def _bar(total, unit):
    """Return a function that draws how many are done, and at last, of None, ends the line."""
    started, last, width = time.monotonic(), 0.0, 0

    def draw(done):
        nonlocal last, width
        if done is None:  # what comes next begins on a line of its own
            print(end="\n" if width else "", file=sys.stderr)
            return
        now = time.monotonic()
        due = now - started >= AFTER and (now - last >= EVERY or done == total)
        if not due or not (sys.stderr.isatty() or in_notebook()):
            return
        filled, left = int(WIDTH * done / total), (now - started) * (total / done - 1) if done else 0
        text = f"{int(done)}/{total} {unit}s [{'=' * filled:.<{WIDTH}}] {done / total:4.0%}"
        text += f", {left // 60:.0f}:{left % 60:02.0f} left" if 0 < done < total else ""
        print(end=f"\r{text:<{width}}", file=sys.stderr, flush=True)
        last, width = now, len(text)

    return draw


def following(items, total, unit="photo"):
    """Yield items, and show how many of a total have been taken."""
    with progress(total, unit) as show:
        for done, item in enumerate(items, 1):
            yield item
            show(done)


def in_notebook():
    """Return whether what is written to standard error is shown by Jupyter, Spyder or Colab."""
    return type(sys.stderr).__module__.startswith("ipykernel")
