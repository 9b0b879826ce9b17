"""The 1000 classes of ImageNet: their names, and which of them are cats."""

import functools
import json
import logging

import numpy as np

from catsex import downloads
from catsex.errors import DownloadError
from catsex.files import keras_cache, show

log = logging.getLogger(__name__)

CAT_CLASSES = range(281, 286)  # ImageNet's domestic cats: tabby, tiger cat, Persian, Siamese, Egyptian
CLASS_INDEX_URL = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"


def decode_predictions(predictions: np.ndarray, top: int = 5) -> list[list[tuple[str, str, float]]]:
    """Name the likeliest classes, as ``keras.applications.mobilenet_v2.decode_predictions`` does.

    Other than Keras' own, it never waits for a server that does not answer, and goes on without names if it has to.

    Parameters
    ----------
    predictions : ndarray, shape (N, 1000), float32, 0 to 1
    top : int

    Returns
    -------
    list of N lists of (str, str, float)
        WordNet's identifier, the name (with underscores, as Keras gives it; `class 284` and so on where the names
        are unavailable) and the score of each class, the likeliest first.
    """
    classes = _classes(keras_cache() / "imagenet_class_index.json")
    best = np.argsort(predictions, axis=1)[:, ::-1][:, :top]
    return [[(*classes[i], float(scores[i])) for i in row] for row, scores in zip(best, predictions, strict=True)]


@functools.cache
def _classes(path):
    """Return WordNet's identifier and the name of each of the 1000 classes, from Keras' cache or its server."""
    try:
        if not path.is_file():
            downloads.fetch(CLASS_INDEX_URL, path, check=_read_class_index, max_bytes=2**20)
        return _read_class_index(path)
    except DownloadError as error:
        log.warning("Classes have numbers only: %s", error)
        return [("", f"class {index}") for index in range(1000)]


def _read_class_index(path):
    """Return what Keras' JSON file says of the 1000 classes."""
    try:
        index = json.loads(path.read_text())
        return [(str(index[str(number)][0]), str(index[str(number)][1])) for number in range(1000)]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise DownloadError(f"{show(path)} is not Keras' list of ImageNet classes") from error
