"""How the work of a call grows: both sizes in one process, so that the speed of the machine divides out."""

import time


def growth(small, large):
    """Return how many times the processor time of `small()` that of `large()` is, the best of five each, in turn.

    Where `large` has four times as much to do, it is about 4 for linear work, and about 16 for quadratic work.
    """

    def spent(call):
        started = time.process_time()
        call()
        return time.process_time() - started

    pairs = [(spent(large), spent(small)) for _ in range(5)]
    best_of_large, best_of_small = map(min, zip(*pairs, strict=True))
    return best_of_large / best_of_small
