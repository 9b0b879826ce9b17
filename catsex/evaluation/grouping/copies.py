"""Leaks: copies, near-duplicates, bursts and videos across the split into training and held-out photos."""

import logging

import numpy as np

from catsex.errors import DataError
from catsex.files import show

log = logging.getLogger(__name__)


def check_split(photos, held_out, alike):
    """Refuse a photo that is in two classes, and name held-out photos that repeat training photos.

    Parameters
    ----------
    photos : PhotoSet
    held_out : ndarray, shape (N,), bool; or None
        None if all are trained on.
    alike : Alike
        Photos that show the same again, as `find_alike` finds them by their features.

    Returns
    -------
    ndarray, shape (N,), bool
        Which photos are held out and yet, or nearly so, have been seen: a result can be given without them.

    Raises
    ------
    DataError
        If the same photo is in two classes.
    """
    digests, seen = photos.checksums, np.zeros(len(photos), bool)
    check_one_class_each(photos.paths, photos.labels, digests)
    if held_out is None:
        return seen
    kinds = {
        "copies of": [pair for pair in alike.duplicates if digests[pair[0]] == digests[pair[1]]],
        "near-duplicates of": [pair for pair in alike.duplicates if digests[pair[0]] != digests[pair[1]]],
        "taken within seconds of": alike.bursts,
        "in the same video as": alike.frames,
    }
    for what, found in kinds.items():
        seen |= _name_across(photos, held_out, found, what)
    return seen


def _name_across(photos, held_out, pairs, what):
    """Name pairs of which one is held out and the other trained on; return which are held out, shape (N,), bool."""
    across = [pair for pair in pairs if held_out[pair[0]] != held_out[pair[1]]]
    out = [pair[0] if held_out[pair[0]] else pair[1] for pair in across]
    seen = np.zeros(len(photos), bool)
    seen[out] = True
    if across:
        names = photos.names
        trained_on = across[0][0] if out[0] == across[0][1] else across[0][1]
        log.warning(
            "%d of %d held-out photos are %s training photos, such as %s and %s",
            *(seen.sum(), np.sum(held_out), what, names[out[0]], names[trained_on]),
        )
    return seen


def check_one_class_each(places, labels, checksums):
    """Raise `DataError` if the same photo is in two classes.

    Parameters
    ----------
    places : sequence of N str or Path
        Where each photo is, or else what it is called.
    labels : ndarray, shape (N,), int
    checksums : sequence of N str or bytes
        Of each file's content.
    """
    first = first_copies(checksums)
    for position in np.flatnonzero(labels[first] != labels)[:1]:
        names = show(places[first[position]]), show(places[position])
        raise DataError(f"{names[0]} and {names[1]} are the same photo in two classes; remove one")


def first_copies(checksums):
    """Return which file is the first with the same checksum as each: sequence of N -> ndarray, shape (N,), int."""
    _, first, which = np.unique(np.asarray(checksums), return_index=True, return_inverse=True)
    return first[which]
