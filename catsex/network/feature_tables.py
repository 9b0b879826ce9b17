"""Features as a file: the two halves of an evaluation on two machines, or any other program's features."""

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import replacing, show
from catsex.photos.decoder import Decoder
from catsex.photos.listing import natural_key

log = logging.getLogger(__name__)

ROWS = 10_000  # in a piece of a Parquet file, 50 MB: more are never in memory twice
KEY = b"catsex"  # of what a Parquet file says of itself
COLUMNS = ("path", "label", "subject", "sha256", "features")
PLAN = "_plan.json"  # of a folder of parts: how many there are to be, and of what
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
    is_demo: bool = False
    decoder: Decoder = field(default_factory=Decoder)
    descriptions: tuple = ()

    @property
    def headline(self):
        """One line that says which rows these are."""
        counts = np.bincount(self.labels, minlength=len(self.class_names))
        classes = ", ".join(f"{count} {name}" for count, name in zip(counts, self.class_names, strict=True))
        subjects = "" if self.groups is None else f" of {len(np.unique(self.groups))} subjects"
        return f"{len(self.labels)} rows of {self.features.shape[1]} features{subjects} from {self.name}: {classes}"


def write_features(path, photos, features, pretrained):
    """Write the features of photos, whole or not at all.

    Parameters
    ----------
    path : str or Path
        Ends in `.parquet` (which takes the extra `scale`) or `.npz`.
    photos : PhotoSet
        n photos.
    features : ndarray, shape (n, d), float32
    pretrained : pretrained.Pretrained
        The network that gave them.

    Raises
    ------
    DataError
        If it cannot be written, or a package is missing that could.
    """
    path = Path(path)
    subjects = [""] * len(photos) if photos.groups is None else [photos.group_names[group] for group in photos.groups]
    columns = {
        "path": [str(place.resolve()) for place in photos.paths],
        "label": [photos.class_names[label] for label in photos.labels],
        "subject": subjects,
        "sha256": photos.checksums,
    }
    made_by = {"network": pretrained.network, "source": pretrained.source, "fingerprint": pretrained.fingerprint}
    note = json.dumps(made_by | {"name": photos.name, "class_names": photos.class_names})
    try:
        with replacing(path) as temporary:
            if _suffix(path) == ".npz":
                with open(temporary, "wb") as file:
                    np.savez(file, features=features, note=note, **{name: np.array(v) for name, v in columns.items()})
            else:
                _write_parquet(temporary, columns, features, note)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be written: {error.strerror or error}") from error


def _write_parquet(path, columns, features, note):
    arrow, parquet = _arrow(path)
    width = features.shape[1]
    fields = [(name, arrow.string()) for name in columns] + [("features", arrow.list_(arrow.float32(), width))]
    schema = arrow.schema(fields, metadata={KEY: note})
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, len(features), ROWS):
            piece = slice(start, start + ROWS)
            values = arrow.array(np.ascontiguousarray(features[piece], np.float32).ravel())
            vectors = arrow.FixedSizeListArray.from_arrays(values, width)
            texts = [arrow.array(values[piece]) for values in columns.values()]
            writer.write_table(arrow.Table.from_arrays([*texts, vectors], schema=schema))


def part_name(number):
    """Return the name of a part in a folder of features."""
    return f"part-{number:07d}.parquet"


def write_part(path, rows, note):
    """Write some rows of features to a Parquet file, whole or not at all.

    Parameters
    ----------
    path : Path
    rows : list of dict
        `COLUMNS`, of which `sha256` and `features`, ndarray (d,), float32, can be None, and `error`: why they are.
    note : str
        What the file says of itself, as JSON.
    """
    arrow, parquet = _arrow(path)
    there = [row["features"] for row in rows if row["features"] is not None]
    vectors = arrow.list_(arrow.float32(), len(there[0])) if there else arrow.list_(arrow.float32())
    fields = [(name, vectors if name == "features" else arrow.string()) for name in (*COLUMNS, "error")]
    table = arrow.table(
        [arrow.array([row[name] for row in rows], kind) for name, kind in fields],
        schema=arrow.schema(fields, metadata={KEY: note}),
    )
    with replacing(path) as temporary:
        parquet.write_table(table, temporary)


