"""Blocks of some thousand rows of features that are read together; a group is never split."""

import functools

import numpy as np

from catsex.network.on_disk.rows import ROW

ROWS_AT_ONCE = 4096  # 21 MB of 1280 features
IN_PART = 16  # blocks, whose sums are worked out one after the other: those of the parts are added


def group_blocks(features, groups, at_once=None):
    """Cut rows into blocks of whole groups, in the order in which they lie.

    Parameters
    ----------
    features : ndarray or RowsOnDisk, shape (n, d)
    groups : ndarray, shape (n,), int
    at_once : int
        Rows in a block; only a single group may have more.

    Returns
    -------
    list of ndarray of int
        The rows of each block, those of one group side by side.
    """
    at_once = at_once or ROWS_AT_ONCE
    n, places = len(groups), getattr(features, "places", np.arange(len(groups)))
    _, group = np.unique(groups, return_inverse=True)
    first = np.full(group.max() + 1, n)
    np.minimum.at(first, group, places)
    order = np.lexsort((places, first[group])).astype(ROW)
    begins = np.flatnonzero(np.diff(group[order], prepend=-1))  # where a group begins
    cuts = [0]
    while n - cuts[-1] > at_once:
        last = begins[np.searchsorted(begins, cuts[-1] + at_once, side="right") - 1]
        if last == cuts[-1]:  # a group larger than a block
            after = np.searchsorted(begins, last, side="right")
            if after == len(begins):
                break
            last = begins[after]
        cuts.append(int(last))
    return np.split(order, cuts[1:])


def row_blocks(features, at_once=None):
    """Cut rows into blocks in their order, as `group_blocks` does if each row is a group of its own."""
    at_once, places = at_once or ROWS_AT_ONCE, getattr(features, "places", None)
    order = (np.arange(len(features)) if places is None else np.argsort(places)).astype(ROW)
    return np.split(order, range(at_once, len(order), at_once))


def in_parts(blocks):
    """Return parts of some blocks each: list of list of ndarray."""
    return [blocks[start : start + IN_PART] for start in range(0, len(blocks), IN_PART)]


def in_turn(function, shared, items):
    """Call a function for one item after the other, as `cluster.tasks.spread` does at the same time."""
    for item in items:
        yield function(*shared, item)


def added(found):
    """Return the sums of what parts have given, a tuple of arrays each, of which only one is in memory at a time."""
    return functools.reduce(lambda sums, more: [one + other for one, other in zip(sums, more, strict=True)], found)


def mean_of(features, blocks):
    """Return the mean of all rows: ndarray, shape (d,), float64."""
    return sum(features[rows].sum(axis=0, dtype=np.float64) for rows in blocks) / len(features)
