"""Where pretrained MobileNetV2 comes from, and proof that it is the real one.

Three sources, in this order: a file that the user names; Keras' own file, from its cache or its server;
Google's feature extractor as the package index carries it. Whatever the source, shapes and values are checked
before use, and a photo of a cat must look like a cat to the network.
"""

import hashlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from catsex import checkpoints, downloads, slim
from catsex.errors import DownloadError, WeightsError
from catsex.files import cache_folder, replacing
from catsex.images import preprocess, show

log = logging.getLogger(__name__)

CAT_CLASSES = range(281, 286)  # ImageNet's domestic cats: tabby, tiger cat, Persian, Siamese, Egyptian

KERAS_FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5"
KERAS_FILE_NO_TOP = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
KERAS_URL = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
KERAS_SIZES = (96, 128, 160, 192, 224)  # in pixels: for each there is a checkpoint, trained on photos of that size
CLASS_INDEX_URL = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"

CONVERTED_FILE = "mobilenet_v2_features.h5"

# What Google's MobileNetV2 computes for scikit-image's cat: the largest few of the 1280 features, rounded.
CHELSEA_FEATURES = {58: 2.55, 181: 2.31, 220: 2.63, 752: 2.55, 832: 3.24, 915: 3.16, 1039: 3.77, 1166: 2.99}


@dataclass(frozen=True)
class Pretrained:
    """A pretrained network and where it came from.

    Attributes
    ----------
    model : keras.Model
        MobileNetV2 with all its 156 layers; (N, size, size, 3) in -1 to 1 -> (N, 1000).
    source : str
        "Keras", "package index" or "file NAME".
    has_imagenet_head : bool
        Whether the last layer is trained too. If not, its 1000 outputs mean nothing.
    fingerprint : str
        SHA-256 of all weights but the last layer's.
    trained_at : int, optional
        The size of the photos that it was trained on, in pixels, where that is known.
    """

    model: Any
    source: str
    has_imagenet_head: bool
    fingerprint: str
    trained_at: int | None = None

    @property
    def headline(self):
        """The source, and whether the network runs at another size than it was trained at."""
        size = self.model.input_shape[1]
        if self.trained_at in (None, size):
            return self.source
        return f"{self.source}, for {self.trained_at} pixels (none for {size} could be had), used at {size}"


def load_mobilenet(file=None, size=224, want_head=False):
    """Load MobileNetV2 with pretrained weights from the first source that has them.

    Parameters
    ----------
    file : str or Path, optional
        Weights of one's own: a Keras HDF5 or `.keras` file of MobileNetV2, with or without its last layer.
    size : int
        Height and width of the photos, in pixels. The weights are those that were trained at that size if Keras has
        them and they can be had, else those for 224: the shapes of all arrays are the same.
    want_head : bool
        Whether to try and fetch the 1000-class layer even if weights without it are there already.

    Returns
    -------
    Pretrained

    Raises
    ------
    WeightsError
        If `file` is not such a file, its values are not those of a trained network, or no source can be had.
    """
    trained_at = None
    if file:
        path, source = Path(file), f"file {Path(file).name}"
    elif (path := find_sized_weights(size)) is not None:
        source, trained_at = "Keras", size
    else:
        (path, source), trained_at = find_weights(want_head), 224
    if not path.is_file():
        raise WeightsError(f"no such weights file: {show(path)}")
    model = build(size)
    try:
        has_head = _read_checked(model, path)
    except WeightsError as error:
        if file:
            raise
        raise WeightsError(f"{error}; delete it to fetch it again") from error
    return Pretrained(model, source, has_head, fingerprint(model), trained_at)


def build(size=224):
    """Return an untrained MobileNetV2 with all its layers, for photos of `size` x `size` pixels."""
    from keras.applications import MobileNetV2

    return MobileNetV2(input_shape=(size, size, 3), weights=None)


