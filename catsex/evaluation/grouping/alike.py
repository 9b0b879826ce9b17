"""Photos that show the same thing again, found automatically, to be held out together."""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.grouping.bursts import find_bursts, find_frames
from catsex.evaluation.grouping.join import join
from catsex.evaluation.grouping.near_duplicates import find_duplicates
from catsex.evaluation.permuting.permutation_scheme import of_one_class
from catsex.photos.exif import taken_of

OFF = "off"


class Alike(NamedTuple):
    """Pairs of photos, by their positions.

    Attributes
    ----------
    duplicates : list of (int, int, float)
        Near-duplicates with the cosine of their features, the closest first.
    bursts : list of (int, int)
        Taken by one camera within seconds.
    frames : list of (int, int)
        Neighbouring frames of one video.
    """

    duplicates: list = []  # noqa: RUF012, never changed
    bursts: list = []  # noqa: RUF012
    frames: list = []  # noqa: RUF012

    @property
    def pairs(self):
        """All pairs, as `join.join` takes them."""
        return self.duplicates + [(*pair, 1.0) for pair in self.bursts + self.frames]

    def together(self, n, groups=None):
        """Return which of n photos belong together, as `join.join` does."""
        return join(n, self.pairs, groups)

    def units(self, labels, groups=None):
        """Return which photos keep one label even where those of a group have several: (n,) -> (n,).

        Where a pair joins told subjects of different classes, each subject goes on being one; so do near-duplicates of
        one class. None if nothing is alike: then only told subjects of one class do.
        """
        if not self.pairs:
            return None
        n = len(labels)
        if groups is not None:
            groups = np.where(of_one_class(labels, groups), groups, groups.max() + 1 + np.arange(n))
        return join(n, [pair for pair in self.pairs if labels[pair[0]] == labels[pair[1]]], groups)

    def name(self, names):
        """Return {"duplicates": …, "bursts": …, "frames": …} with names in place of positions, ready for JSON."""
        return {
            "duplicates": [[names[a], names[b], round(cosine, 4)] for a, b, cosine in self.duplicates],
            "bursts": [[names[a], names[b]] for a, b in self.bursts],
            "frames": [[names[a], names[b]] for a, b in self.frames],
        }


def find_alike(photos, features=None, near_duplicates=None):
    """Find photos that show the same thing again.

    Parameters
    ----------
    photos : PhotoSet
    features : ndarray, shape (N, d), float32, optional
        The frozen network's output for them; without it only bursts are found.
    near_duplicates : float or "off", optional
        The cosine that near-duplicates exceed, by default what suits the set (`near_duplicates.find_duplicates`); "off"
        if nothing is to be guessed: each photo then counts by itself, unless the set says otherwise.

    Returns
    -------
    Alike
        Nothing of the demo set, whose photos are cut from the same few and meant to be alike.
    """
    if photos.is_demo or near_duplicates == OFF:
        return Alike()
    taken = [taken_of(description.exif) for description in photos.descriptions]
    if features is None:
        return Alike(bursts=_bursts(taken, photos.labels))
    return find_alike_rows(features, photos.checksums, photos.labels, taken, photos.paths, near_duplicates)


def find_alike_rows(features, digests, labels, taken=None, paths=None, near_duplicates=None):
    """Find rows of features that show the same thing again, as `find_alike` finds photos.

    Parameters
    ----------
    features : ndarray, shape (N, d), float32
    digests : sequence of N str
        A checksum of each file's content.
    labels : ndarray, shape (N,), int
    taken : sequence of N (exif.Taken or None), optional
    paths : sequence of N Path, optional
    near_duplicates : float, optional
        As `find_alike` takes it.

    Returns
    -------
    Alike
    """
    return Alike(
        find_duplicates(features, digests, near_duplicates),
        [] if taken is None else _bursts(taken, labels),
        [] if paths is None else find_frames(paths, labels, features),
    )


def _bursts(taken, labels):
    """Return the bursts within each class: two photos in different classes are never one."""
    found = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        found += [
            tuple(members[list(pair)].tolist()) for pair in find_bursts([taken[position] for position in members])
        ]
    return sorted(found)
