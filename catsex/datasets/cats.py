"""The tutorial's 40 cats, or where they are unavailable a demo set in which there is nothing to learn."""

import contextlib
import hashlib
import logging
import re
import tempfile
from pathlib import Path

from catsex import downloads
from catsex.errors import DataError, DownloadError, reason
from catsex.files import cache_folder, replacing, show
from catsex.photos.decoding.images import read_bytes
from catsex.photos.layouts.folders import SEXES
from catsex.photos.photoset import photo_set

log = logging.getLogger(__name__)

CHECKSUMS = Path(__file__).with_name("cats.sha256")


def _cats_folder():
    """Return where the photos are kept: `data/cats` of the checkout that this file is in, else the cache folder."""
    folder = Path(__file__).resolve().parents[2] / "data" / "cats"
    return folder if (folder / "README.md").is_file() else cache_folder() / "cats"


CATS_FOLDER = _cats_folder()
CATS_ZIP_URLS = (
    "https://pythontutorials.eu/data/cats.zip",
    "https://github.com/smathot/pythontutorials/raw/master/data/cats.zip",
)


def open_cats(folder=CATS_FOLDER, urls=CATS_ZIP_URLS):
    """Return the tutorial's 40 cats, downloading them first if they are not there.

    Raises
    ------
    DataError
        If a photo in `folder` is not the tutorial's, or some are there and the others are unavailable.
    ImageError
        If one of them cannot be read at all.
    DownloadError
        If none is there and all sources are unavailable.
    """
    checksums = cat_checksums()
    missing = [name for name in checksums if not (folder / name).exists()]
    if missing:
        try:
            fetch_cats(urls, folder)
        except DownloadError as error:
            if len(missing) == len(checksums):
                raise
            raise DataError(
                f"{show(folder)} has no {missing[0]} ({len(missing)} of 40 missing) and it cannot be fetched: {error}"
            ) from error
    for name, checksum in checksums.items():
        if hashlib.sha256(read_bytes(folder / name)).hexdigest() != checksum:
            raise DataError(f"{show(folder / name)} is not the tutorial's photo: delete it to fetch it again")
    by_class = {sex: [folder / name for name in checksums if name[0] == sex[0]] for sex in SEXES.values()}
    return photo_set("cats", by_class)


def cat_checksums():
    """Return {file name: SHA-256} of the tutorial's photos, females first.

    Raises
    ------
    DataError
        If the list, which is part of this project, is gone.
    """
    try:
        found = re.findall(r"^([0-9a-f]{64}) [ *](\S+)$", CHECKSUMS.read_text(encoding="utf-8"), re.MULTILINE)
    except (OSError, ValueError):
        found = []
    if len(found) != 40:
        raise DataError(f"{show(CHECKSUMS)} does not list the 40 photos; reinstall catsex")
    return dict(sorted((name, checksum) for checksum, name in found))


def fetch_cats(sources=CATS_ZIP_URLS, folder=CATS_FOLDER):
    """Fill a folder with the tutorial's photos from the first source that has them all.

    Every photo is checked, and all are written, before the first one is put into place.

    Parameters
    ----------
    sources : sequence of str
        Addresses or local paths of `cats.zip`.
    folder : Path

    Raises
    ------
    DownloadError
        If no source has them, or the folder cannot be written to.
    """
    reasons = []
    for source in sources:
        try:
            photos = _read_cats_zip(source)
            break
        except DownloadError as error:
            reasons.append(str(error))
    else:
        raise DownloadError("; ".join(reasons))
    try:
        with contextlib.ExitStack() as stack:
            for name, data in photos.items():
                stack.enter_context(replacing(folder / name)).write_bytes(data)
    except OSError as error:
        raise DownloadError(f"{show(folder)} cannot be written to: {reason(error)}") from error


def _read_cats_zip(source):
    """Return {file name: content} of the 40 photos in a local or remote `cats.zip`."""
    if "://" not in str(source):
        if not Path(source).is_file():
            raise DownloadError(f"no such file: {show(source)}")
        return downloads.read_zip(source, cat_checksums())
    log.info("Fetching %s", source)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cats.zip"
            downloads.fetch(source, path, max_bytes=20 * 2**20)
            return downloads.read_zip(path, cat_checksums())
    except OSError as error:
        raise DownloadError(f"no room to fetch {show(source)}: {reason(error)}") from error
