"""Pictures inside Parquet files (Hugging Face) and tar files (WebDataset), unpacked to the cache, with a table."""

import csv
import hashlib
import json
import re
import tarfile
from pathlib import PurePosixPath

from catsex.errors import DataError, reason
from catsex.files import cache_folder, show
from catsex.photos.decoding.images import MAX_BYTES
from catsex.photos.layouts.listing import PHOTO_SUFFIXES, visible
from catsex.photos.layouts.packed.archives import checksum, fill_once
from catsex.photos.layouts.rows import SPLITS

TABLE = "photos.csv"
AT_ONCE = 64  # pictures in memory
IN_A_FOLDER = 1000
LOOKED_AT = 20  # of a tar file's members, to find out what it is
SIDE_FILES = (".cls", ".json")  # what WebDataset says of a picture


def unpacked(data):
    """Return a table of the pictures in shards, which are unpacked once; None if `data` is not of this kind.

    Parameters
    ----------
    data : Path
        A file, or a folder with nothing but such files, itself or in its folder `data`. Hugging Face's are Parquet with
        a column of pictures, ``{"bytes": …, "path": …}``; other columns become those of the table, the numbers of a
        class label its names, and `train-…`, `validation-…` and `test-…` the split. WebDataset's are tar files in which
        `x.cls` or `x.json` says what `x.jpg` is.

    Returns
    -------
    Path or None

    Raises
    ------
    DataError
        If a file is damaged or holds no pictures, a package is missing, or there is no room for them.
    """
    shards = _shards(data)
    if not shards:
        return None
    pictures = _parquet_pictures if shards[0].suffix == ".parquet" else _tar_pictures
    digest = hashlib.sha256("".join(f"{path.name} {checksum(path)}\n" for path in shards).encode()).hexdigest()
    folder = cache_folder() / "unpacked" / digest

    def write(temporary):
        rows: list = []
        for path in shards:
            for name, content, columns in pictures(path):
                place = PurePosixPath(f"{len(rows) // IN_A_FOLDER:04d}", f"{len(rows):07d}{_suffix(name, content)}")
                (temporary / place.parent).mkdir(exist_ok=True)
                (temporary / place).write_bytes(content)
                rows.append({"file": str(place), **_split(path, shards), **columns})
        with open(temporary / TABLE, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), restval="")
            writer.writeheader()
            writer.writerows(rows)

    fill_once(folder, data, write)
    return folder / TABLE


def _shards(data):
    """Return the files that hold the pictures, in order; none if `data` is something else."""
    if data.is_file():
        files = [data]
    else:
        there = [data / entry.name for entry in visible(data)]
        inner = data / "data"
        files = [inner / entry.name for entry in visible(inner)] if inner in there and inner.is_dir() else there
    shards = sorted(path for path in files if path.suffix in (".parquet", ".tar") and path.is_file())
    others = {path.suffix.lower() for path in set(files) - set(shards)}
    if not shards or len({path.suffix for path in shards}) > 1 or others & {"", *PHOTO_SUFFIXES, ".zip"}:
        return []
    return shards if shards[0].suffix == ".parquet" or _is_web_dataset(shards[0]) else []


def _split(path, shards):
    """Return the split that a file's name says, if others are of another: train-00000-of-00003.parquet."""
    said = {shard: re.split(r"[-_.]", shard.name.lower())[0] for shard in shards}
    several = len(set(said.values())) > 1 and set(said.values()) <= set(SPLITS)
    return {"split": said[path]} if several else {}


def _suffix(name, content):
    """Return a picture's ending, by its name or else by what it begins with."""
    suffix = PurePosixPath(name or "").suffix.lower()
    return suffix if suffix in PHOTO_SUFFIXES else ".png" if content[:4] == b"\x89PNG" else ".jpg"


