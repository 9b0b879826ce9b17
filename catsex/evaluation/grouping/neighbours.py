"""Find vectors that may lie close together, without comparing every pair."""

import os

import numpy as np

from catsex.products import at_once
from catsex.progress import following

LISTS = 6  # that each vector is in, those of its nearest centres
SEED = 0  # of the choice of centres, so that the same vectors give the same pairs
ROWS_AT_ONCE = 1000
ROUNDING = 0.003  # what short vectors in half precision may change in a product


def close_pairs(short, least):
    """Yield nearly all pairs of vectors whose product may exceed the thresholds of both.

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
    ends = np.cumsum(np.bincount(lists.ravel(), minlength=number))
    members = (order // lists.shape[1]).astype(np.int32)
    del order
    some = 4 * (os.cpu_count() or 1)  # lists that are worked out at the same time, so that few pairs wait
    for start in following(range(0, number, some), -(-number // some), "block"):
        every = [
            (one, members[ends[one - 1] if one else 0 : ends[one]]) for one in range(start, min(start + some, number))
        ]
        for one, pairs in zip(every, at_once(lambda there: _close(short, least, there[1]), every), strict=True):
            for first, second in pairs:
                kept = _first_shared(lists[first], lists[second]) == one[0]
                yield first[kept], second[kept]


def _close(short, least, there):
    """Return the pairs among the vectors at some positions, ascending, as `close_pairs` yields them."""
    vectors, found = short[there].astype(np.float32), []
    for start in range(0, len(there), ROWS_AT_ONCE):
        products = vectors[start : start + ROWS_AT_ONCE] @ vectors[start:].T
        close = np.flatnonzero(products > least[there].min() - ROUNDING)  # a few, of which the rest is asked
        first, second = np.divmod(close, products.shape[1])
        enough = np.maximum(least[there[start + first]], least[there[start + second]]) - ROUNDING
        kept = (first < second) & (products.ravel()[close] > enough)
        found.append((there[start + first[kept]], there[start + second[kept]]))
    return found


def _nearest_centres(short):
    """Return the numbers of the nearest centres of each vector: ndarray, shape (n, LISTS), int32, ascending."""
    n = len(short)
    number = max(LISTS, int(4 * np.sqrt(n)))
    chosen = np.sort(np.random.default_rng(SEED).choice(n, number, replace=False))
    middle = short[:, :-1].mean(axis=0, dtype=np.float32)  # what all share says nothing of which is near to which
    centres = short[chosen, :-1].astype(np.float32) - middle
    half = np.square(centres).sum(axis=1) / 2
    found = np.empty((n, LISTS), np.int32)

    def find(start):
        rows = slice(start, start + ROWS_AT_ONCE)
        nearness = (short[rows, :-1].astype(np.float32) - middle) @ centres.T - half
        every = np.arange(len(nearness))
        for place in range(LISTS):  # for a few, faster than argpartition
            found[rows, place] = nearest = nearness.argmax(axis=1)
            nearness[every, nearest] = -np.inf

    at_once(find, range(0, n, ROWS_AT_ONCE))
    return np.sort(found, axis=1)


def _first_shared(one, other):
    """Return the smallest number that two rows of lists share: (P, LISTS) twice -> (P,)."""
    shared = (one[:, :, None] == other[:, None, :]).any(axis=2)
    return np.where(shared, one, np.iinfo(np.int32).max).min(axis=1, initial=np.iinfo(np.int32).max)
