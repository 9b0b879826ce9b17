"""Scores of linear classifiers that have not seen a photo's group, for thousands of labellings at once."""

from typing import NamedTuple

import numpy as np

PENALTY = 0.01  # of ridge regression, as a share of a photo's mean squared distance from the mean of all


class LeftOut:
    """Two linear classifiers that score each photo without having seen any photo of its group.

    What is left out does not depend on the labels, so that scores are linear in them: all labellings together are a few
    matrix products.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    groups : ndarray, shape (n,), int
        Photos with the same number are left out together.
    """

    def __init__(self, features, groups):
        self._ridge, self._nearest, self.dtype = _hat_matrices(features)
        self._members = _by_size(groups)

    def ridge(self, targets):
        """Return the scores of ridge regression: (n, m) -> (n, m).

        Leaving a group out of a linear smoother takes no new fit: ``(I - H_gg)^-1`` makes its scores without it of the
        fitted ones less what the group gave itself (Cook, R. D. and Weisberg, S. (1982), Residuals and influence in
        regression, section 2.2; for single photos that is PRESS). The mean of the others' targets is taken off: it is
        smaller wherever a photo of the class itself is left out, and would say the opposite of the truth.

        Parameters
        ----------
        targets : ndarray, shape (n, m), of `dtype`
            In each column 1 for the photos of a class, 0 for the others.
        """
        n, fitted, scores = len(targets), self._ridge.times(targets), np.empty_like(targets)
        for members in self._members:
            blocks, own = self._ridge.blocks(members), targets[members]  # (G, f, f), (G, f, m)
            others = (targets.sum(axis=0) - own.sum(axis=1, keepdims=True)) / (n - members.shape[1])  # (G, 1, m)
            without = np.linalg.solve(np.eye(members.shape[1]) - blocks, fitted[members] - blocks @ own)
            scores[members] = without - others
        return scores

    def nearest(self, targets):
        """Return the scores by the nearest class mean: (n, m) -> (n, m), as `ridge` takes and returns them.

        The limit of `ridge` as the penalty grows, but for a factor: the product of a photo, less the mean of the
        others, with the sum of the others, weighted by their targets less the mean of these.
        """
        n, fitted, scores = len(targets), self._nearest.times(targets), np.empty_like(targets)
        for members in self._members:
            k, blocks, own = n - members.shape[1], self._nearest.blocks(members), targets[members]
            others = (targets.sum(axis=0) - own.sum(axis=1, keepdims=True)) / k
            without = fitted[members] - blocks @ own + blocks.sum(axis=2, keepdims=True) * others
            scores[members] = without + without.sum(axis=1, keepdims=True) / k
        return scores


class _Matrix(NamedTuple):
    """A matrix that turns labels into fitted scores: (n, n), float64."""

    matrix: np.ndarray

    def times(self, targets):
        """Return the product with a matrix: (n, m) -> (n, m)."""
        return self.matrix @ targets

    def blocks(self, members):
        """Return the parts of the matrix that belong to G groups of f photos each: (G, f) -> (G, f, f)."""
        return self.matrix[members[:, :, None], members[:, None]]


class _Factors(NamedTuple):
    """The same, unmade: ``(x - mean) middle (x - mean)' + constant``, of which all that is needed are sums over photos.

    Attributes
    ----------
    x : ndarray, shape (n, d), float32
    mean : ndarray, shape (d,), float32
    middle : ndarray, shape (d, d), float32, or None for the identity
    constant : float
    """

    x: np.ndarray
    mean: np.ndarray
    middle: np.ndarray | None = None
    constant: float = 0.0

    def times(self, targets):
        """As `_Matrix.times`."""
        total = targets.sum(axis=0)
        weights = self.x.T @ targets - np.outer(self.mean, total)  # (d, m)
        weights = weights if self.middle is None else self.middle @ weights
        return self.x @ weights + (self.constant * total - self.mean @ weights)

    def blocks(self, members):
        """As `_Matrix.blocks`."""
        rows = self.x[members] - self.mean  # (G, f, d)
        left = rows if self.middle is None else rows @ self.middle
        return left @ rows.transpose(0, 2, 1) + self.constant


def _hat_matrices(features):
    """Return what ridge regression and the nearest mean make of labels, and the precision that this is worked out in.

    Hastie, T., Tibshirani, R. and Friedman, J. (2009), The elements of statistical learning, section 3.4.1; in the dual
    where there are no more photos than features.
    """
    n, d = features.shape
    mean = features.mean(axis=0, dtype=np.float64)
    if n <= d:
        x = features - mean
        kernel = x @ x.T
        penalised = kernel + PENALTY * np.trace(kernel) / n * np.eye(n)
        return _Matrix(np.linalg.solve(penalised, kernel) + 1 / n), _Matrix(kernel), np.float64
    gram = (features.T @ features) - n * np.outer(mean, mean)
    inverse = np.linalg.inv(gram + PENALTY * np.trace(gram) / n * np.eye(d))
    given = features, mean.astype(np.float32)
    return _Factors(*given, inverse.astype(np.float32), 1 / n), _Factors(*given), np.float32


def _by_size(groups):
    """Return the photos of each group, groups of one size together: list of ndarray, shape (G, f), int."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")  # group by group
    starts = np.cumsum(sizes) - sizes
    return [order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)]
