"""Which files among the photos are really photos."""

import logging
from concurrent.futures import ThreadPoolExecutor

from catsex.errors import DataError, ImageError
from catsex.files import show
from catsex.photos.images import read_image

log = logging.getLogger(__name__)

SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM")  # how such files begin


def check_images(folder, by_class, strange):
    """Check that everything in the class folders is an image, as far as its first bytes tell.

    Parameters
    ----------
    folder : Path
        Where the class folders are.
    by_class : dict of str to list of Path
        The photos of each class.
    strange : list of Path
        What else lies among them.

    Raises
    ------
    DataError
        If something is none. It says how many there are and names the first.
    """
    wrong = strange + [path for paths in by_class.values() for path in paths if not _begins_as_image(path)]
    if wrong:
        count = f" ({len(wrong)} such entries in {show(folder)})" if len(wrong) > 1 else ""
        raise DataError(f"{show(wrong[0])} is not a photo; move it elsewhere, or pass --skip-unreadable{count}")


def _begins_as_image(path):
    """Return whether a file begins as an image does; empty and damaged ones are for `images` to judge."""
    if not path.is_file():  # a pipe, a broken link
        return False
    try:
        with open(path, "rb") as file:
            start = file.read(4)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be read: {error.strerror or error}") from error
    return not start or start.startswith(SIGNATURES)


def readable(by_class, strange):
    """Leave out the photos that cannot be read, naming and counting them on standard error.

    Every photo is read to find out.

    Parameters
    ----------
    by_class, strange
        As `check_images` takes them.

    Returns
    -------
    dict of str to list of Path
        The photos of each class that can be read.
    """
    problems = [f"{show(path)} is not a photo" for path in strange]
    kept = {}
    with ThreadPoolExecutor() as pool:
        for name, paths in by_class.items():
            found = list(pool.map(_problem, paths))
            problems += [text for text in found if text]
            kept[name] = [path for path, text in zip(paths, found, strict=True) if not text]
    for text in problems:
        log.warning("skipped: %s", text)
    if problems:
        log.warning("skipped in all: %d", len(problems))
    return kept


def _problem(path):
    """Return why a photo cannot be read, or None."""
    try:
        read_image(path)
    except ImageError as error:
        return str(error)
    return None
