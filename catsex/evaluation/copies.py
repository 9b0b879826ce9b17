"""Photos that are trained on and held out all the same: copies, near-duplicates and subjects across a split."""

import logging

import numpy as np

from catsex.errors import DataError
from catsex.files import show

log = logging.getLogger(__name__)


def warn_of_pairs(photos, held_out, pairs):
    """Say how many held-out photos are nearly the same as one that is trained on, and name the closest.

    Parameters
    ----------
    photos : PhotoSet
    held_out : ndarray, shape (N,), bool
    pairs : list of (int, int, float)
        Near-duplicates with the cosine of their features, the closest first, as `groups.find_duplicates` returns them.

    Returns
    -------
    ndarray, shape (N,), bool
        Which photos are held out and yet have been seen, so that a result can be given without them.
    """
    seen, example = np.zeros(len(photos), bool), None
    for first, second, _ in pairs:
        if held_out[first] == held_out[second]:
            continue
        out, trained_on = (first, second) if held_out[first] else (second, first)
        seen[out] = True
        example = example or (out, trained_on)
    if example:
        names = photos.names
        log.warning(
            "held-out photos that are nearly the same as one that is trained on: %d of %d, such as %s and %s",
            *(seen.sum(), np.sum(held_out), names[example[0]], names[example[1]]),
        )
    return seen


def check_one_class_each(photos, checksums):
    """Raise `DataError` if the same photo is in two classes.

    Parameters
    ----------
    photos : PhotoSet
    checksums : sequence of N str or bytes
        Of each file's content.
    """
    seen = {}
    for path, label, checksum in zip(photos.paths, photos.labels, checksums, strict=True):
        other, other_label = seen.setdefault(checksum, (path, label))
        if label != other_label:
            raise DataError(f"{show(other)} and {show(path)} are the same photo in two classes; remove one")