def find_weights(want_head=False):
    """Return a file of pretrained weights and the name of its source, downloading it if there is none yet.

    Raises
    ------
    WeightsError
        If nothing is cached and nothing can be fetched.
    """
    full, no_top = keras_cache() / KERAS_FILE, keras_cache() / KERAS_FILE_NO_TOP
    converted = cache_folder() / CONVERTED_FILE
    cached = [(full, "Keras"), (no_top, "Keras"), (converted, "package index")]
    for path, source in cached[:1] if want_head else cached:
        if path.is_file():
            return path, source
    reasons = []
    say = log.debug if downloads.offline() else log.warning
    try:
        say("Fetching MobileNetV2's weights from Keras' server (14 MB)")
        downloads.fetch(KERAS_URL + KERAS_FILE, full, check=_check_download, max_bytes=50 * 2**20)
        return full, "Keras"
    except DownloadError as error:
        reasons.append(str(error))
    for path, source in cached[1:]:
        if path.is_file():
            return path, source
    try:
        say("Keras' server cannot be reached; fetching Google's weights from the package index (9 MB)")
        slim.fetch(converted, build())
        return converted, "package index"
    except DownloadError as error:
        reasons.append(str(error))
    raise WeightsError(
        "no pretrained weights: pass --weights FILE, set KERAS_HOME to a folder that has "
        f"models/{KERAS_FILE}, or go online ({'; '.join(reasons)})"
    )


def find_sized_weights(size):
    """Return Keras' file of weights for photos of another size than 224, downloading it if need be.

    Returns
    -------
    Path or None
        None if Keras has no such weights, or they cannot be had.
    """
    if size == 224 or size not in KERAS_SIZES:
        return None
    name = KERAS_FILE.replace("224", str(size))
    path = keras_cache() / name
    try:
        if not path.is_file():
            say = log.debug if downloads.offline() else log.warning
            say("Fetching MobileNetV2's weights for %d x %d pixels from Keras' server (14 MB)", size, size)
            downloads.fetch(KERAS_URL + name, path, check=_check_download, max_bytes=50 * 2**20)
    except DownloadError as error:
        log.info("%s", error)
        return None
    return path


def keras_cache():
    """Return the folder in which Keras keeps pretrained models."""
    return Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")) / "models"


def imagenet_labels():
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


def fingerprint(model):
    """Return the SHA-256 of all weights of a network but its last layer's."""
    return _digest(model.layers[:-1])


def _digest(layers):
    """Return the SHA-256 of the weights of layers."""
    digest = hashlib.sha256()
    for layer in layers:
        for weight in layer.weights:
            digest.update(repr(tuple(weight.shape)).encode())
            digest.update(np.ascontiguousarray(weight.numpy()))
    return digest.hexdigest()


def _check_download(path):
    """Raise `DownloadError` unless a file has the weights of a MobileNetV2 that sees a cat."""
    try:
        _read_checked(build(), path)
    except WeightsError as error:
        raise DownloadError(f"Keras' server gave something else than MobileNetV2's weights: {error}") from error


def _read_checked(model, path):
    """Fill a network from a file, check that it sees a cat, and return whether its last layer is in the file."""
    has_head = checkpoints.read_into(model, path)
    _check_sees_cat(model, path, has_head)
    return has_head


def _check_sees_cat(model, path, has_head):
    """Raise `WeightsError` unless scikit-image's photo of a cat is a cat to the network.

    A note in the cache says which weights have passed, so that the check costs its second only once.
    """
    passed = cache_folder() / "checked" / _digest(model.layers if has_head else model.layers[:-1])
    if passed.exists():
        return
    import keras
    from skimage.data import chelsea

    if model.input_shape[1] != 224:  # what to expect is known at 224 pixels, and the weights do not depend on it
        full_size = build(224)
        full_size.set_weights(model.get_weights())
        model = full_size
    photo = preprocess(chelsea())[None]  # (1, 224, 224, 3)
    if has_head:
        top = int(np.argmax(model(photo, training=False)[0]))
        if top not in CAT_CLASSES:
            raise WeightsError(f"{show(path)}: a photo of a cat is class {top} to this network, not one of 281 to 285")
    else:
        features = np.asarray(keras.Model(model.input, model.layers[-2].output)(photo, training=False)[0])  # (1280,)
        if not all(abs(features[index] - value) < 0.02 for index, value in CHELSEA_FEATURES.items()):
            raise WeightsError(f"{show(path)}: not the features of Google's MobileNetV2 for a photo of a cat")
    try:
        with replacing(passed) as note:
            note.touch()
    except OSError:
        log.debug("cannot note in %s that the weights are checked", passed.parent)
