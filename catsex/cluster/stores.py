"""Photos in object storage, s3://, gs:// and what else fsspec knows: listed here, read where the network runs."""

import logging
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from catsex.errors import DataError, ImageError, reason
from catsex.files import show
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.images import MAX_BYTES, check_size
from catsex.photos.labelled import class_counts, of_subjects
from catsex.photos.layouts.listing import PHOTO_SUFFIXES, is_clutter, natural_key

log = logging.getLogger(__name__)

LAYOUTS = {2: "class/photo", 3: "class/subject/photo"}


@dataclass(frozen=True)
class StoredPhotos:
    """Photos in object storage with their classes.

    Attributes
    ----------
    name : str
    addresses : list of str
        One for each photo, such as "s3://bucket/cats/1.jpg".
    labels : ndarray, shape (N,), int64
    class_names : list of str
    groups : ndarray, shape (N,), int; or None
        Photos with the same number show the same subject.
    group_names : list of str or None
    decoder : Decoder
    """

    name: str
    addresses: list
    labels: np.ndarray
    class_names: list
    groups: np.ndarray | None
    group_names: list | None
    decoder: Decoder

    def __len__(self):
        return len(self.addresses)

    @property
    def headline(self):
        """One line that says which photos these are."""
        return f"{len(self)} photos{of_subjects(self)} from {self.name}: {class_counts(self)}"


def is_stored(data: str | Path | None) -> bool:
    """Return whether photos are said by the address of an object store."""
    return "://" in str(data)


def list_store(
    address: str, strict: bool = False, reduce_to: int | None = None, frames: str | int = "first", **how: Any
) -> StoredPhotos:
    """List photos in object storage, laid out as class/photo or class/subject/photo; none of them is read.

    Parameters
    ----------
    address : str
        Such as "s3://bucket/my_photos". Who may read it and where it is, fsspec's file system finds out as always, from
        `AWS_ACCESS_KEY_ID` and `AWS_ENDPOINT_URL` for example.
    strict, reduce_to
        As `decoder.Decoder` takes them.
    frames, **how
        As `reading.read_photos` takes them; anything else than its defaults is refused.

    Returns
    -------
    StoredPhotos
        In natural order.

    Raises
    ------
    DataError
        If it cannot be listed, a package is missing that could, or it is not laid out so.
    """
    if frames != "first" or any(how.values()):
        raise DataError(f"{show(address)}: in object storage only --strict and --fast-decoding apply")
    scheme = address.partition("://")[0]
    try:
        filesystem, root = _fsspec(address).core.url_to_fs(address.rstrip("/"))
        places = [PurePosixPath(key).relative_to(root).parts for key in filesystem.find(root)]
    except ImportError as error:
        raise DataError(f"{scheme}:// needs another package: {reason(error, 200)}") from error
    except Exception as error:  # each store has errors of its own
        raise DataError(f"{show(address)} cannot be listed: {reason(error, 200)}") from error
    places = [parts for parts in places if parts and not any(map(is_clutter, parts))]
    photos: list = []
    others: list = []
    for parts in places:
        (photos if PurePosixPath(parts[-1]).suffix.lower() in PHOTO_SUFFIXES else others).append(parts)
    if others:
        log.warning("%d files without the ending of a photo are left out, such as %s", len(others), "/".join(others[0]))
    depths = {len(parts) for parts in photos}
    if len(depths) != 1 or not depths <= set(LAYOUTS):
        seen = "/".join(photos[0]) if photos else "no photos"
        raise DataError(f"{show(address)}: expected {' or '.join(LAYOUTS.values())}, found {show(seen)}")
    photos.sort(key=lambda parts: [natural_key(part) for part in parts])
    class_names, labels = _numbered([parts[0] for parts in photos])
    if len(class_names) < 2:
        raise DataError(f"{show(address)} needs photos of at least two classes; found only {show(class_names[0])}")
    group_names, groups = _numbered(["/".join(parts[:2]) for parts in photos]) if depths == {3} else (None, None)
    addresses = [f"{scheme}://{root}/{'/'.join(parts)}" for parts in photos]
    name = PurePosixPath(root).name
    return StoredPhotos(name, addresses, labels, class_names, groups, group_names, Decoder({}, strict, reduce_to))


def read_stored(address):
    """Return the content of a photo in object storage.

    Raises
    ------
    ImageError
        If it is not there, not to be read by this user, or too large. If the store itself fails, its own error: the
        photo may be there.
    """
    filesystem, path = _fsspec(address).core.url_to_fs(address)
    try:
        data = filesystem.cat_file(path, start=0, end=MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ImageError(f"no such photo: {show(address)}") from error
    except PermissionError as error:
        raise ImageError(f"{show(address)} cannot be read: {reason(error, 200)}") from error
    check_size(data, address)
    return data


def _fsspec(address):
    """Return fsspec, or say how to install it."""
    try:
        import fsspec.core
    except ImportError as error:
        raise DataError(f'{show(address)} needs another package: pip install -e ".[s3]"') from error
    return fsspec


def _numbered(names):
    """Return the different names in their order, and the number of each, shape (n,), int64."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return list(numbers), np.array([numbers[name] for name in names], np.int64)
