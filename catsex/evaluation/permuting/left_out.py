"""Scores of linear classifiers that have not seen a photo's group, for thousands of labellings at once."""

from functools import partial

import numpy as np

from catsex.evaluation.streaming.blocks import added, group_blocks, in_parts, in_turn, mean_of
from catsex.products import shared
from catsex.progress import following

PENALTY = 0.01  # of ridge regression, as a share of a photo's mean squared distance from the mean of all


class LeftOut:
    """Two linear classifiers that score each photo without having seen any photo of its group.

    What is left out does not depend on the labels, so that scores are linear in them: all labellings together are a few
    matrix products. Where there are more photos than features, these are sums over parts of the photos, and nothing but
    labels is as long as there are photos.

    Parameters
    ----------
    features : ndarray or RowsOnDisk, shape (n, d), float32
    groups : ndarray, shape (n,), int
        Photos with the same number are left out together.
    spread : callable, optional
        What goes over parts of the photos at the same time, as `permutation_test` takes it.

    Attributes
    ----------
    parts : list of list of ndarray of int
        The photos, in blocks of whole groups, some blocks in each part.
    """

    def __init__(self, features, groups, spread=in_turn):
        n, d = features.shape
        self._groups = groups
        self.parts = [[np.arange(n)]] if n <= d else in_parts(group_blocks(features, groups))
        self._fit = _Dual(features[:]) if n <= d else _Primal(features, self.parts, spread)
        self.dtype = self._fit.dtype

    def totals(self, targets, spread=in_turn):
        """Return what the scores of each photo need of all photos.

        Parameters
        ----------
        targets : callable
            Rows, shape (b,), int -> (b, m), of `dtype`: in each column 1 for the photos of a class, 0 for the others.
        spread : callable, optional

        Returns
        -------
        sequence of ndarray
            The sums of the targets, shape (m,), and of the photos weighted by them.
        """
        return added(following(spread(_sums, (self._fit, targets), self.parts), len(self.parts), "part"))

    def scores(self, targets, totals, part):
        """Yield the scores of the photos of a part, a block of them at a time.

        Leaving a group out of a linear smoother takes no new fit: ``(I - H_gg)^-1`` makes its scores without it of the
        fitted ones less what the group gave itself (Cook, R. D. and Weisberg, S. (1982), Residuals and influence in
        regression, section 2.2; for single photos that is PRESS). The mean of the others' targets is taken off: it is
        smaller wherever a photo of the class itself is left out, and would say the opposite of the truth.

        The nearest class mean is the limit of ridge regression as the penalty grows, but for a factor: the product of
        a photo, less the mean of the others, with the sum of the others, weighted by their targets less their mean.

        Parameters
        ----------
        targets : callable
            As `totals` takes it.
        totals : sequence of ndarray
            As `totals` returns them.
        part : list of ndarray of int
            One of `parts`.

        Yields
        ------
        rows : ndarray, shape (b,), int
        ridge, nearest : ndarray, shape (b, m)
            By ridge regression and by the nearest class mean.
        """
        n, (total, weights) = len(self._groups), totals
        for rows, own, ridge, nearest, hats in self._fit.fitted(targets, total, weights, part):
            for members in _by_size(self._groups[rows]):
                given, k = own[members], n - members.shape[1]
                others = (total - given.sum(axis=1, keepdims=True)) / k  # (G, 1, m)
                of_ridge, of_nearest = hats(members)  # (G, f, f)
                ridge[members] = _solve(of_ridge, ridge[members] - of_ridge @ given) - others
                without = nearest[members] - of_nearest @ given + of_nearest.sum(axis=2, keepdims=True) * others
                nearest[members] = without + without.sum(axis=1, keepdims=True) / k
            yield rows, ridge, nearest


def _sums(fit, targets, part):
    return fit.sums(targets, part)


