"""Photos as people name them: files, folders, addresses."""

import re
import time
from pathlib import Path

from catsex import downloads
from catsex.errors import DataError, DownloadError
from catsex.files import show
from catsex.photos import images
from catsex.photos.folders import PHOTO_SUFFIXES, visible

MAX_BYTES = 50 * 2**20  # of one photo from the network
MAX_SECONDS = 60


def find_photos(arguments):
    """Return the photos that files, folders and addresses stand for.

    Parameters
    ----------
    arguments : sequence of str
        A folder stands for all photos in it and in the folders in it, in natural order.

    Returns
    -------
    list of str or Path
        Addresses as they are; files as paths, whether they are there or not.

    Raises
    ------
    DataError
        If a folder has no photos, or not a single file is there.
    """
    found = []
    for argument in arguments:
        if is_address(argument):
            found.append(argument)
        elif Path(argument).is_dir():
            inside = _photos_below(Path(argument))
            if not inside:
                raise DataError(f"{show(argument)} has no photos in it")
            found += inside
        else:
            found.append(Path(argument))
    if not any(is_address(source) or source.exists() for source in found):
        raise DataError(f"no such photo: {show(found[0])}")
    return found


def short_names(sources):
    """Return what to call each photo: the name of its file, or its whole path where two have the same name."""
    names = [show(Path(source).name) for source in sources]
    return [name if names.count(name) == 1 else show(source) for name, source in zip(names, sources, strict=True)]


def is_address(source):
    """Return whether a photo is given by its http or https address."""
    return re.match(r"https?://", str(source), re.IGNORECASE) is not None


def _photos_below(folder):
    """List the photos in a folder and then those in the folders in it."""
    photos, folders = [], [folder]
    while folders:
        entries = visible(folders.pop())
        photos += [path for path in entries if path.suffix.lower() in PHOTO_SUFFIXES and path.is_file()]
        folders += [entry for entry in reversed(entries) if entry.is_dir() and not entry.is_symlink()]
    return photos


def read_photo(source):
    """Read a photo from a file or an address.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8, 0 to 255

    Raises
    ------
    ImageError
        If it is not a photo, whatever the server calls it.
    DownloadError
        If it cannot be fetched, is too large or too slow.
    """
    if not is_address(source):
        return images.read_image(source)
    content, started = bytearray(), time.monotonic()
    for chunk in downloads.stream(source, MAX_BYTES):
        content += chunk
        if time.monotonic() - started > MAX_SECONDS:
            raise DownloadError(f"{source} is too slow: not complete after {MAX_SECONDS} s")
    return images.decode_image(bytes(content), source)
