"""Files of features: Parquet, whole or in parts, and .npz."""

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import replacing, show
from catsex.photos import PhotoSet

log = logging.getLogger(__name__)

ROWS = 10_000  # in a piece of a Parquet file, 50 MB: more are never in memory twice
ENDINGS = (".parquet", ".npz")  # of the names of such files
KEY = b"catsex"  # of what a Parquet file says of itself
COLUMNS = ("path", "label", "subject", "sha256", "camera", "taken", "features")
PLAN = "_plan.json"  # of a folder of parts: how many there are to be, and of what


def columns_of(photos):
    """Return {"path": …, "label": …, "subject": …}, for each photo a text."""
    subjects = [""] * len(photos) if photos.groups is None else [photos.group_names[group] for group in photos.groups]
    return {
        "path": photos.addresses,
        "label": [photos.class_names[label] for label in photos.labels],
        "subject": subjects,
    }


def moment_of(exif):
    """Return {"camera": …, "taken": seconds by its clock}, each a text, empty where EXIF does not say it."""
    return {"camera": exif.get("camera", ""), "taken": str(exif.get("taken", ""))}


def describe(photos, pretrained):
    """Return what a file of features says of itself, as JSON: of which photos, and of which network."""
    made_by = {"network": pretrained.network, "source": pretrained.source, "fingerprint": pretrained.fingerprint}
    return json.dumps(made_by | {"name": photos.name, "class_names": photos.class_names})


def write_features(path: str | Path, photos: PhotoSet, features: np.ndarray, pretrained: Any) -> None:
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
    path, note = Path(path), describe(photos, pretrained)
    moments = [moment_of(described.exif) for described in photos.descriptions]
    columns = columns_of(photos) | {"sha256": photos.checksums}
    columns |= {name: [moment[name] for moment in moments] for name in ("camera", "taken")}
    try:
        with replacing(path) as temporary:
            if _suffix(path) == ".npz":
                with open(temporary, "wb") as file:
                    arrays: dict = {name: np.array(values) for name, values in columns.items()}
                    np.savez(file, features=features, note=note, **arrays)
            else:
                _write_parquet(temporary, columns, features, note)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be written: {reason(error)}") from error


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
        `COLUMNS`, of which all but the first three can be None, and `error`: why they are. `features` is an ndarray,
        shape (d,), float32.
    note : str
        What the file says of itself, as JSON.
    """
    arrow, parquet = _arrow(path)
    vectors = arrow.list_(arrow.float32())  # of no fixed length: many versions cannot write such a one that is missing
    fields = [(name, vectors if name == "features" else arrow.string()) for name in (*COLUMNS, "error")]
    table = arrow.table(
        [arrow.array([row.get(name) for row in rows], kind) for name, kind in fields],
        schema=arrow.schema(fields, metadata={KEY: note}),
    )
    with replacing(path) as temporary:
        parquet.write_table(table, temporary)


def _suffix(path):
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        raise DataError(f"{show(path)}: the name of a file of features ends in .parquet or .npz")
    return suffix


def _arrow(path):
    try:
        import pyarrow.compute
        from pyarrow import parquet
    except ImportError as error:
        raise DataError(
            f'{show(path)} needs another package: pip install -e ".[scale]"; or name it .npz, which needs none'
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
        raise DataError(f"{show(path)} lacks {missing} of {number} parts; run scripts/extract.py again to resume")
    return parts


def read_columns(path):
    """Return the columns of a file or folder of features, {name: values}, and what it says of itself, a dict."""
    return _read_npz(path) if _suffix(path) == ".npz" else _read_parquet(path)


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
