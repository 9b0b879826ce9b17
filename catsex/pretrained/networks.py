"""Networks to choose from: for each of Keras' own, how it is built, fed and loaded with weights."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from catsex import downloads
from catsex.errors import DownloadError, WeightsError, reason
from catsex.files import keras_cache, show
from catsex.pretrained import weights
from catsex.pretrained.sanity import check_sees_cat
from catsex.pretrained.weights import Pretrained

log = logging.getLogger(__name__)

SERVER = "https://storage.googleapis.com/tensorflow/keras-applications/"  # Keras' own
MAX_BYTES = 500 * 2**20
NATIVE = 224  # pixels, for all that are in the table

# How a network wants its pixels: (scale, offset) that turn -1 to 1 into it, one for each colour or for all. Keras calls
# these modes of `preprocess_input` "tf", none (the network scales them itself) and "torch", with ImageNet's means and
# standard deviations.
MEAN, DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
PIXELS: dict = {
    "signed": None,
    "0-1": (0.5, 0.5),
    "0-255": (127.5, 127.5),
    "torch": ((0.5 / DEVIATION).tolist(), ((0.5 - MEAN) / DEVIATION).tolist()),
}


@dataclass(frozen=True)
class Network:
    """A network of Keras.

    Attributes
    ----------
    pixels : str
        How it wants them: a key of `PIXELS`.
    file : str
        Its weights' name in Keras' cache.
    address : str
        Where they are on Keras' server.
    last_block : str
        The first layer of its last block, what fine-tuning trains.
    """

    pixels: str
    file: str
    address: str
    last_block: str


DEFAULT = "MobileNetV2"
NETWORKS = {
    DEFAULT: Network("signed", weights.KERAS_FILE, f"mobilenet_v2/{weights.KERAS_FILE}", "block_16_expand"),
    "MobileNetV3Small": Network(
        "0-255",
        "weights_mobilenet_v3_small_224_1.0_float.h5",
        "mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float.h5",
        "expanded_conv_10_expand",
    ),
    "MobileNetV3Large": Network(
        "0-255",
        "weights_mobilenet_v3_large_224_1.0_float.h5",
        "mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float.h5",
        "expanded_conv_14_expand",
    ),
    "EfficientNetV2B0": Network(
        "0-255", "efficientnetv2-b0.h5", "efficientnet_v2/efficientnetv2-b0.h5", "block6h_expand_conv"
    ),
    "ResNet50V2": Network(
        "signed",
        "resnet50v2_weights_tf_dim_ordering_tf_kernels.h5",
        "resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels.h5",
        "conv5_block3_preact_bn",
    ),
    "ConvNeXtTiny": Network(
        "0-255", "convnext_tiny.h5", "convnext/convnext_tiny.h5", "convnext_tiny_stage_3_block_2_depthwise_conv"
    ),
    "DenseNet121": Network(
        "torch",
        "densenet121_weights_tf_dim_ordering_tf_kernels.h5",
        "densenet/densenet121_weights_tf_dim_ordering_tf_kernels.h5",
        "conv5_block16_0_bn",
    ),
    "NASNetMobile": Network("signed", "nasnet_mobile.h5", "nasnet/NASNet-mobile.h5", "normal_conv_1_12"),
}


def load_keras_network(name: str = DEFAULT, size: int | None = None, file: str | Path | None = None) -> Pretrained:
    """Load one of Keras' networks with pretrained weights.

    Parameters
    ----------
    name : str
        A key of `NETWORKS`.
    size : int, optional
        Of the photos that it takes, in pixels; by default 224.
    file : str or Path, optional
        Weights of one's own, with the last layer: a file by Keras' `save_weights`. By default from Keras' cache or
        server.

    Returns
    -------
    weights.Pretrained
        Whatever the network, its model takes photos from -1 to 1 as `photos.preprocess` gives them, and its last
        layer is a Dense layer on the features.

    Raises
    ------
    WeightsError
        If there is no such network, its weights are unavailable or are not those of a network that sees a cat.
    """
    if name not in NETWORKS:
        raise WeightsError(f"no network {show(name)}; there are {', '.join(NETWORKS)}, or name a .keras file")
    row, size = NETWORKS[name], size or NATIVE
    if name == DEFAULT:
        return replace(weights.load_mobilenet(file, input_shape=(size, size, 3)), last_block=row.last_block)
    path = Path(file) if file else find_weights(name)
    if not path.is_file():
        raise WeightsError(f"no such weights file: {show(path)}")
    with weights.same_random_numbers_afterwards():
        try:
            model = build(name, path=path)
        except Exception as error:  # Keras and HDF5 raise nearly anything
            raise WeightsError(f"{show(path)} does not hold the weights of {name}: {reason(error, 200)}") from error
        if not all(np.isfinite(weight).all() for weight in model.get_weights()):
            raise WeightsError(f"{show(path)} holds values that are not finite numbers")
        check_sees_cat(model, path, has_head=True)
        if size != NATIVE:
            other = build(name, size)
            other.set_weights(model.get_weights())
            model = other
    source = f"file {path.name}" if file else "Keras"
    return weights.Pretrained(
        model, source, True, weights.fingerprint(model), None if file else NATIVE, name, row.last_block
    )


def file_on_disk(name: str, file: str | Path | None = None) -> Path | None:
    """Return the file of a network's weights if it is on this machine: as `api.networks.load_network` names it."""
    path: Path | None = None
    if file or name.endswith(".keras"):
        path = Path(file or name)
    elif name == DEFAULT:
        path, _ = weights.cached_weights() or (None, None)
    elif name in NETWORKS:
        path = keras_cache() / NETWORKS[name].file
    return path if path is not None and path.is_file() else None


