"""New photos as users name them: files, folders, addresses."""

import glob
import logging
import os
import re
import time
from collections import Counter
from pathlib import Path

from catsex import downloads
from catsex.errors import DataError, DownloadError
from catsex.files import show
from catsex.photos.decoding import images
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.layouts.listing import content_format, list_folder, natural_key

log = logging.getLogger(__name__)

MAX_BYTES = 50 * 2**20  # of one photo from the network
MAX_SECONDS = 60


def find_photos(arguments, any_ending=False):
    """Return the photos that files, folders and addresses refer to.

    Parameters
    ----------
    arguments : sequence of str
        A folder stands for all photos in it and in the folders in it, in natural order; a pattern such as *.jpg for
        the files that fit it. ~ is the home folder.
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
    found = []
    for argument in arguments:
        path = Path(os.path.expanduser(argument))
        if is_address(argument):
            found.append(argument)
        elif path.is_dir():
            found += _photos_below(path, any_ending)
        elif not path.exists() and glob.has_magic(str(path)):  # Windows' shell leaves *.jpg to the program
            found += sorted(map(Path, glob.glob(str(path))), key=lambda there: natural_key(str(there))) or [path]
        else:
            found.append(path)
    if not any(is_address(source) or source.exists() for source in found):
        raise DataError(f"no such photo: {show(found[0])}")
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
    """Read a photo from a file or an address.

    Parameters
    ----------
    source : str or Path
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
    if not is_address(source):
        return decoder.decode(images.read_bytes(source), source)
    content, started = bytearray(), time.monotonic()
    for chunk in downloads.stream(source, MAX_BYTES):
        content += chunk
        if time.monotonic() - started > MAX_SECONDS:
            raise DownloadError(f"{source} is too slow: not complete after {MAX_SECONDS} s")
    return decoder.decode(bytes(content), source)
