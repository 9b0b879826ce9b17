"""Random orders that Python and the page draw alike, thousands of them at a time."""

import numpy as np

_MASK = 2**32 - 1
_WARM_UP = 16  # numbers that are drawn and not used, so that neighbouring seeds part


class RandomStreams:
    """Many independent generators side by side: sfc32, of Chris Doty-Humphrey's PractRand, one for each stream.

    Stream by stream they draw what `generator(seed, stream)` of web/src/evaluation/random.js draws. The state is four
    numbers of 32 bits, ``a, b, c, d = seed, stream, 0x243F6A88, 1``, and the first 16 numbers are not used.

    Parameters
    ----------
    seed : int
        Its lowest 32 bits count.
    streams : ndarray, shape (S,), int, 0 to 2 ** 32 - 1
    """

    def __init__(self, seed, streams):
        self._state = np.empty((4, len(streams)), np.uint32)
        for part, start in zip(self._state, (seed & _MASK, streams, 0x243F6A88, 1), strict=True):
            part[:] = start
        for _ in range(_WARM_UP):
            self._draw()

    def _draw(self):
        """Draw a number from each stream: ndarray, shape (S,), uint32."""
        a, b, c, d = self._state
        drawn = a + b + d
        self._state = np.stack([b ^ (b >> 9), c + (c << 3), (c << 21 | c >> 11) + drawn, d + np.uint32(1)])
        return drawn

    def permutations(self, n):
        """Return 0 … n - 1 in random order, one order for each stream: ndarray, shape (S, n), int32.

        Fisher and Yates: for ``i`` from ``n - 1`` down to 1, entries ``i`` and ``floor(u (i + 1))`` change places,
        where ``u`` is the stream's next number divided by ``2 ** 32``.
        """
        every = np.arange(self._state.shape[1])
        orders = np.tile(np.arange(n, dtype=np.int32)[:, None], (1, len(every)))  # (n, S)
        for i in range(n - 1, 0, -1):
            j = (self._draw().astype(np.uint64) * np.uint64(i + 1)) >> np.uint64(32)
            kept = orders[i].copy()
            orders[i] = orders[j, every]
            orders[j, every] = kept
        return orders.T
