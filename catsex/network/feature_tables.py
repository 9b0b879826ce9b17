"""Features as a file: the two halves of an evaluation on two machines, or any other program's features."""

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catsex.errors import DataError
from catsex.files import show
from catsex.network.feature_files import PLAN
from catsex.network.on_disk.reading import read_columns
from catsex.network.on_disk.rows import RowsOnDisk
from catsex.photos.exif import Taken
from catsex.photos.labelled import class_counts, of_subjects
from catsex.photos.layouts.listing import natural_key

KNOWN = ("network", "source", "fingerprint", "name")


@dataclass(frozen=True)
class FeatureTable:
    """Rows of features with their classes, and where they come from: all that an evaluation needs of photos.

    Attributes
    ----------
    name : str
        Of the set.
    features : ndarray or RowsOnDisk, shape (n, d), float32
    labels : ndarray, shape (n,), int64
        Indices into `class_names`.
    class_names : list of str
    groups : ndarray, shape (n,), int64, optional
        Rows with the same number show the same subject.
    entries : sequence of dict
        `name`, `class`, and where it is known `path` and `sha256` of each row.
    network, source, fingerprint : str
        What gave the features, as `pretrained.Pretrained` says it; "unknown" where the file does not say.
    taken : list of (exif.Taken or None), optional
        Which camera has taken each photo, and when.
    """

    name: str
    features: np.ndarray | RowsOnDisk
    labels: np.ndarray
    class_names: list
    groups: np.ndarray | None
    entries: Sequence
    network: str = "unknown"
    source: str = "unknown"
    fingerprint: str = "unknown"
    taken: list | None = None

    def __len__(self):
        return len(self.labels)

    @property
    def headline(self):
        """One line that says which rows these are."""
        rows = f"{len(self)} rows of {self.features.shape[1]} features{of_subjects(self)}"
        return f"{rows} from {self.name}: {class_counts(self)}"


def read_features(path: str | Path) -> FeatureTable:
    """Read features that `write_features`, `extract_in_parts`, or any other program, has written.

    Parameters
    ----------
    path : str or Path
        A Parquet file, or a folder of such parts, with the columns `label` (texts or numbers) and `features` (lists of
        numbers, of one length), and perhaps `subject`, `path`, `sha256`, `camera` and `taken` (seconds by its clock);
        or a `.npz` file with arrays of these names.

    Returns
    -------
    FeatureTable
        Classes in order; a row without a subject is its own.

    Raises
    ------
    DataError
        If it cannot be read, has other columns or values that are missing or no finite numbers, or one class only.
    """
    path = Path(path)
    if not path.is_file() and not (path / PLAN).is_file():
        raise DataError(f"no such file of features: {show(path)}")
    columns, note = read_columns(path)
    features = _checked_features(path, columns)
    if len(columns["label"]) != len(features):
        raise DataError(f"{show(path)} has {len(columns['label'])} labels for {len(features)} rows of features")
    given, numbers = _numbered(map(str, columns["label"]))
    names = sorted(given, key=natural_key)
    if sorted(names) == sorted(note.get("class_names", ())):
        names = note["class_names"]
    if len(names) < 2 or "" in names or "None" in names:
        raise DataError(f"{show(path)} needs a label in every row, and at least two classes; found {len(names)}")
    labels = np.argsort([given.index(name) for name in names])[numbers]
    shown = [show(name) for name in names]
    entries = Entries(labels, shown, columns.get("path"), columns.get("sha256"))
    groups = _groups(columns.get("subject"))
    said: dict = {key: str(note[key]) for key in KNOWN if key in note}
    said = {"name": path.stem} | said | {"taken": _taken(columns)}
    return FeatureTable(features=features, labels=labels, class_names=shown, groups=groups, entries=entries, **said)


def _taken(columns):
    """Return by which camera and when each photo was taken, None if no row says it."""
    if not {"camera", "taken"} <= set(columns):
        return None
    try:
        pairs = zip(columns["camera"], columns["taken"], strict=True)
        return [Taken(camera, float(seconds)) if camera and seconds else None for camera, seconds in pairs]
    except (TypeError, ValueError):  # another program's columns of these names
        return None


def _checked_features(path, columns):
    """Return the features as float32, or raise `DataError`."""
    missing = [name for name in ("label", "features") if name not in columns]
    if missing:
        raise DataError(f"{show(path)} has no column {missing[0]}; expected label and features")
    if isinstance(columns["features"], RowsOnDisk):  # which were checked as they were read
        return columns["features"]
    features = np.asarray(columns["features"])
    if features.ndim != 2 or 0 in features.shape or features.dtype.kind not in "fiu":
        raise DataError(f"{show(path)}: expected features of shape (rows, features), got {features.shape}")
    features = features.astype(np.float32, copy=False)
    if not np.isfinite(features).all():
        row = int(np.argwhere(~np.isfinite(features))[0, 0])
        raise DataError(f"{show(path)} has a feature that is not a finite number, in row {row}")
    return features


class Entries(Sequence):
    """What each row is, as `PhotoSet.entries` says it, made on demand.

    Parameters
    ----------
    labels : ndarray, shape (n,), int
    class_names : list of str
    paths, digests : sequence of n str, optional
    """

    def __init__(self, labels, class_names, paths=None, digests=None):
        self._labels, self._class_names, self._paths, self._digests = labels, class_names, paths, digests

    def __len__(self):
        return len(self._labels)

    def __getitem__(self, row):
        path, digest = (None if texts is None else texts[row] for texts in (self._paths, self._digests))
        return self._entry(row, self._labels[row], path, digest)

    def __iter__(self):
        nothing = itertools.repeat(None)
        texts = (nothing if texts is None else texts for texts in (self._paths, self._digests))
        return map(self._entry, itertools.count(), self._labels.tolist(), *texts)

    def _entry(self, row, label, path, digest):
        return (
            {
                "name": f"row {row}" if self._paths is None else show(os.path.basename(path)),
                "class": self._class_names[label],
            }
            | ({} if self._paths is None else {"path": show(path)})
            | ({"sha256": str(digest)} if digest else {})
        )


def _numbered(values):
    """Return the different values in the order in which they come, and the number of each: ndarray, int64."""
    numbers: dict = {}
    codes = np.fromiter((numbers.setdefault(value, len(numbers)) for value in values), np.int64)
    return list(numbers), codes


def _groups(subjects):
    """Return the number of each row's subject; None if no row has one."""
    if subjects is None or not any(str(subject or "") for subject in subjects):
        return None
    keys = (row if subject in (None, "") else str(subject) for row, subject in enumerate(subjects))
    return _numbered(keys)[1]
