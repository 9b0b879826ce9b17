"""Keras' own progress bar for what takes more than a few seconds, on standard error, where a person may be watching."""

import contextlib
import sys
import time

AFTER = 3  # seconds


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
    started = time.monotonic()
    bar, shown = None, 0

    def show(done):
        nonlocal bar, shown
        if not (sys.stderr.isatty() or in_notebook()) or time.monotonic() - started < AFTER:
            return
        import keras

        with contextlib.redirect_stdout(sys.stderr):
            bar = bar or keras.utils.Progbar(total, unit_name=unit)
            bar.update(done)
        shown = done

    try:
        yield show
    finally:
        if bar and shown < total:  # what comes next begins on a line of its own
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
