"""Files of features as columns: Parquet, whole or in parts, and .npz."""

import contextlib
import itertools
import json
import logging

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.network.feature_files import COLUMNS, KEY, PLAN, import_arrow, part_name, suffix_of
from catsex.network.on_disk.rows import MOST_BYTES, RoomOnDisk, gathered
from catsex.network.on_disk.texts import Texts

log = logging.getLogger(__name__)

BUFFER = 2**20  # bytes that are read at once; a file that is mapped into memory would count as memory as a whole
ROWS = 4096  # that are read at once, of whatever is in a file


def read_columns(path):
    """Return the columns of a file or folder of features, {name: values}, and what it says of itself, a dict.

    Features that are too many for memory are `RowsOnDisk`, texts of Parquet `Texts`.
    """
    with naming(path):
        return _read_npz(path) if suffix_of(path) == ".npz" else _read_parquet(path)


@contextlib.contextmanager
def naming(path):
    """Name a file in whatever is raised while it is read."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # pyarrow and zipfile raise nearly anything on damaged files
        raise DataError(f"{show(path)} is not a readable file of features: {reason(error, 200)}") from error


def _read_npz(path):
    with np.load(path, allow_pickle=False) as stored:
        columns = {name: stored[name] for name in COLUMNS if name in stored}
        note = json.loads(str(stored["note"])) if "note" in stored else {}
    return {name: values if name == "features" else values.tolist() for name, values in columns.items()}, note


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


def _read_parquet(path):
    """Return the columns of a Parquet file or folder, and what it says of itself."""
    arrow, parquet = import_arrow(path)
    files: list = []
    for part in _parts(path):
        with naming(part):
            files.append((part, parquet.ParquetFile(part, buffer_size=BUFFER, pre_buffer=False)))
    schema = _one_kind([(part, file.schema_arrow) for part, file in files])
    columns, kept = _all_but_features(arrow, files)
    if "features" in schema.names:
        number = sum(map(len, kept))
        if not number:
            raise DataError(f"{show(path)} has no row of features")
        blocks = (block for (part, file), rows in zip(files, kept, strict=True) for block in _blocks(part, file, rows))
        columns["features"] = _gathered(path, blocks, number)
        arrow.default_memory_pool().release_unused()
    return columns, json.loads((schema.metadata or {}).get(KEY, b"{}"))


def _one_kind(schemas):
    """Return the schema that all parts have, or raise `DataError` that names one with another."""
    (first, schema), *others = schemas
    for part, other in others:
        if other.names != schema.names:
            raise DataError(f"{show(part)} has other columns than {first.name}: {', '.join(other.names)}")
        if _made_by(other) != _made_by(schema):
            raise DataError(
                f"{show(part)} is of another network than {first.name}: {_made_by(other)[0]}, not {_made_by(schema)[0]}"
            )
    return schema


def _made_by(schema):
    note = json.loads((schema.metadata or {}).get(KEY, b"{}"))
    return note.get("network", "unknown"), note.get("fingerprint")


def _all_but_features(arrow, files):
    """Return the columns of texts, {name: Texts}, and which rows of each file have features: those without `error`."""
    names = [name for name in files[0][1].schema_arrow.names if name in (*COLUMNS, "error") and name != "features"]
    columns: dict = {name: Texts() for name in names if name != "error"}
    kept, wrong = [], []
    for part, file in files:
        fit = [np.ones(file.metadata.num_rows, bool)] if not names else []
        with naming(part):
            for batch in file.iter_batches(ROWS, columns=names) if names else ():
                fine = np.ones(len(batch), bool)
                if "error" in names:
                    wrong += batch.column("error").drop_null().to_pylist()
                    fine = np.asarray(batch.column("error").is_null())
                chosen = arrow.array(fine)
                for name, texts in columns.items():
                    texts.append(batch.column(name).filter(chosen))
                fit.append(fine)
        kept.append(np.flatnonzero(np.concatenate(fit)) if fit else np.zeros(0, int))
    if wrong:
        log.warning("left out, because they could not be read: %d photos, such as: %s", len(wrong), wrong[0])
    return columns, kept


def _blocks(part, file, rows):
    """Yield the features of some rows of a file, ascending, as arrays (m, d), float32."""
    start = 0
    with naming(part):
        for batch in file.iter_batches(ROWS, columns=["features"]):
            here = rows[(rows >= start) & (rows < start + len(batch))]
            vectors = batch.column(0).take(_indices(here - start)) if len(here) < len(batch) else batch.column(0)
            if len(here):
                values = _matrix(part, vectors)
                if not np.isfinite(values).all():
                    row = int(here[np.argwhere(~np.isfinite(values))[0, 0]])
                    raise DataError(f"{show(part)} has a feature that is not a finite number, in row {row}")
                yield values
            start += len(batch)


def _indices(rows):
    import pyarrow

    return pyarrow.array(rows)


def _matrix(part, vectors):
    """Return lists of numbers as an array, (m, d), float32."""
    if hasattr(vectors.type, "list_size"):
        length = vectors.type.list_size
    elif hasattr(vectors, "value_lengths"):
        lengths = vectors.value_lengths()
        length = 0 if lengths.null_count or len(lengths.unique()) > 1 else lengths[0].as_py()
    else:
        raise _no_numbers(part, vectors)
    values = vectors.flatten().to_numpy(zero_copy_only=False)
    if values.dtype.kind not in "fiu":
        raise _no_numbers(part, vectors)
    if not length or len(values) != length * len(vectors):
        raise DataError(f"{show(part)} has rows of features that are missing or of different lengths")
    with np.errstate(over="ignore"):
        return values.astype(np.float32).reshape(len(vectors), length)


def _no_numbers(part, vectors):
    return DataError(f"{show(part)}: expected features of shape (rows, features), got a column of {vectors.type}")


def _gathered(path, blocks, number):
    """Return blocks of rows as one array, or on disk if they are too many for memory."""
    first = next(blocks)
    shape = number, first.shape[1]

    def checked():
        for values in itertools.chain([first], blocks):
            if values.shape[1] != shape[1]:
                raise DataError(f"{show(path)} has rows of features that are missing or of different lengths")
            yield values

    found = gathered(checked(), shape, np.float32, MOST_BYTES)
    return found.rows() if isinstance(found, RoomOnDisk) else found
