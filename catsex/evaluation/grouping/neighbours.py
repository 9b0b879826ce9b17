"""Which of many vectors may lie close together, found without comparing every pair."""

import numpy as np

from catsex.products import shared
from catsex.progress import following

CENTRES = 4096  # at most; as many random vectors, each the middle of a list
LISTS = 4  # that each vector is in, those of its nearest centres
SEED = 0  # of the choice of centres, so that the same vectors give the same pairs
ROWS_AT_ONCE = 2000
ROUNDING = 0.003  # what short vectors in half precision may change in a product


def close_pairs(short, least):
    """Yield pairs of vectors whose product may exceed what both have for the least, most of all such pairs.

    An inverted file (Sivic, J. and Zisserman, A. (2003), Video Google: a text retrieval approach to object matching in
    videos, ICCV): each vector joins the lists of its `LISTS` nearest centres, and only vectors that share a list are
    compared. Two vectors that are nearly the same nearly always share one; how often, counts
    `benchmarks/near_duplicates.py --many`.

    Parameters
    ----------
    short : ndarray, shape (n, k + 1), float16 or float32
        Vectors whose products are never less than the cosines asked for, as `near_duplicates.upper_bounds` returns
        them; the last column is the length of what was cut off.
    least : ndarray, shape (n,), float

    Yields
    ------
    (ndarray, ndarray)
        Positions of the first and the second of each pair, the first the smaller one; each pair once.
    """
    lists = _nearest_centres(short)
    number = int(lists.max()) + 1
    order = np.argsort(lists, axis=None, kind="stable")
    starts = np.searchsorted(lists.ravel()[order], np.arange(number + 1))
    members = order // lists.shape[1]
    for one in following(range(number), number, "list"):
        there = members[starts[one] : starts[one + 1]]
        vectors = short[there].astype(np.float32)
        for start in range(0, len(there), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            enough = np.maximum(least[there[rows], None], least[there]) - ROUNDING
            first, second = np.nonzero(shared(vectors[rows], vectors.T) > enough)
            first, second = there[first + start], there[second]
            kept = first < second
            first, second = first[kept], second[kept]
            kept = _first_shared(lists[first], lists[second]) == one
            yield first[kept], second[kept]


def _nearest_centres(short):
    """Return the numbers of the nearest centres of each vector: ndarray, shape (n, LISTS), int32, ascending."""
    n = len(short)
    number = min(CENTRES, max(LISTS, int(2 * np.sqrt(n))))
    chosen = np.sort(np.random.default_rng(SEED).choice(n, number, replace=False))
    middle = short[:, :-1].mean(axis=0, dtype=np.float32)  # what all share says nothing of which is near to which
    centres = short[chosen, :-1].astype(np.float32) - middle
    half = np.square(centres).sum(axis=1) / 2
    found = np.empty((n, LISTS), np.int32)
    for start in range(0, n, ROWS_AT_ONCE):
        rows = short[start : start + ROWS_AT_ONCE, :-1].astype(np.float32) - middle
        nearness = shared(rows, centres.T) - half
        found[start : start + len(rows)] = np.argpartition(-nearness, LISTS - 1, axis=1)[:, :LISTS]
    return np.sort(found, axis=1)


def _first_shared(one, other):
    """Return the smallest number that two rows of lists share: (P, LISTS) twice -> (P,)."""
    shared = (one[:, :, None] == other[:, None, :]).any(axis=2)
    return np.where(shared, one, np.iinfo(np.int32).max).min(axis=1, initial=np.iinfo(np.int32).max)
