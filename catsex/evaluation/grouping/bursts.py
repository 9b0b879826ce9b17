"""Photos taken within seconds of each other, and frames of one video: pairs that show the same thing again."""

import itertools
import os
import re

import numpy as np

from catsex.constants import BURST_SECONDS
from catsex.evaluation.grouping.near_duplicates import UnitRows

ALIKE = 95  # percentile of what other photos reach
FAR = 10  # numbers apart in one series: no neighbours any more
LEAST = 4  # frames in a row, fewer are no series
MOST = 500  # photos that stand for all others


def find_bursts(taken, seconds=BURST_SECONDS):
    """Find photos that one camera has taken one right after another.

    Parameters
    ----------
    taken : sequence of N (Taken or None)
        None where the file does not say both.
    seconds : float
        How far apart two of a burst are at most.

    Returns
    -------
    list of (int, int)
        Positions of photos that follow each other, the smaller first; chains of them are a burst.
    """
    known = sorted((*when, position) for position, when in enumerate(taken) if when is not None)
    return sorted(
        tuple(sorted((first[2], second[2])))
        for first, second in itertools.pairwise(known)
        if first[0] == second[0] and second[1] - first[1] <= seconds
    )


def find_frames(paths, labels, features):
    """Find neighbouring frames of one video: files numbered one after another whose neighbours are nearly alike.

    In one folder, files that differ only in a number are a series. Its neighbours are frames if half of them are more
    alike than `ALIKE` per cent of the pairs of other photos of the class: of other series, or far away in this one.
    Numbered photos that have nothing to do with each other are no more alike than those.

    Parameters
    ----------
    paths : sequence of N Path or str
    labels : ndarray, shape (N,), int
    features : ndarray, shape (N, d), float32

    Returns
    -------
    list of (int, int)
        Positions of neighbours, the smaller first.
    """
    every: dict = _series(paths, labels)
    if not every:
        return []
    unit, pairs = UnitRows(features), []
    for (_, label), series in every.items():
        numbers, members = np.array(sorted(series)).T
        near = np.flatnonzero(np.diff(numbers) == 1)
        if len(near) < LEAST - 1:
            continue
        alike = unit.cosines(members[near], members[near + 1])
        usual = _usual(unit, numbers, members, np.flatnonzero(labels == label))
        if usual is not None and np.median(alike) > usual:
            same = near[alike > usual]
            pairs += [
                tuple(sorted(pair)) for pair in zip(members[same].tolist(), members[same + 1].tolist(), strict=True)
            ]
    return sorted(pairs)


def _series(paths, labels):
    """Return {(what does not change in the name, class): [(number, position), …]} of series long enough."""
    # Of a million names, those that have nothing in common would not fit into memory: most are told by their hash.
    hashes = np.fromiter((hash(_unnumbered(path)[0]) for path in paths), np.int64, len(labels))
    _, which, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    series: dict = {}
    for position in np.flatnonzero(counts[which] >= LEAST).tolist():
        unnumbered, number = _unnumbered(paths[position])
        if unnumbered is not None:
            series.setdefault((unnumbered, int(labels[position])), []).append((number, position))
    return {key: one for key, one in series.items() if len(one) >= LEAST}


def _unnumbered(path):
    """Return what does not change in the names of a series, and a file's number in it: None, 0 without a number."""
    folder, name = os.path.split(path)
    match = re.fullmatch(r"(.*?)(\d+)(\D*)", name, re.DOTALL)
    if match and len(match[2]) < 16:
        return (folder, match[1], match[3]), int(match[2])
    return None, 0


def _usual(unit, numbers, members, of_class, most=MOST):
    """Return the largest similarity of photos of a class that are not neighbours in a series, or None."""
    chosen = slice(None, None, max(1, len(members) // most))
    numbers, members = numbers[chosen], members[chosen]
    far = np.abs(numbers[:, None] - numbers) >= FAR
    cosines = (unit[members] @ unit[members].T)[far]
    others = np.setdiff1d(of_class, members)
    others = others[:: max(1, len(others) // most)]
    cosines = np.concatenate([cosines, (unit[members] @ unit[others].T).ravel()])
    return np.percentile(cosines, ALIKE) if cosines.size else None