def read_features(path):
    """Read features that `write_features`, `extract_on_cluster`, or any other program, has written.

    Parameters
    ----------
    path : str or Path
        A Parquet file, or a folder of such parts, with the columns `label` (texts or numbers) and `features` (lists of
        numbers, of one length), and perhaps `subject`, `path` and `sha256`; or a `.npz` file with arrays of these
        names.

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
        columns, note = _read_npz(path) if _suffix(path) == ".npz" else _read_parquet(path)
    except DataError:
        raise
    except Exception as error:  # pyarrow and zipfile raise nearly anything on damaged files
        raise DataError(f"{show(path)} is no file of features that can be read: {reason(error, 200)}") from error
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
    said = {key: str(note[key]) for key in KNOWN if key in note}
    numbers = np.array([names.index(label) for label in labels], np.int64)
    shown = [show(name) for name in names]
    return FeatureTable(said.pop("name", path.stem), features, numbers, shown, groups, entries, **said)


def _suffix(path):
    suffix = path.suffix.lower()
    if suffix not in (".parquet", ".npz"):
        raise DataError(f"{show(path)}: the name of a file of features ends in .parquet or .npz")
    return suffix


def _arrow(path):
    try:
        import pyarrow.compute
        from pyarrow import parquet
    except ImportError as error:
        raise DataError(
            f'{show(path)} takes one package more: pip install -e ".[scale]"; or name it .npz, which takes none'
        ) from error
    return pyarrow, parquet


def _parts(path):
    """Return the files of a Parquet file or folder, or raise `DataError` if some are still missing."""
    if path.is_file():
        return [path]
    number = json.loads((path / PLAN).read_text(encoding="utf-8"))["parts"]
    parts = [path / part_name(one) for one in range(number)]
    missing = sum(not part.is_file() for part in parts)
    if missing:
        raise DataError(f"{show(path)} lacks {missing} of {number} parts: run scripts/extract.py again, it goes on")
    return parts


def _read_parquet(path):
    """Return the columns of a Parquet file, and what it says of itself."""
    arrow, parquet = _arrow(path)
    pieces, wrong = [], []
    for part in _parts(path):
        names = [name for name in parquet.read_schema(part).names if name in (*COLUMNS, "error")]
        piece = parquet.read_table(part, columns=names)
        if "error" in names:
            wrong += piece.column("error").drop_null().to_pylist()
            piece = piece.filter(arrow.compute.is_null(piece.column("error"))).drop_columns("error")
        if len(piece):
            pieces.append(piece)
    if wrong:
        log.warning("left out, because they could not be read: %d photos, such as: %s", len(wrong), wrong[0])
    if not pieces:
        raise DataError(f"{show(path)} has no row of features")
    table = arrow.concat_tables(pieces)
    note = (table.schema.metadata or {}).get(KEY, b"{}")
    columns = {name: table.column(name).to_pylist() for name in table.column_names if name != "features"}
    if "features" in table.column_names:
        vectors = table.column("features").combine_chunks()
        if vectors.null_count or len(arrow.compute.unique(arrow.compute.list_value_length(vectors))) > 1:
            raise DataError(f"{show(path)} has rows of features that are missing or of different lengths")
        columns["features"] = vectors.flatten().to_numpy(zero_copy_only=False).reshape(len(vectors), -1)
    return columns, json.loads(note)


def _read_npz(path):
    with np.load(path, allow_pickle=False) as stored:
        columns = {name: stored[name] for name in COLUMNS if name in stored}
        note = json.loads(str(stored["note"])) if "note" in stored else {}
    return {name: values if name == "features" else values.tolist() for name, values in columns.items()}, note


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
