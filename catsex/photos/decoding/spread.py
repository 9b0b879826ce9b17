"""How the values of many pictures are spread, without holding their pixels: what is black, white, or no measurement."""

import numpy as np

MOST_PIXELS = 2**16  # of one picture; of a larger one as many are drawn
MOST_VALUES = 2**20  # that are kept: 16 MB
TAIL = 0.001  # of all pixels that may lie beyond black, and beyond white
ALONE = 2  # times the width of all other values: so far away, one value is no measurement


class Spread:
    """The distribution of the values in a set of pictures, each of which counts the same.

    Up to `MOST_VALUES` different values it is exact, but for the pixels that are drawn; beyond that, as many quantiles
    are kept.

    Attributes
    ----------
    pictures : int
        How many there are.
    least, most : float
        The smallest and the largest of all values.
    """

    def __init__(self):
        self.pictures, self.least, self.most = 0, np.inf, -np.inf
        self._values, self._weights = [], []
        self._draw = np.random.default_rng(0)

    def add(self, values):
        """Take a picture's values into account; those that are not finite are left out.

        Parameters
        ----------
        values : ndarray, of any shape and number type
        """
        values = values[np.isfinite(values)]
        if not values.size:
            return
        self.least, self.most = min(self.least, float(values.min())), max(self.most, float(values.max()))
        if values.size > MOST_PIXELS:
            values = values[self._draw.integers(0, values.size, MOST_PIXELS)]
        found, counts = np.unique(values, return_counts=True)
        self.pictures += 1
        self._values.append(found.astype(np.float64))
        self._weights.append(counts / values.size)
        if sum(map(len, self._values)) > 2 * MOST_VALUES:
            self._thin()

    def _thin(self):
        """Keep fewer values, so that each stands for equally many pixels."""
        values, weights = self._sorted()
        if len(values) > MOST_VALUES:
            share = np.cumsum(weights) / weights.sum()
            values = values[np.searchsorted(share, (np.arange(MOST_VALUES) + 0.5) / MOST_VALUES)]
            weights = np.full(MOST_VALUES, weights.sum() / MOST_VALUES)
        self._values, self._weights = [values], [weights]

    def _sorted(self):
        """Return the different values in order, and the weight of each."""
        values, places = np.unique(np.concatenate(self._values), return_inverse=True)
        return values, np.bincount(places, np.concatenate(self._weights))

    def ends(self):
        """Return the range that nearly all values lie in, and what lies alone far outside of it.

        At most a thousandth of all pixels, and never more than half of a picture, lies beyond either end: a few
        hot pixels decide nothing, one bright picture of many does.

        Returns
        -------
        (float, float, list of float)
            The lowest and the highest value; and each single value that less than half of the pixels have and that
            lies farther from all others than `ALONE` times their width, such as a burnt-in scale bar's or -9999 for
            what was not measured.
        """
        values, weights = self._sorted()
        alone = []
        for end in (0, -1):
            others = np.delete(values, end), np.delete(weights, end)
            if len(values) < 3 or weights[end] > weights.sum() / 2:
                continue
            low, high = self._within(*others)
            gap = low - values[0] if end == 0 else values[-1] - high
            if weights[end] > self._tail * weights.sum() and gap > ALONE * (high - low) > 0:
                alone.append(float(values[end]))
                values, weights = others
        return *self._within(values, weights), alone

    @property
    def _tail(self):
        """The share of all pixels that may lie beyond either end."""
        return min(TAIL, 0.5 / self.pictures)

    def _within(self, values, weights):
        """Return the values beyond which no more than the tail lies on either side."""
        share = np.cumsum(weights) / weights.sum()
        low = values[np.searchsorted(share, self._tail, side="right")]
        high = values[min(np.searchsorted(share, 1 - self._tail, side="left"), len(values) - 1)]
        return float(low), float(high)
