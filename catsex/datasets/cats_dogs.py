"""The photos of cats and dogs that TensorFlow's own tutorial uses, or a folder of the same layout."""

import re
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from catsex import downloads
from catsex.errors import DataError, DownloadError, reason
from catsex.files import cache_folder, replacing, show
from catsex.photos import PhotoSet
from catsex.photos.layouts.reading import read_photos

URL = "https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip"
MAX_BYTES = 100 * 2**20  # of the zip file, which has 68 MB
MAX_PHOTO = 2 * 2**20
FOLDERS = {"train/cats": 1000, "train/dogs": 1000, "validation/cats": 500, "validation/dogs": 500}
LAYOUT = (
    "pass --data DIR with the folders train/cats, train/dogs, test/cats and test/dogs in it "
    "(validation instead of test will do, or cats and dogs alone: then a quarter is held out)"
)


def open_cats_dogs(data: str | Path | None = None, fetch: bool = False, url: str = URL, **options: Any) -> PhotoSet:
    """Find photos of cats and dogs.

    Parameters
    ----------
    data : str or Path, optional
        As `photos.read_photos` takes it. Without it, the public set, if it has been fetched before.
    fetch : bool
        Whether to download the public set if it is not there. Otherwise a person at a terminal is asked.
    url : str
        Where the public set is.
    **options
        As `photos.read_photos` takes them: how to read one's own photos.

    Returns
    -------
    PhotoSet

    Raises
    ------
    DataError
        If there are no photos to be had, or `data` is not laid out as it should be.
    """
    if data is not None:
        return read_photos(data, **options)
    kept = cache_folder() / "cats_and_dogs_filtered"
    if not kept.is_dir():
        if not fetch and not _agrees():
            raise DataError(f"no photos: {LAYOUT}; or fetch 68 MB of them: python scripts/fetch_cats.py --with-dogs")
        try:
            _fetch(url, kept)
        except DownloadError as error:
            raise DataError(f"the public photos are unavailable ({error}); {LAYOUT}") from error
    return read_photos(kept)


def _agrees():
    """Ask a person at a terminal, if there is one, whether to download the public set."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    print(f"Fetch 3,000 photos of cats and dogs (68 MB) from {URL}? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _fetch(url, folder):
    """Download the public set and unpack it, whole or not at all."""
    with tempfile.TemporaryDirectory() as temporary_folder:
        archive = Path(temporary_folder) / "cats_dogs.zip"
        downloads.fetch(url, archive, max_bytes=MAX_BYTES)
        try:
            with replacing(folder) as temporary:
                _unpack(archive, temporary, url)
        except OSError as error:
            raise DownloadError(f"{show(folder)} cannot be written: {reason(error)}") from error


def _unpack(archive, folder, url):
    """Unpack the JPEG photos of a zip file into the four folders; skip every other file.

    No checksum of that file could be verified for this project, so it is judged by its content: every photo begins
    as a JPEG does, none is longer than `MAX_PHOTO`, and each folder has as many as the public set.
    """
    counts = dict.fromkeys(FOLDERS, 0)
    for place in FOLDERS:
        (folder / place).mkdir(parents=True)
    try:
        with zipfile.ZipFile(archive) as file:
            for member in file.infolist():
                match = re.fullmatch(
                    r"(?:[^/]+/)?((?:train|validation)/(?:cats|dogs))/([\w-][\w.-]*\.jpg)", member.filename
                )
                if not match:
                    continue
                with file.open(member) as content:
                    data = content.read(MAX_PHOTO + 1)
                if len(data) > MAX_PHOTO or not data.startswith(b"\xff\xd8\xff"):
                    raise DownloadError(f"{show(member.filename)} in {url} is not the photo that it should be")
                with open(folder / match[1] / match[2], "xb") as photo:
                    photo.write(data)
                counts[match[1]] += 1
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, FileExistsError) as error:
        raise DownloadError(f"{url} is not a readable zip file: {error}") from error
    if counts != FOLDERS:
        raise DownloadError(f"{url} is not the public set of cats and dogs: expected {FOLDERS}, found {counts}")
