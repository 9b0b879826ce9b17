"""The 1000 classes of ImageNet: their names, and which of them are cats."""

import json
import logging

from catsex import downloads
from catsex.errors import DownloadError
from catsex.files import keras_cache, show

log = logging.getLogger(__name__)

CAT_CLASSES = range(281, 286)  # ImageNet's domestic cats: tabby, tiger cat, Persian, Siamese, Egyptian
CLASS_INDEX_URL = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"


def class_names():
    """Return the names of ImageNet's 1000 classes, from Keras' cache or its server.

    Returns
    -------
    list of str
        Names with underscores, as Keras gives them; `class 284` and so on where the names cannot be had.
    """
    path = keras_cache() / "imagenet_class_index.json"
    try:
        if not path.is_file():
            downloads.fetch(CLASS_INDEX_URL, path, check=_read_class_index, max_bytes=2**20)
        return _read_class_index(path)
    except DownloadError as error:
        log.warning("Classes have numbers only: %s", error)
        return [f"class {index}" for index in range(1000)]


def _read_class_index(path):
    """Return the 1000 class names in Keras' JSON file."""
    try:
        index = json.loads(path.read_text())
        return [str(index[str(number)][1]) for number in range(1000)]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise DownloadError(f"{show(path)} is not Keras' list of ImageNet classes") from error
