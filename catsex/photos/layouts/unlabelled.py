"""New photos as users name them: files, folders, addresses."""

import glob
import logging
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from catsex import downloads
from catsex.errors import DataError, DownloadError
from catsex.files import show
from catsex.photos import in_memory
from catsex.photos.decoding import images
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.layouts.listing import content_format, list_folder, natural_key
from catsex.photos.layouts.packed import archives

log = logging.getLogger(__name__)

MAX_BYTES = 50 * 2**20  # of one photo from the network
MAX_SECONDS = 60


def find_photos(arguments, any_ending=False):
    """Return the photos that files, folders and addresses refer to.

    Parameters
    ----------
    arguments : sequence of str
        A folder or an archive stands for all photos in it and in the folders in it, in natural order; a pattern such
        as *.jpg for the files that fit it. ~ is the home folder.
    any_ending : bool
        Whether files with any ending, or none, are photos if their content is; else they are named in a notice.

    Returns
    -------
    list of str or Path
        Addresses as they are; files as paths, whether they are there or not.

    Raises
    ------
    DataError
        If a folder has no photos, or not a single file is there.
    """
    found = [photo for argument in arguments for photo in _expanded(argument, any_ending)]
    if not any(is_address(source) or source.exists() for source in found):
        raise DataError(f"no such photo: {show(found[0])}")
    return found


def _expanded(argument, any_ending):
    """Return the photos that a path, a pattern or an address stands for."""
    path = Path(os.path.expanduser(argument))
    if is_address(argument):
        return [argument]
    if path.is_dir():
        return _photos_below(path, any_ending)
    if path.is_file() and archives.is_archive(path):
        return _photos_below(archives.unpacked(path), any_ending)
    if not path.exists() and glob.has_magic(str(path)):  # Windows' shell leaves *.jpg to the program
        return sorted(map(Path, glob.glob(str(path))), key=lambda there: natural_key(str(there))) or [path]
    return [path]


def new_photos(photos, any_ending=False):
    """Return the photos that a program passes: paths, addresses, folders, pictures that it holds, or several of these.

    Parameters
    ----------
    photos : path, PIL.Image.Image, ndarray (H, W, 3) of uint8, or iterable of these
        Paths as `find_photos` takes them.
    any_ending : bool
        As `find_photos` takes it.

    Returns
    -------
    list of str, Path or in_memory.Held
        Those that are held are called "picture 1" and so on, by their place in what was passed.

    Raises
    ------
    DataError
        If one is something else, or as `find_photos` does.
    """
    one = isinstance(photos, str | os.PathLike) or in_memory.is_picture(photos)
    if not one and (not isinstance(photos, Iterable) or isinstance(photos, Mapping) or hasattr(photos, "columns")):
        raise DataError(f"photos is a {type(photos).__name__}; expected {in_memory.TAKEN}")
    found: list = []
    for number, photo in enumerate([photos] if one else photos, 1):
        if isinstance(photo, str | os.PathLike):
            found += _expanded(photo, any_ending)
        elif in_memory.is_picture(photo):
            found.append(in_memory.hold(photo, f"picture {number}"))
        else:
            raise DataError(f"photo {number} is a {type(photo).__name__}; expected {in_memory.TAKEN}")
    return found


def short_names(sources):
    """Return a name for each photo: that of its file, or its whole path where two have the same name."""
    names = [show(Path(source).name) for source in sources]
    count = Counter(names)
    return [name if count[name] == 1 else show(source) for name, source in zip(names, sources, strict=True)]


def is_address(source):
    """Return whether a photo is given by its http or https address."""
    return re.match(r"https?://", str(source), re.IGNORECASE) is not None


def _photos_below(folder, any_ending):
    """List the photos in a folder and then those in the folders in it."""
    places = list_folder(folder, any_ending).below()
    photos = [path for place in places for path in place.photos]
    unnamed = [path for place in places for path in place.others if path.is_file() and content_format(path)]
    also = f"{len(unnamed)} photos without the ending of one, such as {show(unnamed[0])}" if unnamed else ""
    if not photos:
        raise DataError(f"{show(folder)} has no photos in it" + (f", but {also}; pass --any-ending" if also else ""))
    if unnamed:
        log.warning("left out: %s; --any-ending reads them", also)
    return photos


def read_photo(source, decoder=None):
    """Read a photo from a file or an address, or one that a program holds.

    Parameters
    ----------
    source : str, Path or in_memory.Held
    decoder : Decoder, optional

    Returns
    -------
    (ndarray, (int, int))
        As `Decoder.decode` returns it: the pixels, shape (H, W, 3), uint8, 0 to 255, and the whole photo's size.

    Raises
    ------
    ImageError
        If it is not a photo, whatever the server calls it.
    DownloadError
        If it cannot be fetched, is too large or too slow.
    """
    decoder = decoder or Decoder()
    if isinstance(source, in_memory.Held):
        pixels = in_memory.pixels_of(source, decoder.levels)
        return pixels, pixels.shape[:2]
    if not is_address(source):
        return decoder.decode(images.read_bytes(source), source)
    content, started = bytearray(), time.monotonic()
    for chunk in downloads.stream(source, MAX_BYTES):
        content += chunk
        if time.monotonic() - started > MAX_SECONDS:
            raise DownloadError(f"{source} is too slow: not complete after {MAX_SECONDS} s")
    return decoder.decode(bytes(content), source)