def find_weights(name):
    """Return the file of a network's weights, downloading it if it is not in Keras' cache.

    Raises
    ------
    WeightsError
        If it is unavailable; it names the file, and where to put it.
    """
    row = NETWORKS[name]
    path = keras_cache() / row.file
    if path.is_file():
        return path
    try:
        say = log.debug if downloads.offline() else log.warning
        say("Fetching the weights of %s from Keras' server", name)
        downloads.fetch(SERVER + row.address, path, check=_check_is_hdf5, max_bytes=MAX_BYTES)
    except DownloadError as error:
        raise WeightsError(
            f"no weights of {name}: put {row.file} (on Keras' server: {row.address}) into {show(path.parent)}, "
            f"pass --weights FILE, or go online ({error})"
        ) from error
    return path


def _check_is_hdf5(path):
    """Raise `DownloadError` unless a file is an HDF5 file; what is in it is checked when it is loaded."""
    if path.read_bytes()[:8] != b"\x89HDF\r\n\x1a\n":
        raise DownloadError("Keras' server sent something other than a file of weights")


def build(name, size=NATIVE, path=None):
    """Return a network, untrained or with weights from a file.

    Returns
    -------
    keras.Model
        (N, size, size, 3) in -1 to 1 -> (N, 1000). Its features are what its last layer, a Dense layer, takes.
    """
    import keras

    photos = keras.Input((size, size, 3))
    row = NETWORKS[name]
    builder = getattr(keras.applications, name)
    return tidied(_with_dense_head(builder(weights=path and str(path), input_tensor=scaled(photos, row.pixels))))


def scaled(photos, pixels):
    """Return photos from -1 to 1, a KerasTensor, as a network wants them."""
    import keras

    if PIXELS[pixels] is None:
        return photos
    scale, offset = PIXELS[pixels]
    return keras.layers.Rescaling(scale, offset, name="pixels")(photos)


def _with_dense_head(model):
    """Return a network whose last layer is a Dense layer: that of MobileNetV3 is a convolution of 1 x 1 pixel."""
    import keras

    if isinstance(model.layers[-1], keras.layers.Dense):
        return model
    last = next(layer for layer in reversed(model.layers) if layer.weights)
    dense = keras.layers.Dense(last.filters, activation="softmax", name="predictions_dense")
    result = keras.Model(model.input, dense(keras.layers.Flatten(name="features")(last.input)))
    kernel, bias = last.get_weights()
    dense.set_weights([kernel.reshape(-1, last.filters), bias])
    return result


def tidied(model):
    """Return the same network without dropout, so that its frozen layers give the same for a photo in every epoch."""
    import keras

    def copy(layer):
        config = layer.get_config()
        if isinstance(layer, keras.layers.Dropout):
            config["rate"] = 0  # the layer stays, with its name, and keeps no random numbers
        return type(layer).from_config(config)

    result = keras.models.clone_model(model, clone_function=copy)
    result.set_weights(model.get_weights())
    return keras.Model(result.inputs[0], result.outputs[0])
