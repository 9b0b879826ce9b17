"""How the work of a call grows: both sizes in one process, so that the speed of the machine divides out."""

import time


def growth(small, large):
    """Return how many times the processor time of `small()` that of `large()` is, the better of two each.

    Where `large` has four times as much to do, it is about 4 for linear work, and about 16 for quadratic work.
    """

    def spent(call):
        started = time.process_time()
        call()
        return time.process_time() - started

    return min(spent(large) for _ in range(2)) / min(spent(small) for _ in range(2))
