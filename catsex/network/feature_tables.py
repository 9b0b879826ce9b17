"""Features as a file: the two halves of an evaluation on two machines, or any other program's features."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.network.feature_files import PLAN, read_columns
from catsex.photos.exif import Taken
from catsex.photos.labelled import class_counts, of_subjects
from catsex.photos.layouts.listing import natural_key

log = logging.getLogger(__name__)

KNOWN = ("network", "source", "fingerprint", "name")


@dataclass(frozen=True)
class FeatureTable:
    """Rows of features with their classes, and where they come from: all that an evaluation needs of photos.

    Attributes
    ----------
    name : str
        Of the set.
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int64
        Indices into `class_names`.
    class_names : list of str
    groups : ndarray, shape (n,), int64, optional
        Rows with the same number show the same subject.
    entries : list of dict
        `name`, `class`, and where it is known `path` and `sha256` of each row.
    network, source, fingerprint : str
        What gave the features, as `pretrained.Pretrained` says it; "unknown" where the file does not say.
    taken : list of (exif.Taken or None), optional
        Which camera has taken each photo, and when.
    """

    name: str
    features: np.ndarray
    labels: np.ndarray
    class_names: list
    groups: np.ndarray | None
    entries: list
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
    try:
        columns, note = read_columns(path)
    except DataError:
        raise
    except Exception as error:  # pyarrow and zipfile raise nearly anything on damaged files
        raise DataError(f"{show(path)} is not a readable file of features: {reason(error, 200)}") from error
    features = _checked_features(path, columns)
    labels = [str(value) for value in columns["label"]]
    if len(labels) != len(features):
        raise DataError(f"{show(path)} has {len(labels)} labels for {len(features)} rows of features")
    names = sorted(set(labels), key=natural_key)
    if sorted(names) == sorted(note.get("class_names", ())):
        names = note["class_names"]
    if len(names) < 2 or "" in names or "None" in names:
        raise DataError(f"{show(path)} needs a label in every row, and at least two classes; found {len(names)}")
    entries = _entries(columns, labels)
    groups = _groups(columns.get("subject"))
    said: dict = {key: str(note[key]) for key in KNOWN if key in note}
    numbers = np.array([names.index(label) for label in labels], np.int64)
    shown = [show(name) for name in names]
    said = {"name": path.stem} | said | {"taken": _taken(columns)}
    return FeatureTable(features=features, labels=numbers, class_names=shown, groups=groups, entries=entries, **said)


def _taken(columns):
    """Return what is known of when each photo was taken, None if no row says it."""
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
    features = np.asarray(columns["features"])
    if features.ndim != 2 or 0 in features.shape or features.dtype.kind not in "fiu":
        raise DataError(f"{show(path)}: expected features of shape (rows, features), got {features.shape}")
    features = features.astype(np.float32)
    if not np.isfinite(features).all():
        row = int(np.argwhere(~np.isfinite(features))[0, 0])
        raise DataError(f"{show(path)} has a feature that is not a finite number, in row {row}")
    return features


def _entries(columns, labels):
    """Return what each row is, as `PhotoSet.entries` says it."""
    paths, digests = columns.get("path"), columns.get("sha256")
    return [
        {"name": show(Path(paths[row]).name) if paths else f"row {row}", "class": show(label)}
        | ({"path": show(paths[row])} if paths else {})
        | ({"sha256": str(digests[row])} if digests else {})
        for row, label in enumerate(labels)
    ]


def _groups(subjects):
    """Return the number of each row's subject; None if no row has one."""
    if not subjects or not any(str(subject or "") for subject in subjects):
        return None
    keys = [(row, None) if subject in (None, "") else str(subject) for row, subject in enumerate(subjects)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], np.int64)
