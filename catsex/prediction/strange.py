"""Whether a photo looks like any that a model was trained on. A softmax cannot say so: it always adds up to 1."""

import numpy as np

SHARE = 0.01  # of one's own photos that are stranger to the others than what is called strange


class Familiar:
    """The photos that a model was trained on, and how near a new one has to come to one of them.

    The threshold is set by leaving each photo out in turn: all but `SHARE` of them have another one nearer than that.
    Nearest neighbours in a network's features tell photos of other things well: Sun, Y. et al. (2022),
    Out-of-distribution detection with deep nearest neighbors, ICML.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
        Of the photos that the model was trained on, n at least 2.

    Attributes
    ----------
    threshold : float, -1 to 1
        A photo whose cosine with every one of them is below is called strange.
    """

    def __init__(self, features):
        self._unit = _normalised(features)
        cosines = self._unit @ self._unit.T
        np.fill_diagonal(cosines, -1)
        self.threshold = float(np.quantile(cosines.max(axis=1), SHARE))

    def nearest(self, features):
        """Return the cosine of each photo, shape (N, d), with the nearest of those shown: shape (N,), -1 to 1."""
        return (_normalised(features) @ self._unit.T).max(axis=1)

    def strange(self, features):
        """Return which photos look like none of those shown: shape (N,), bool."""
        return self.nearest(features) < self.threshold


def _normalised(features):
    """Return features at length 1."""
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
