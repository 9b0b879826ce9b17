"""Where pretrained MobileNetV2 comes from, and proof that it is the real one.

Three sources, in this order: a file that the user names; Keras' own file, from its cache or its server;
Google's feature extractor as the package index carries it. Whatever the source, shapes and values are checked
before use, and a photo of a cat must look like a cat to the network.
"""

import contextlib
import logging
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catsex import downloads
from catsex.errors import DownloadError, WeightsError
from catsex.files import cache_folder, keras_cache, show
from catsex.pretrained import checkpoints, package_index
from catsex.pretrained.checkpoints import digest
from catsex.pretrained.sanity import check_sees_cat

log = logging.getLogger(__name__)

KERAS_FILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5"
KERAS_FILE_NO_TOP = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
KERAS_URL = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/"
KERAS_SIZES = (96, 128, 160, 192, 224)  # in pixels: for each there is a checkpoint, trained on photos of that size

CONVERTED_FILE = "mobilenet_v2_features.h5"


@dataclass(frozen=True)
class Pretrained:
    """A pretrained network and where it came from.

    Attributes
    ----------
    model : keras.Model
        (N, size, size, 3) in -1 to 1 -> (N, 1000), or without its top the maps of its last convolution.
    source : str
        "Keras", "package index" or "file NAME".
    has_imagenet_head : bool
        Whether the last layer is trained too. If not, its 1000 outputs mean nothing.
    fingerprint : str
        SHA-256 of all weights but the last layer's.
    trained_at : int, optional
        The size of the photos that it was trained on, in pixels, where that is known.
    network : str
        What it is called.
    last_block : str, optional
        The first layer of its last block, what fine-tuning trains, where that is known.
    """

    model: Any
    source: str
    has_imagenet_head: bool
    fingerprint: str
    trained_at: int | None = None
    network: str = "MobileNetV2"
    last_block: str | None = None

    @property
    def headline(self):
        """The source, and whether the network runs at another size than it was trained at."""
        size = self.model.input_shape[1]
        if self.trained_at in (None, size):
            return self.source
        return f"{self.source}, for {self.trained_at} pixels (unavailable for {size}), used at {size}"


def load_mobilenet(
    file: str | Path | None = None,
    input_shape: tuple[int, int, int] = (224, 224, 3),
    include_top: bool = True,
    want_head: bool = False,
) -> Pretrained:
    """Load MobileNetV2 with pretrained weights from the first source that has them.

    Parameters
    ----------
    file : str or Path, optional
        Weights of one's own: a Keras HDF5 or `.keras` file of MobileNetV2, with or without its last layer.
    input_shape : (int, int, int)
        Height, width and colours of the photos. The weights are those that were trained at that size if Keras has
        them and they are available, else those for 224: the shapes of all arrays are the same.
    include_top : bool
        Whether with the pooling and the last layer, as in ``keras.applications.MobileNetV2``.
    want_head : bool
        Whether to try and fetch the 1000-class layer even if weights without it are there already.

    Returns
    -------
    Pretrained

    Raises
    ------
    WeightsError
        If `file` is not such a file, its values are not those of a trained network, all sources are unavailable, or
        `input_shape` is not that of a square RGB image.
    """
    size, trained_at = _size(input_shape), None
    with same_random_numbers_afterwards():
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
    checked = fingerprint(model)
    if not include_top:
        import keras

        model = keras.Model(model.input, model.layers[-2].input)  # -> (N, size / 32, size / 32, 1280)
    return Pretrained(model, source, has_head, checked, trained_at)


def _size(shape):
    """Return the size in pixels that belongs to an image shape such as (160, 160, 3), or raise `WeightsError`."""
    if isinstance(shape, int):
        raise WeightsError(
            f"a shape has three numbers, height, width and 3 colours: IMAGE_SHAPE = ({shape}, {shape}, 3), not {shape}"
        )
    if len(shape) != 3 or shape[2] != 3 or shape[0] != shape[1] or not 32 <= shape[0] <= 1024:
        raise WeightsError(f"expected the shape of a square RGB image, such as (160, 160, 3), got {shape}")
    return shape[0]


def build(size=224):
    """Return an untrained MobileNetV2 with all its layers, for photos of `size` x `size` pixels."""
    from keras.applications import MobileNetV2

    return MobileNetV2(input_shape=(size, size, 3), weights=None)


def find_weights(want_head=False):
    """Return a file of pretrained weights and the name of its source, downloading it if needed.

    Raises
    ------
    WeightsError
        If nothing is cached and nothing can be fetched.
    """
    if (found := cached_weights(want_head)) is not None:
        return found
    full, converted = keras_cache() / KERAS_FILE, cache_folder() / CONVERTED_FILE
    reasons = []
    say = log.debug if downloads.offline() else log.warning
    try:
        say("Fetching MobileNetV2's weights from Keras' server (14 MB)")
        downloads.fetch(KERAS_URL + KERAS_FILE, full, check=_check_download, max_bytes=50 * 2**20)
        return full, "Keras"
    except DownloadError as error:
        reasons.append(str(error))
    if (found := cached_weights()) is not None:
        return found
    try:
        say("Keras' server cannot be reached; fetching Google's weights from the package index (9 MB)")
        package_index.fetch(converted, build())
        return converted, "package index"
    except DownloadError as error:
        reasons.append(str(error))
    raise WeightsError(
        "no pretrained weights: pass --weights FILE, set KERAS_HOME to a folder that has "
        f"models/{KERAS_FILE}, or go online ({'; '.join(reasons)})"
    )


def cached_weights(want_head=False):
    """Return a file of pretrained weights that is on this machine and the name of its source, or None."""
    full, no_top = keras_cache() / KERAS_FILE, keras_cache() / KERAS_FILE_NO_TOP
    cached = [(full, "Keras"), (no_top, "Keras"), (cache_folder() / CONVERTED_FILE, "package index")]
    return next((found for found in cached[: 1 if want_head else None] if found[0].is_file()), None)


def find_sized_weights(size):
    """Return Keras' file of weights for photos of another size than 224, downloading it if need be.

    Returns
    -------
    Path or None
        None if Keras has no such weights, or they are unavailable.
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


def fingerprint(model):
    """Return the SHA-256 of all weights of a network but its last layer's."""
    return digest(model.layers[:-1])


def _check_download(path):
    """Raise `DownloadError` unless a file has the weights of a MobileNetV2 that sees a cat."""
    try:
        _read_checked(build(), path)
    except WeightsError as error:
        raise DownloadError(f"Keras' server sent something other than MobileNetV2's weights: {error}") from error


def _read_checked(model, path):
    """Fill a network from a file, check that it sees a cat, and return whether its last layer is in the file."""
    has_head = checkpoints.read_into(model, path)
    with same_random_numbers_afterwards():
        check_sees_cat(model, path, has_head)
    return has_head


@contextlib.contextmanager
def same_random_numbers_afterwards():
    """Leave Python's random numbers as they were: Keras draws the seed of every layer from them.

    What is fetched or checked in the first run only must not change what the same seed gives.
    """
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)
