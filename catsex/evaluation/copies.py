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
        Near-duplicates with the cosine of their features, the closest first: as `find_duplicates` returns them.

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


def warn_of_copies(photos, held_out):
    """Say if photos that are held out are copies of others that are trained on.

    Parameters
    ----------
    photos : PhotoSet
    held_out : ndarray, shape (N,), bool

    Raises
    ------
    ImageError
        If a photo cannot be read.
    """
    digests = photos.checksums
    trained_on = {digest: name for digest, name, out in zip(digests, photos.names, held_out, strict=True) if not out}
    copies = [
        f"{name} is {trained_on[digest]}"
        for digest, name, out in zip(digests, photos.names, held_out, strict=True)
        if out and digest in trained_on
    ]
    if copies:
        log.warning("%d held-out photos are trained on too, such as: %s", len(copies), copies[0])


def check_one_class_each(places, labels, checksums):
    """Raise `DataError` if the same photo is in two classes.

    Parameters
    ----------
    places : sequence of N str or Path
        Where each photo is, or else what it is called.
    labels : ndarray, shape (N,), int
    checksums : sequence of N str
        Of each file's content.
    """
    seen = {}
    for place, label, checksum in zip(places, labels, checksums, strict=True):
        other, other_label = seen.setdefault(checksum, (place, label))
        if label != other_label:
            raise DataError(f"{show(other)} and {show(place)} are the same photo in two classes; remove one")