def _solve(blocks, values):
    """Return ``(I - blocks)^-1 values``: (G, f, f), (G, f, m) -> (G, f, m)."""
    size = blocks.shape[1]
    return values / (1 - blocks) if size == 1 else np.linalg.solve(np.eye(size, dtype=blocks.dtype) - blocks, values)


class _Dual:
    """Both classifiers as matrices that turn labels into fitted scores: (n, n), float64.

    Hastie, T., Tibshirani, R. and Friedman, J. (2009), The elements of statistical learning, section 3.4.1.
    """

    dtype = np.float64

    def __init__(self, features):
        n = len(features)
        x = features - features.mean(axis=0, dtype=np.float64)
        self.nearest = x @ x.T
        penalised = self.nearest + PENALTY * np.trace(self.nearest) / n * np.eye(n)
        self.ridge = np.linalg.solve(penalised, self.nearest) + 1 / n

    def sums(self, targets, part):
        """Return the sum of the targets; all else is worked out at once."""
        return targets(part[0]).sum(axis=0), 0

    def fitted(self, targets, total, weights, part):
        """Return what `_Primal.fitted` does, all photos being one block."""
        own = targets(part[0])
        return [(part[0], own, self.ridge @ own, self.nearest @ own, self._hats)]

    def _hats(self, members):
        place = members[:, :, None], members[:, None]
        return self.ridge[place], self.nearest[place]


class _Primal:
    """The same as factors, ``(x - mean) middle (x - mean)' + constant``: sums over photos are enough."""

    dtype = np.float32

    def __init__(self, features, parts, spread):
        n, d = features.shape
        blocks = [rows for part in parts for rows in part]
        self.features, self.mean = features, mean_of(features, blocks).astype(np.float32)
        gram = sum(following(spread(_gram, (features, self.mean), parts), len(parts), "part"))
        self.inverse = np.linalg.inv(gram + PENALTY * np.trace(gram) / n * np.eye(d)).astype(np.float32)

    def sums(self, targets, part):
        """Return the sums over a part of the targets, shape (m,), and of photos weighted by them, (d, m)."""
        total: np.ndarray | int = 0
        weights: np.ndarray | int = 0
        for rows in part:
            own = targets(rows)
            total, weights = total + own.sum(axis=0), weights + shared((self.features[rows] - self.mean).T, own)
        return total, weights

    def fitted(self, targets, total, weights, part):
        """Yield fitted scores, block by block of a part.

        Of each block: its rows; their targets; the scores of both classifiers, shape (b, m); and a function that gives
        the parts of both matrices that belong to some groups of it: members, (G, f) -> (G, f, f) twice.
        """
        sharp = self.inverse @ weights
        for rows in part:
            x = self.features[rows] - self.mean
            ridge = shared(x, sharp) + total / len(self.features)
            yield rows, targets(rows), ridge, shared(x, weights), partial(self._hats, x)

    def _hats(self, x, members):
        groups = x[members]
        sharp = shared(groups.reshape(-1, x.shape[1]), self.inverse).reshape(groups.shape)
        return _products(sharp, groups) + np.float32(1 / len(self.features)), _products(groups, groups)


def _gram(features, mean, part):
    """Return the products of all columns, less their means, summed over the rows of a part: (d, d), float64."""
    gram = np.zeros((len(mean), len(mean)))
    for rows in part:
        x = features[rows] - mean
        gram += shared(x.T, x)
    return gram


def _products(one, other):
    """Return the products of the rows of each group: (G, f, d) twice -> (G, f, f)."""
    if one.shape[1] == 1:  # as many products of vectors, in one sweep
        return np.einsum("gfd,gfd->gf", one, other)[:, None]
    return one @ other.transpose(0, 2, 1)


def _by_size(groups):
    """Return the photos of each group, groups of one size together: list of ndarray, shape (G, f), int."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")  # group by group
    starts = np.cumsum(sizes) - sizes
    return [order[starts[sizes == size][:, None] + np.arange(size)] for size in np.unique(sizes)]
