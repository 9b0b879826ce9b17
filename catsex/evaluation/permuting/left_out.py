"""Scores of linear classifiers that have not seen a photo's group, for thousands of labellings at once."""

from functools import partial
from itertools import islice

import numpy as np

from catsex import products
from catsex.evaluation.streaming.blocks import group_blocks, in_parts, in_turn, mean_of
from catsex.products import shared
from catsex.progress import following

PENALTY = 0.01  # of ridge regression, as a share of a photo's mean squared distance from the mean of all
KEPT = 16_000_000  # numbers, 64 MB, that are kept of what groups give their own photos; more are worked out anew


class LeftOut:
    """Two linear classifiers that score each photo without having seen any photo of its group.

    What is left out does not depend on the labels, so that scores are linear in them: all labellings together are a few
    matrix products. Where there are more photos than features, these are sums over blocks of photos, and nothing but
    labels is as long as there are photos.

    Parameters
    ----------
    features : ndarray or RowsOnDisk, shape (n, d), float32
    groups : ndarray, shape (n,), int
        Photos with the same number are left out together.
    spread : callable, optional
        What sums over blocks of photos at the same time, as `permutation_test` takes it.
    """

    def __init__(self, features, groups, spread=None):
        n, d = features.shape
        self._groups = groups
        self._fit = _Dual(features) if n <= d else _Primal(features, group_blocks(features, groups), spread or in_turn)
        self.dtype = self._fit.dtype

    def scores(self, targets):
        """Yield the scores of photos, a block of them at a time, by ridge regression and by the nearest class mean.

        Leaving a group out of a linear smoother takes no new fit: ``(I - H_gg)^-1`` makes its scores without it of the
        fitted ones less what the group gave itself (Cook, R. D. and Weisberg, S. (1982), Residuals and influence in
        regression, section 2.2; for single photos that is PRESS). The mean of the others' targets is taken off: it is
        smaller wherever a photo of the class itself is left out, and would say the opposite of the truth.

        The nearest class mean is the limit of ridge regression as the penalty grows, but for a factor: the product of
        a photo, less the mean of the others, with the sum of the others, weighted by their targets less their mean.

        Parameters
        ----------
        targets : callable
            Rows, shape (b,), int -> (b, m), of `dtype`: in each column 1 for the photos of a class, 0 for the others.

        Yields
        ------
        rows : ndarray, shape (b,), int
        ridge, nearest : ndarray, shape (b, m)
        """
        n, (total, fitted) = len(self._groups), self._fit.fitted(targets)
        for rows, own, ridge, nearest, hats in fitted:
            for members in _by_size(self._groups[rows]):
                given, k = own[members], n - members.shape[1]
                others = (total - given.sum(axis=1, keepdims=True)) / k  # (G, 1, m)
                of_ridge, of_nearest = hats(members)  # (G, f, f)
                ridge[members] = _solve(of_ridge, ridge[members] - of_ridge @ given) - others
                without = nearest[members] - of_nearest @ given + of_nearest.sum(axis=2, keepdims=True) * others
                nearest[members] = without + without.sum(axis=1, keepdims=True) / k
            yield rows, ridge, nearest


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

    def fitted(self, targets):
        """Return the sum of the targets, and what `_Primal.fitted` returns, all photos being one block."""
        rows = np.arange(len(self.ridge))
        own = targets(rows)
        return own.sum(axis=0), iter([(rows, own, self.ridge @ own, self.nearest @ own, self._hats)])

    def _hats(self, members):
        place = members[:, :, None], members[:, None]
        return self.ridge[place], self.nearest[place]


class _Primal:
    """The same as factors, ``(x - mean) middle (x - mean)' + constant``: sums over photos are enough."""

    dtype = np.float32

    def __init__(self, features, blocks, spread):
        n, d = features.shape
        self.features, self.blocks, self.mean = features, blocks, mean_of(features, blocks).astype(np.float32)
        parts = in_parts(blocks)
        gram = sum(following(spread(_gram, (features, self.mean), parts), len(parts), "part"))
        self.inverse = np.linalg.inv(gram + PENALTY * np.trace(gram) / n * np.eye(d)).astype(np.float32)
        self.kept, self.room = {}, KEPT

    def _twice(self):
        """Yield each block's number, rows and centred features, one block after the other, and then once more."""
        for _ in range(2):
            for number, rows in enumerate(self.blocks):
                yield number, rows, self.features[rows] - self.mean

    def fitted(self, targets):
        """Return the sum of the targets, shape (m,), and fitted scores, block by block.

        Of each block: its rows; their targets; the scores of both classifiers, shape (b, m); and a function that gives
        the parts of both matrices that belong to some groups of it: members, (G, f) -> (G, f, f) twice.
        """
        weights: np.ndarray | int = 0
        total = 0
        blocks = following(self._twice(), 2 * len(self.blocks), "block")
        for _, rows, x in islice(blocks, len(self.blocks)):
            own = targets(rows)
            weights = weights + shared(x.T, own)  # (d, m)
            total = total + own.sum(axis=0)
        return total, self._scored(blocks, targets, weights, total)

    def _scored(self, blocks, targets, weights, total):
        n, sharp = len(self.features), self.inverse @ weights
        for number, rows, x in blocks:
            hats = partial(self._hats, number, x)
            yield rows, targets(rows), shared(x, sharp) + total / n, shared(x, weights), hats

    def _hats(self, number, x, members):
        key = number, members.shape[1]
        if key in self.kept:
            return self.kept[key]
        parts = x[members]
        sharp = products.shared(parts.reshape(-1, x.shape[1]), self.inverse).reshape(parts.shape)
        found = _products(sharp, parts) + np.float32(1 / len(self.features)), _products(parts, parts)
        if 2 * found[0].size <= self.room:
            self.kept[key], self.room = found, self.room - 2 * found[0].size
        return found


def _gram(features, mean, blocks):
    """Return the products of all columns, less their means, summed over blocks of rows: (d, d), float64."""
    gram = np.zeros((len(mean), len(mean)))
    for rows in blocks:
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
