"""Photos that are the same, or nearly: found by the cosine of their features."""

import numpy as np

from catsex.constants import ALL_ALIKE, CHAIN, NEAR_DUPLICATE, SHARE_OF_SPREAD
from catsex.evaluation.grouping.copies import first_copies
from catsex.evaluation.grouping.neighbours import close_pairs
from catsex.evaluation.streaming.blocks import row_blocks
from catsex.products import gram, shared
from catsex.progress import following

FEW = 10  # photos, of which fewer do not tell how far apart photos of their kind are
SAME_FILE = 0.9999  # what only copies of one file reach, whatever the network; how alike others look to it is not known
NUMBERS_AT_ONCE = 4_000_000  # 16 MB
LARGE = 8  # photos of a group, of more of which the sum is kept
PAIRS_AT_ONCE = 10_000  # whose vectors are in memory, each once
PAIRS_IN_A_PRODUCT = 500  # whose vectors are in memory side by side
MANY = 2000  # photos; for more, pairs are sorted out by shorter vectors first
TOO_MANY = 20_000  # to compare each with each; for more, only those are compared that lie near the same centres


def how_alike(network):
    """Return the cosine above which photos are near-duplicates to a network; None if that depends on the set."""
    return None if network == "MobileNetV2" else SAME_FILE


def find_duplicates(features, digests, threshold=None):
    """Find copies and near-duplicates.

    Two photos are near-duplicates if the cosine of their features exceeds `threshold`. By default that is 0.90, but
    more where the set itself is that alike (`thresholds`). In chains of such pairs, the closest count first: a pair
    that would join two groups whose photos lie apart, on average, is left out. So a photo between two others is not
    taken for proof that those show the same.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    digests : sequence of n str or bytes
        A checksum of each file's content. Copies are found whatever the threshold is.
    threshold : float, -1 to 1, optional

    Returns
    -------
    list of (int, int, float)
        Pairs of photos with the cosine of their features, the closest first.
    """
    unit = UnitRows(features)
    least = thresholds(unit) if threshold is None else np.full(len(unit), threshold)
    pairs = _copies(digests) + [pair for pair in _above(unit, least) if digests[pair[0]] != digests[pair[1]]]
    pairs.sort(key=lambda pair: (-pair[2], pair))
    return _without_long_chains(unit, pairs, least)


