"""The photos to work on: the user's own, the tutorial's cats, or else the demo set."""

import logging
from typing import Any

from catsex.datasets.cats import CATS_FOLDER, open_cats
from catsex.datasets.demo import demo_set
from catsex.errors import DownloadError
from catsex.files import show
from catsex.photos import PhotoSet
from catsex.photos.layouts.reading import read_photos

log = logging.getLogger(__name__)


def load_photos(data: Any = None, skip_unreadable: bool = False, **options: Any) -> PhotoSet:
    """Find the photos to work on.

    Parameters
    ----------
    data : str, Path or DataFrame, optional
        A folder, a table or a zip file of one's own. Without it, the tutorial's cats: from `data/cats`, else
        downloaded to there, else (with a notice) the demo set.
    skip_unreadable, **options
        As `photos.read_photos` takes them: how to read one's own photos.

    Returns
    -------
    PhotoSet

    Raises
    ------
    DataError
        If `data` cannot be understood, or the cats are there in part and cannot be completed.
    """
    if data is not None:
        return read_photos(data, skip_unreadable, **options)
    try:
        return open_cats()
    except DownloadError as error:
        log.warning("The tutorial's photos are unavailable: %s", error)
        here = (CATS_FOLDER / "README.md").is_file()
        what_to_do = "see data/cats/README.md" if here else f"put the photos of cats.zip into {show(CATS_FOLDER)}"
        log.warning("Using the demo set instead. To use the cats, %s", what_to_do)
        return demo_set()
