"""A small random generator that Python and the page share, so that the same draws give the same results in both."""

import numpy as np

_MASK = 2**32 - 1


class SmallGenerator:
    """What catsex uses of `numpy.random.Generator`, drawn by sfc32 as web/src/evaluation/random.js draws it.

    Slow, and meant for the golden files alone. sfc32 is from Chris Doty-Humphrey's PractRand.

    Parameters
    ----------
    seed, stream : int, 0 to 2 ** 32 - 1
        Generators of other streams are independent.
    """

    def __init__(self, seed, stream=0):
        self._state = [seed & _MASK, stream & _MASK, 0x243F6A88, 1]
        for _ in range(16):
            self._next()

    def _next(self):
        return self._several(1)[0]

    def _several(self, count):
        (a, b, c, d), drawn = self._state, [0.0] * count
        for i in range(count):
            result = (a + b + d) & _MASK
            rotated = (c << 21 | c >> 11) & _MASK
            a, b, c, d = b ^ b >> 9, (c + (c << 3)) & _MASK, (rotated + result) & _MASK, (d + 1) & _MASK
            drawn[i] = result / 2**32
        self._state = [a, b, c, d]
        return drawn

    def random(self, size=None, dtype=np.float64):
        """Draw numbers from 0 to 1, row by row."""
        if size is None:
            return self._next()
        return np.array(self._several(int(np.prod(size)))).astype(dtype).reshape(size)

    def permutation(self, n):
        """Return 0 … n - 1 in random order."""
        order = list(range(n))
        for i, draw in zip(range(n - 1, 0, -1), self._several(max(0, n - 1)), strict=True):
            j = int(draw * (i + 1))
            order[i], order[j] = order[j], order[i]
        return np.array(order)

    def permuted(self, rows, axis=1):
        """Shuffle each row of an array, shape (M, n), by itself."""
        if axis != 1:
            raise ValueError("only rows can be shuffled")
        return np.stack([row[self.permutation(len(row))] for row in rows])

    def choice(self, members, size):
        """Draw from an array, with replacement."""
        return np.asarray(members)[(self.random(size) * len(members)).astype(int)]
