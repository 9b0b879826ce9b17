"""Photos on disk with their classes."""

from dataclasses import dataclass, field, replace

import numpy as np

from catsex.files import show
from catsex.photos.labelled import class_counts, of_subjects
from catsex.photos.reader import Reader

MOST_PICTURES = 1000  # 6 MB; of larger sets a page shows a sample, which is read again


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
    is_demo : bool
        Whether this is the demo set, in which there is nothing to learn.
    groups : ndarray, shape (N,), int, optional
        Photos with the same number show the same subject, where that is known.
    group_names : list of str, optional
        What the subjects are called, by their number.
    columns : dict of str to list of str
        What else a table says of each photo.
    reader : Reader
        What reads the files, and owns what has been read; shared by all subsets.
    """

    name: str
    paths: list
    labels: np.ndarray
    class_names: list
    held_out: np.ndarray | None = None
    groups: np.ndarray | None = None
    group_names: list | None = None
    columns: dict = field(default_factory=dict)
    is_demo: bool = False
    reader: Reader = field(default_factory=Reader, repr=False, compare=False)

    def __len__(self):
        return len(self.paths)

    @property
    def addresses(self):
        """Where each photo is, as text that holds from any folder."""
        return [str(path.resolve()) for path in self.paths]

    @property
    def names(self):
        """Each photo's name as a reader needs it: with as many of its folders as tell it from the others."""
        depth = 1 if all(path.parent == self.paths[0].parent for path in self.paths) else 2
        while True:
            names = ["/".join(path.parts[-depth:]) for path in self.paths]
            if len(set(names)) == len(set(self.paths)) or depth >= max(len(path.parts) for path in self.paths):
                return [show(name) for name in names]
            depth += 1

    @property
    def headline(self):
        """One line that says which photos these are."""
        classes = class_counts(self)
        if self.is_demo:
            return (
                f"DEMO: {len(self)} pieces of 5 photos that have nothing to do with cats' sex, labelled at random "
                f"({classes}). There is nothing to learn here."
            )
        parts = "" if self.held_out is None else f" ({sum(~self.held_out)} to train on, {sum(self.held_out)} held out)"
        return f"{len(self)} photos{of_subjects(self)} from {self.name}: {classes}{parts}"

    def read(self, position):
        """Read a photo as upright RGB pixels, and remember its description.

        Returns
        -------
        ndarray, shape (H, W, 3), uint8, 0 to 255

        Raises
        ------
        ImageError
            If the file cannot be read as a photo.
        """
        return self.reader.read(self.paths[position], self._with_pictures)

    @property
    def decoder(self):
        """How the files are decoded."""
        return self.reader.decoder

    @property
    def _with_pictures(self):
        """Whether a small picture of each photo is kept."""
        return len(self) <= MOST_PICTURES

    def decode(self, position, data):
        """Decode what has been read of a photo, `data`, as `read` does."""
        return self.reader.decode(self.paths[position], data, self._with_pictures)

    def prepare(self, position, data, size):
        """Decode what has been read of a photo as `decoder` says, and preprocess it to a size, (height, width)."""
        return self.reader.prepare(self.paths[position], data, size, self._with_pictures)

    @property
    def descriptions(self):
        """The description of each photo; those that have not been read yet are read now."""
        return self.reader.describe(self.paths, self._with_pictures)

    @property
    def checksums(self):
        """The SHA-256 of each photo's file, as hexadecimal text."""
        return [found.checksum for found in self.descriptions]

    @property
    def numbers(self):
        """What can be measured in each photo without a network: shape (N, 9), float32."""
        return np.stack([found.numbers for found in self.descriptions])

    @property
    def entries(self):
        """Each photo as a dict ready for JSON: `name`, `path`, `sha256` and `class`."""
        return [
            {"name": name, "path": path, "sha256": checksum, "class": self.class_names[label]}
            for name, path, checksum, label in zip(self.names, self.addresses, self.checksums, self.labels, strict=True)
        ]

    def subset(self, mask):
        """Return the photos for which a mask, shape (N,), bool, is true, as a set in which none is held out."""
        chosen = [path for path, wanted in zip(self.paths, mask, strict=True) if wanted]
        groups = None if self.groups is None else self.groups[mask]
        columns = {name: [values[i] for i in np.flatnonzero(mask)] for name, values in self.columns.items()}
        return replace(self, paths=chosen, labels=self.labels[mask], held_out=None, groups=groups, columns=columns)

    def as_one_set(self):
        """Return all photos as a set in which none is held out: cross-validation holds out each in turn."""
        return self.subset(np.ones(len(self), bool))

    def to_train_on(self):
        """Return the photos that are not held out."""
        return self if self.held_out is None else self.subset(~self.held_out)

    def results(self, probabilities, held_out=None):
        """Return what a network says of each photo, ready for JSON.

        Parameters
        ----------
        probabilities : ndarray, shape (N, classes), 0 to 1
            NaN for photos that it was not asked about.
        held_out : ndarray, shape (N,), bool, optional
            The photos that it was not trained on; by default none.

        Returns
        -------
        dict
            `class_names`, and `photos`, a list with a dict for each: what `entries` says of it, `prediction` (the
            likeliest class), `score` (its probability) and `held_out`; both are None for photos that the
            network was not asked about.
        """
        held_out = np.zeros(len(self), bool) if held_out is None else held_out
        asked = ~np.isnan(probabilities).any(axis=1)
        best = np.where(asked, np.argmax(probabilities, axis=1), 0)
        photos = [
            entry
            | {
                "prediction": self.class_names[best[i]] if asked[i] else None,
                "score": round(float(probabilities[i, best[i]]), 6) if asked[i] else None,
                "held_out": bool(held_out[i]),
            }
            for i, entry in enumerate(self.entries)
        ]
        return {"class_names": self.class_names, "photos": photos}


def photo_set(name, by_class):
    """Build a `PhotoSet` from {class name: paths}; names become printable text on one line."""
    paths = [path for photos in by_class.values() for path in photos]
    labels = np.repeat(np.arange(len(by_class)), [len(photos) for photos in by_class.values()])
    return PhotoSet(show(name), paths, labels, [show(name) for name in by_class])
