"""Checks that files among the photos are photos."""

import logging
from concurrent.futures import ThreadPoolExecutor

from catsex.errors import DataError, ImageError
from catsex.files import show
from catsex.photos.decoding.images import read_bytes
from catsex.photos.layouts.listing import content_format, list_folder
from catsex.progress import following

log = logging.getLogger(__name__)


def check_photos(rows, others, where):
    """Check that everything is a file with the name of a photo.

    Parameters
    ----------
    rows : list of Row
    others : list of Path
        What else lies among them.
    where : str or Path
        Where they all are.

    Raises
    ------
    DataError
        If something is none. It says how many there are and names the first.
    """
    # Whether a file with the name of a photo is one is found out when it is read, which happens once in a run.
    wrong = others + [row.path for row in rows if not row.path.is_file()]
    if not wrong:
        return
    count = f" ({len(wrong)} such entries in {show(where)})" if len(wrong) > 1 else ""
    kind = content_format(wrong[0]) if wrong[0] in others and wrong[0].is_file() else None
    if kind:
        raise DataError(f"{show(wrong[0])} is a photo ({kind}) without the ending of one; pass --any-ending{count}")
    raise DataError(f"{show(wrong[0])} is not a photo; move it elsewhere, or pass --skip-unreadable{count}")


def readable(rows, others, decoder):
    """Leave out the photos that cannot be read, naming and counting them on standard error.

    Every photo is read to find out.

    Parameters
    ----------
    rows, others
        As `check_photos` takes them.
    decoder : Decoder
        How the photos are decoded.

    Returns
    -------
    list of Row
    """
    folders = [list_folder(path) for path in others if path.is_dir()]
    problems = [f"{show(path)} is not a photo" for path in others if not path.is_dir()]
    problems += [f"{show(folder.path)} is a folder in a class folder ({folder.count()} photos)" for folder in folders]
    with ThreadPoolExecutor() as pool:
        found = list(following(pool.map(lambda row: _problem(row.path, decoder), rows), len(rows)))
    problems += [text for text in found if text]
    for text in problems:
        log.warning("skipped: %s", text)
    if problems:
        log.warning("skipped in all: %d", len(problems) + sum(folder.count() - 1 for folder in folders))
    return [row for row, text in zip(rows, found, strict=True) if not text]


def _problem(path, decoder):
    """Return why a photo cannot be read, or None."""
    try:
        decoder.decode(read_bytes(path), path)
    except ImageError as error:
        return str(error)
    return None
