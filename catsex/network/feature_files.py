"""Files of features, written: Parquet, whole or in parts, and .npz."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import replacing, show
from catsex.photos import PhotoSet

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
    """Return the metadata of a file of features as JSON: its photos and its network."""
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
            if suffix_of(path) == ".npz":
                with open(temporary, "wb") as file:
                    arrays: dict = {name: np.array(values) for name, values in columns.items()}
                    np.savez(file, features=features, note=note, **arrays)
            else:
                _write_parquet(temporary, columns, features, note)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be written: {reason(error)}") from error


def _write_parquet(path, columns, features, note):
    arrow, parquet = import_arrow(path)
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
    arrow, parquet = import_arrow(path)
    vectors = arrow.list_(arrow.float32())  # of no fixed length: many versions cannot write such a one that is missing
    fields = [(name, vectors if name == "features" else arrow.string()) for name in (*COLUMNS, "error")]
    table = arrow.table(
        [arrow.array([row.get(name) for row in rows], kind) for name, kind in fields],
        schema=arrow.schema(fields, metadata={KEY: note}),
    )
    with replacing(path) as temporary:
        parquet.write_table(table, temporary)


def suffix_of(path):
    """Return the ending of a file's name, or raise `DataError` for one that no file of features has."""
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        raise DataError(f"{show(path)}: the name of a file of features ends in .parquet or .npz")
    return suffix


def import_arrow(path):
    """Return `pyarrow` and its part for Parquet, or raise `DataError` that says how to install it."""
    try:
        import pyarrow.compute
        from pyarrow import parquet
    except ImportError as error:
        raise DataError(
            f'{show(path)} needs another package: pip install -e ".[scale]"; or name it .npz, which needs none'
        ) from error
    return pyarrow, parquet