def _parquet_pictures(path):
    """Yield the name, the content and the columns of each picture in a Parquet file, reading few at a time."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise DataError(f'{show(path)} needs another package: pip install -e ".[scale]"') from error
    try:
        file = parquet.ParquetFile(path)
        schema = file.schema_arrow
        pictures = [field.name for field in schema if arrow.types.is_struct(field.type) and "bytes" in _parts(field)]
        if not pictures:
            there = ", ".join(map(show, schema.names))
            features = "; for features, evaluate.py --features" if "features" in schema.names else ""
            raise DataError(f"{show(path)} has no column of pictures, only {there}{features}")
        plain = [field.name for field in schema if not arrow.types.is_nested(field.type) and not _is_binary(field)]
        class_names, number = _class_names(schema), 0
        for batch in file.iter_batches(AT_ONCE, columns=[pictures[0], *plain]):
            for row in batch.to_pylist():
                number += 1
                picture = row.pop(pictures[0]) or {}
                content = picture.get("bytes") or b""
                if not 0 < len(content) <= MAX_BYTES:
                    raise DataError(f"{show(path)}, row {number}: no picture in the column {show(pictures[0])}")
                yield picture.get("path"), content, {name: _text(row[name], class_names.get(name)) for name in plain}
    except (arrow.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DataError(f"{show(path)} is not a readable Parquet file: {reason(error, 200)}") from error


def _parts(field):
    return [field.type.field(place).name for place in range(field.type.num_fields)]


def _is_binary(field):
    return "binary" in str(field.type)


def _class_names(schema):
    """Return {column: [names of its classes]}, as Hugging Face's `datasets` writes them beside the schema."""
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {name: feature["names"] for name, feature in features.items() if feature.get("_type") == "ClassLabel"}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _text(value, names):
    """Return a cell as text; the number of a class as its name, and what is missing as nothing."""
    if value is None or (names and not 0 <= value < len(names)):
        return ""
    return str(names[value] if names else value)


def _is_web_dataset(path):
    """Return whether a tar file has a file beside its first picture that says what it is."""
    try:
        with tarfile.open(path) as file:
            first = [member.name for member, _ in zip(file, range(LOOKED_AT), strict=False) if member.isfile()]
    except (tarfile.TarError, OSError, EOFError):
        return False
    pictures = {_key(name)[0] for name in first if _key(name)[1] in PHOTO_SUFFIXES}
    return any(key in pictures and ending in SIDE_FILES for key, ending in map(_key, first))


def _key(name):
    """Return what all files of a sample have in common, and the ending: up to the first dot of the last name."""
    place = PurePosixPath(name)
    key, _, ending = place.name.partition(".")
    return str(place.parent / key), f".{ending.lower()}"


def _tar_pictures(path):
    """Yield the same of WebDataset's tar files: the files of a sample follow each other."""
    try:
        with tarfile.open(path, "r|") as file:
            columns: dict = {}
            key, picture = None, None
            for member in file:
                if not member.isfile():
                    continue
                own, ending = _key(member.name)
                if own != key:
                    yield from _sample(path, key, picture, columns)
                    key, picture, columns = own, None, {}
                if ending in PHOTO_SUFFIXES and member.size <= MAX_BYTES:
                    picture = member.name, _content(file, member)
                elif ending in SIDE_FILES and member.size <= MAX_BYTES:
                    columns |= _side_columns(_content(file, member), ending, path, member.name)
            yield from _sample(path, key, picture, columns)
    except (tarfile.TarError, EOFError) as error:
        raise DataError(f"{show(path)} is not a readable tar file: {reason(error)}") from error


def _content(file, member):
    """Return the content of a regular file in a tar file."""
    with file.extractfile(member) as source:
        return source.read()


def _sample(path, key, picture, columns):
    if picture is not None:
        if not columns:
            raise DataError(f"{show(path)}: nothing says what {show(picture[0])} is; expected {show(key)}.cls or .json")
        yield *picture, columns


def _side_columns(content, ending, path, name):
    """Return what a file beside a picture says: a label, or columns by name."""
    try:
        text = content.decode("utf-8").strip()
        if ending == ".cls":
            return {"label": text}
        return {key: str(value) for key, value in json.loads(text).items() if isinstance(value, str | int | float)}
    except (ValueError, AttributeError) as error:
        raise DataError(f"{show(path)}: {show(name)} cannot be read: {reason(error, 100)}") from error
