"""Whether a photo is out-of-distribution: unlike any training photo. A softmax cannot say so, as it sums to 1."""

import numpy as np

from catsex.constants import DEVIATIONS, NEAR_DUPLICATE
from catsex.products import unit_rows

MOST = 2000  # photos that are remembered: 5 MB


class OutOfDistribution:
    """The training photos' features, and how similar to one of them a new photo must be.

    Each photo in turn is compared with those that show something else: not with its near-duplicates, nor with those of
    its own group. Their nearest cosines have a mean and a deviation; a new photo is flagged if its nearest lies below
    what the next one would nearly always be, were they normal: ``mean - 2 sd sqrt(1 + 1 / n)``.
    Nearest neighbours in a network's features tell photos of other things well: Sun, Y. et al. (2022),
    Out-of-distribution detection with deep nearest neighbors, ICML.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
        Of the photos that the model was trained on; of more than `MOST`, some are taken.
    groups : ndarray, shape (n,), int, optional
        Photos with the same number show the same subject.

    Attributes
    ----------
    unit : ndarray, shape (m, d), float16
        The features at length 1.
    threshold : float, -1 to 1
        A photo whose cosine with every one of them is below is flagged; -1, and so none is, if fewer than two
        photos have another one to be compared with.
    """

    def __init__(self, features, groups=None):
        chosen = np.linspace(0, len(features) - 1, min(len(features), MOST)).astype(int)
        groups = np.arange(len(features)) if groups is None else np.asarray(groups)
        unit = unit_rows(features[chosen])
        self.unit = unit.astype(np.float16)  # half as large a file, and cosines to 1e-4
        self.threshold = _threshold(unit, groups[chosen])

    @classmethod
    def remembered(cls, unit, threshold):
        """Return what was kept of one: its `unit` and its `threshold`."""
        detector = cls.__new__(cls)
        detector.unit, detector.threshold = unit, float(threshold)
        return detector

    def nearest(self, features):
        """Return the cosine of each photo, shape (N, d), with the nearest of those shown: shape (N,), -1 to 1."""
        return (unit_rows(features) @ self.unit.astype(np.float32).T).max(axis=1)

    def flags(self, features):
        """Return which photos are out-of-distribution: shape (N,), bool."""
        return self.nearest(features) < self.threshold


def _threshold(unit, groups):
    """Return the cosine below which a photo is flagged, of features at length 1, shape (n, d)."""
    cosines = unit @ unit.T
    cosines[(groups[:, None] == groups) | (cosines > NEAR_DUPLICATE)] = -1
    nearest = cosines.max(axis=1, initial=-1)
    nearest = nearest[nearest > -1]
    if len(nearest) < 2:
        return -1.0
    return float(nearest.mean() - DEVIATIONS * nearest.std(ddof=1) * np.sqrt(1 + 1 / len(nearest)))