class UnitRows:
    """Features scaled to length 1 on demand: a scaled copy of all of them would double the memory.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    """

    def __init__(self, features):
        self.features, self.lengths = features, np.empty(len(features), np.float32)
        for rows in row_blocks(features):
            block = features[rows]
            self.lengths[rows] = np.maximum(np.sqrt(np.einsum("nd,nd->n", block, block)), 1e-12)

    def __len__(self):
        return len(self.features)

    def __getitem__(self, rows):
        return self.features[rows] / self.lengths[rows][..., None]

    def cosines(self, one, other):
        """Return the cosines of pairs: ndarray, shape (P,)."""
        products = np.empty(len(one), np.float32)
        for start in range(0, len(one), PAIRS_AT_ONCE):
            pairs = slice(start, start + PAIRS_AT_ONCE)
            rows, places = np.unique(np.stack([one[pairs], other[pairs]]), return_inverse=True)
            vectors, (first, second) = self.features[rows], places.reshape(2, -1)  # each row is read once
            for few in np.array_split(np.arange(len(first)), 1 + len(first) // PAIRS_IN_A_PRODUCT):
                there = start + few
                products[there] = np.einsum("pd,pd->p", vectors[first[few]], vectors[second[few]])
        return products / (self.lengths[one] * self.lengths[other])

    def blocks(self, rows=500):
        """Yield all rows, some at a time."""
        for start in range(0, len(self), rows):
            yield self[start : start + rows]


def thresholds(unit):
    """Return for each photo the cosine above which others are its near-duplicates: 0.90, or more if all look alike.

    The median of a photo's distances to the others tells how far apart photos of this set are; it does so as long as
    fewer than half of them show the same. Of two photos, the higher threshold counts.

    Parameters
    ----------
    unit : UnitRows
        n of them.

    Returns
    -------
    ndarray, shape (n,), float32
    """
    others = unit[:: max(1, len(unit) // MANY)]
    if len(unit) > TOO_MANY and np.median(_medians(others, others)) < ALL_ALIKE:  # some tell what all do
        return np.full(len(unit), NEAR_DUPLICATE)
    median = np.concatenate([_medians(rows, others) for rows in unit.blocks()])
    if len(unit) < FEW or np.median(median) < ALL_ALIKE:
        return np.full(len(unit), NEAR_DUPLICATE)
    return np.maximum(NEAR_DUPLICATE, 1 - SHARE_OF_SPREAD * (1 - median))


def _medians(rows, others):
    """Return the median cosine of each row with others: (m, d), (k, d) -> (m,)."""
    return np.median(shared(rows, others.T), axis=1)


def _copies(digests):
    """Return a pair for each photo whose file is the same as an earlier one."""
    first = first_copies(digests)
    return [(int(first[other]), int(other), 1.0) for other in np.flatnonzero(first != np.arange(len(first)))]


def _above(unit, least):
    """Return the pairs whose cosine exceeds the thresholds of both photos."""
    pairs: list = []
    for rows, columns in _candidates(unit, least):
        cosines = unit.cosines(rows, columns)
        true = cosines > np.maximum(least[rows], least[columns])
        found = (rows[true].tolist(), columns[true].tolist(), np.minimum(1, cosines[true]).round(6).tolist())
        pairs += zip(*found, strict=True)
    return pairs


def _candidates(unit, least):
    """Yield pairs, the smaller position first, that include all whose cosine exceeds `least`."""
    if len(unit) > TOO_MANY:
        yield from close_pairs(upper_bounds(unit, np.float16), least)
        return
    short = upper_bounds(unit) if len(unit) > MANY else unit[:]
    all_ask_the_same = bool((least == least[0]).all())
    at_once = max(1, NUMBERS_AT_ONCE // len(unit))  # memory does not grow with n * n, nor with n
    starts = range(0, len(unit), at_once)
    for start in following(starts, len(starts), "block"):
        bounds = shared(short[start : start + at_once], short[start:].T)
        enough = least[0] if all_ask_the_same else np.maximum(least[start : start + at_once, None], least[start:])
        rows, columns = np.nonzero(bounds > enough - 1e-6)
        later = rows < columns
        yield rows[later] + start, columns[later] + start


def _without_long_chains(unit, pairs, least):
    """Leave out the pairs that join groups whose photos are on average farther apart than `CHAIN` allows."""
    group = list(range(len(unit)))
    size: dict = {}
    members: dict = {}  # of groups of a few photos
    total: dict = {}  # the sum of the unit vectors of larger groups: of all groups they would take too much memory
    kept = []

    def of(photo):
        while group[photo] != photo:
            group[photo] = photo = group[group[photo]]
        return photo

    def sum_of(root):
        return total[root] if root in total else unit[members.get(root, [root])].sum(axis=0)

    for one, other, cosine in pairs:
        a, b = of(one), of(other)
        if a != b:
            sizes = [size.get(root, 1) for root in (a, b)]
            if sum(sizes) > 2:  # the mean cosine of two photos is theirs
                sums = sum_of(a), sum_of(b)
                mean = float(sums[0] @ sums[1]) / (sizes[0] * sizes[1])
                if cosine < 1 and 1 - mean > CHAIN * (1 - max(least[one], least[other])):
                    continue
            if sum(sizes) > LARGE:
                total[a] = sums[0] + sums[1]
                total.pop(b, None)
            else:
                members[a] = members.get(a, [a]) + members.get(b, [b])
            group[b], size[a] = a, sum(sizes)
        kept.append((one, other, cosine))
    return kept


def upper_bounds(unit, dtype=np.float32, kept=128):
    """Shorten unit vectors such that their products are never less than before: (n, d) -> (n, kept + 1).

    In coordinates along which the vectors (of many, some of them) vary most the first ones are kept; of the rest only
    its length is, and no two rests have a larger product than their lengths have (Cauchy and Schwarz).
    """
    some = np.arange(len(unit))[:: -(-len(unit) // TOO_MANY)]
    products = sum(gram(unit[rows]) for rows in np.array_split(some, 1 + len(some) // 5000))  # (d, d)
    axes = np.linalg.eigh(products)[1][:, ::-1][:, :kept]  # the most important first
    short = np.empty((len(unit), axes.shape[1] + 1), dtype)
    start = 0
    for rows in unit.blocks(5000):
        first = shared(rows, axes)
        short[start : start + len(rows), :-1] = first
        short[start : start + len(rows), -1] = np.sqrt(np.maximum(1 - np.einsum("nk,nk->n", first, first), 0))
        start += len(rows)
    return short
