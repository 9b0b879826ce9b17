"""The photos to work on: a folder of one's own, the tutorial's cats, or else the demo set."""

import logging

from catsex.datasets.cats import CATS_FOLDER, open_cats
from catsex.datasets.demo import demo_set
from catsex.errors import DownloadError
from catsex.files import show
from catsex.photos.folders import read_folder

log = logging.getLogger(__name__)


def load_photos(folder=None, skip_unreadable=False):
    """Find the photos to work on.

    Parameters
    ----------
    folder : str or Path, optional
        A folder of one's own, as `read_folder` takes it. Without it, the tutorial's cats: from `data/cats`
        (without a checkout: the cache folder), else downloaded to there, else (with a notice) the demo set.
    skip_unreadable : bool
        As `read_folder` takes it.

    Returns
    -------
    PhotoSet

    Raises
    ------
    DataError
        If `folder` is not such a folder, or the cats are there in part and cannot be completed.
    """
    if folder is not None:
        return read_folder(folder, skip_unreadable)
    try:
        return open_cats()
    except DownloadError as error:
        log.warning("The tutorial's photos cannot be had: %s", error)
        here = (CATS_FOLDER / "README.md").is_file()
        what_to_do = "see data/cats/README.md" if here else f"put the photos of cats.zip into {show(CATS_FOLDER)}"
        log.warning("Using the demo set instead. To use the cats, %s", what_to_do)
        return demo_set()
