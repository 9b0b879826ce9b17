"""Which files among the photos are really photos."""

import logging
from concurrent.futures import ThreadPoolExecutor

from catsex.errors import DataError, ImageError
from catsex.files import show
from catsex.photos.images import read_image

log = logging.getLogger(__name__)


def check_images(folder, by_class, strange):
    """Check that everything in the class folders is a file with the name of a photo.

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
    # Whether a file with a photo's name is one is found out when it is read, which happens only once in a run.
    wrong = strange + [path for paths in by_class.values() for path in paths if not path.is_file()]
    if wrong:
        count = f" ({len(wrong)} such entries in {show(folder)})" if len(wrong) > 1 else ""
        raise DataError(f"{show(wrong[0])} is not a photo; move it elsewhere, or pass --skip-unreadable{count}")


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
