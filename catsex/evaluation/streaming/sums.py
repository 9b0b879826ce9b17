"""Ridge regression from sums over rows: of some rows, of these and others together, of all but these."""

from typing import NamedTuple

import numpy as np


class Linear(NamedTuple):
    """A linear model that turns features into scores: ``(x - mean) weights``.

    Attributes
    ----------
    mean : ndarray, shape (d,)
    weights : ndarray, shape (d, m)
    """

    mean: np.ndarray
    weights: np.ndarray

    def scores(self, x):
        """Return scores: (b, d) -> (b, m)."""
        return x @ self.weights - self.mean @ self.weights


class Sums:
    """The sums over rows from which ridge regression is fitted.

    Parameters
    ----------
    d, m : int
        How many features, and how many targets.
    """

    def __init__(self, d, m):
        self.rows, self.x, self.targets = 0, np.zeros(d), np.zeros(m)
        self.gram = np.zeros((d, d), np.float32)  # of x, and below of x with the targets
        self.products = np.zeros((d, m), np.float32)

    def add(self, x, targets):
        """Add some rows: features, (b, d), and targets, (b, m), float32."""
        self.rows += len(x)
        self.x += x.sum(axis=0, dtype=np.float64)
        self.targets += targets.sum(axis=0, dtype=np.float64)
        self.gram += x.T @ x
        self.products += x.T @ targets

    def include(self, other):
        """Add the `Sums` of other rows."""
        self.rows += other.rows
        for name in ("x", "targets", "gram", "products"):
            np.add(getattr(self, name), getattr(other, name), out=getattr(self, name))

    def linear(self, penalty):
        """Fit ridge regression on all targets.

        The scores leave out the targets' means: held-out rows are missing there, so they would say the opposite of the
        truth.

        Parameters
        ----------
        penalty : float, > 0
            As a share of a row's mean squared distance from the middle of them.

        Returns
        -------
        Linear
        """
        mean = self.x / self.rows
        gram = self.gram - self.rows * np.outer(mean, mean)
        gram[np.diag_indices(len(gram))] += penalty * np.trace(gram) / self.rows
        weights = np.linalg.solve(gram, self.products - np.outer(mean, self.targets))
        return Linear(mean.astype(np.float32), weights.astype(np.float32))


def together(several):
    """Add up the `Sums` of several sets of rows."""
    whole = Sums(*several[0].products.shape)
    for sums in several:
        whole.include(sums)
    return whole
