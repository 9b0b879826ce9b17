"""Photos on disk with their classes."""

import hashlib
import logging
from dataclasses import dataclass

import numpy as np

from catsex.files import show
from catsex.photos.images import read_bytes

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PhotoSet:
    """Photos on disk with their classes.

    Attributes
    ----------
    name : str
        "cats" for the tutorial's photos, "demo" for the demo set, else the folder's name.
    paths : list of Path
        One file per photo, class by class.
    labels : ndarray, shape (N,), int64
        The class of each photo, as an index into `class_names`.
    class_names : list of str
    held_out : ndarray, shape (N,), bool, optional
        The photos never to train on, where the folder itself says which: those in `test` or `validation`.
    groups : ndarray, shape (N,), int, optional
        Photos with the same number show the same subject, where that is known.
    """

    name: str
    paths: list
    labels: np.ndarray
    class_names: list
    held_out: np.ndarray | None = None
    groups: np.ndarray | None = None

    def __len__(self):
        return len(self.paths)

    @property
    def names(self):
        """Each photo's name as a reader needs it: with its folder where there is one per class."""
        same_folder = all(path.parent == self.paths[0].parent for path in self.paths)
        return [show(path.name if same_folder else f"{path.parent.name}/{path.name}") for path in self.paths]

    @property
    def headline(self):
        """One line that says which photos these are."""
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        classes = ", ".join(f"{count} {name}" for count, name in zip(counts, self.class_names, strict=True))
        if self.name == "demo":
            return (
                f"DEMO: {len(self)} views of one and the same cat, labelled at random ({classes}). "
                "There is nothing to learn here."
            )
        parts = "" if self.held_out is None else f" ({sum(~self.held_out)} to train on, {sum(self.held_out)} held out)"
        return f"{len(self)} photos from {self.name}: {classes}{parts}"

    def subset(self, mask):
        """Return the photos for which a mask, shape (N,), bool, is true, as a set in which none is held out."""
        chosen = [path for path, wanted in zip(self.paths, mask, strict=True) if wanted]
        groups = None if self.groups is None else self.groups[mask]
        return PhotoSet(self.name, chosen, self.labels[mask], self.class_names, groups=groups)

    def answers(self, probabilities, held_out=None):
        """Return what a network says of each photo, as a list of dicts ready for JSON.

        Parameters
        ----------
        probabilities : ndarray, shape (N, classes), 0 to 1
            NaN for photos that it was not asked about.
        held_out : ndarray, shape (N,), bool, optional
            The photos that it was not trained on; by default none.

        Returns
        -------
        list of dict
            `name`, `class`, `answer` (the likeliest class), `score` (its probability) and `held_out`; answer and
            score are None for photos that the network was not asked about.
        """
        held_out = np.zeros(len(self), bool) if held_out is None else held_out
        asked = ~np.isnan(probabilities).any(axis=1)
        best = np.where(asked, np.argmax(probabilities, axis=1), 0)
        return [
            {
                "name": name,
                "class": self.class_names[self.labels[i]],
                "answer": self.class_names[best[i]] if asked[i] else None,
                "score": round(float(probabilities[i, best[i]]), 6) if asked[i] else None,
                "held_out": bool(held_out[i]),
            }
            for i, name in enumerate(self.names)
        ]

    def as_one_set(self):
        """Return all photos as a set in which none is held out: cross-validation holds out each in turn."""
        return self.subset(np.ones(len(self), bool))

    def to_train_on(self):
        """Return the photos that are not held out."""
        return self if self.held_out is None else self.subset(~self.held_out)


def photo_set(name, by_class):
    """Build a `PhotoSet` from {class name: paths}; names become printable text on one line."""
    paths = [path for photos in by_class.values() for path in photos]
    labels = np.repeat(np.arange(len(by_class)), [len(photos) for photos in by_class.values()])
    return PhotoSet(show(name), paths, labels, [show(name) for name in by_class])


def checksum(path):
    """Return the SHA-256 of a photo's file."""
    return hashlib.sha256(read_bytes(path)).hexdigest()
