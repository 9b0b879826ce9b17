"""Folders of photos to paths, labels and class names; what to hold out."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catsex.errors import DataError
from catsex.images import show

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp"}
CLUTTER = {"thumbs.db", "desktop.ini"}
SEXES = {"f": "female", "m": "male"}


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
    """

    name: str
    paths: list
    labels: np.ndarray
    class_names: list

    def __len__(self):
        return len(self.paths)

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
        return f"{len(self)} photos from {self.name}: {classes}"


def read_folder(folder):
    """Read a folder of one's own photos.

    Either one folder per class, named after it, with any number of photos each; or all photos in one folder as
    `f01.jpg`, `f02.jpg` … for the females and `m01.jpg`, `m02.jpg` … for the males, the same number of both.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    PhotoSet
        Classes and photos in natural order (`cat9` before `cat10`).

    Raises
    ------
    DataError
        If the folder does not exist, has neither layout, or a photo of a numbered series is missing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"no such folder: {show(folder)}")
    by_class = _read_numbered(folder) or _read_class_folders(folder)
    if len(by_class) < 2:
        raise DataError(
            f"{show(folder)} needs one folder per class, at least two, or photos named f01.jpg … and m01.jpg …; "
            f"found {'only the class ' + show(next(iter(by_class))) if by_class else 'no photos'}"
        )
    return photo_set(folder.resolve().name, by_class)


def _read_numbered(folder):
    """Return {"female": paths, "male": paths} for a folder of f01 … and m01 …, else {}."""
    found = {}
    for path in _visible(folder):
        match = re.fullmatch(r"([fm])(\d+)", path.stem)
        if match and path.suffix.lower() in PHOTO_SUFFIXES and path.is_file():
            found.setdefault(match[1], {})[int(match[2])] = path
    if not found:
        return {}
    last = max(number for numbers in found.values() for number in numbers)
    for sex in SEXES:
        for number in range(1, last + 1):
            if number not in found.get(sex, {}):
                raise DataError(f"{show(folder)} has no {sex}{number:02d}.jpg, though it goes on to {last:02d}")
    return {name: [found[sex][number] for number in range(1, last + 1)] for sex, name in SEXES.items()}


def _read_class_folders(folder):
    """Return {class name: paths} for a folder of class folders."""
    by_class = {}
    for class_folder in _visible(folder):
        if class_folder.is_dir():
            files = [path for path in _visible(class_folder) if path.is_file()]
            strange = [path for path in files if path.suffix.lower() not in PHOTO_SUFFIXES]
            if strange:
                raise DataError(f"{show(strange[0])} is not a photo; move it elsewhere")
            if not files:
                raise DataError(f"{show(class_folder)} has no photos in it")
            by_class[class_folder.name] = files
    return by_class


def _visible(folder):
    """List a folder in natural order, without hidden files and the clutter that file managers leave."""
    try:
        entries = [p for p in folder.iterdir() if not p.name.startswith(".") and p.name.lower() not in CLUTTER]
    except OSError as error:
        raise DataError(f"{show(folder)} cannot be read: {error.strerror or error}") from error
    return sorted(entries, key=lambda path: natural_key(path.name))


def natural_key(text):
    """Return a sort key that puts `cat9` before `cat10`."""
    pieces = re.split(r"(\d+)", text.lower())
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in pieces], text


def photo_set(name, by_class):
    """Build a `PhotoSet` from {class name: paths}."""
    paths = [path for photos in by_class.values() for path in photos]
    labels = np.repeat(np.arange(len(by_class)), [len(photos) for photos in by_class.values()])
    return PhotoSet(name, paths, labels, list(by_class))


def last_of_each_class(labels, share=0.25):
    """Return a mask of the last photos of each class, the ones to hold out.

    Parameters
    ----------
    labels : ndarray, shape (N,), int
    share : float
        Of each class, rounded down but at least one photo: of 20 photos, the last 5.

    Returns
    -------
    ndarray, shape (N,), bool

    Raises
    ------
    DataError
        If a class has fewer than two photos, so that none would be left to train on.
    """
    held_out = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            raise DataError(f"class {label} has {len(members)} photo; holding some out takes at least 2")
        held_out[members[-max(1, int(len(members) * share)) :]] = True
    return held_out
