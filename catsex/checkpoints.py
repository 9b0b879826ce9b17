"""Files of weights, read into MobileNetV2 with every shape and value checked.

Files are data here, never programs: nothing is unpickled, and no link is followed out of a file.
"""

import contextlib
import io
import zipfile
import zlib
from collections import Counter

import numpy as np

from catsex.errors import WeightsError
from catsex.images import show

MAX_BYTES = 200 * 2**20  # MobileNetV2 takes 14 MB
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError)

# What Keras calls MobileNetV2's layers in a file.
CLASS_NAMES = {
    "Conv2D": "conv2d",
    "DepthwiseConv2D": "depthwise_conv2d",
    "BatchNormalization": "batch_normalization",
    "Dense": "dense",
}


def read_into(model, path):
    """Fill a network with the weights in a file.

    Parameters
    ----------
    model : keras.Model
        MobileNetV2 with all its layers.
    path : Path
        A file by Keras' `save_weights` or `save`, HDF5 or `.keras`, with or without the last layer. Of a `.keras`
        file only the arrays are read; the description of a network in it, which could name any program, is not.

    Returns
    -------
    bool
        Whether the last layer's weights are in the file. If not, that layer is as it was.

    Raises
    ------
    WeightsError
        If the file is not such a file, or a layer's number, shapes or values are not what they have to be.
    """
    layers = [layer for layer in model.layers if layer.weights]
    try:
        with _open(path) as file:
            stored = _list_arrays(file, layers)
            if len(stored) not in (len(layers) - 1, len(layers)):
                raise WeightsError(
                    f"{show(path)} is not MobileNetV2: expected {len(layers)} layers with weights "
                    f"({len(layers) - 1} without the last), found {len(stored)}"
                )
            for layer, (name, arrays) in zip(layers, stored, strict=False):
                _fill(layer, arrays, f"{show(path)}, layer {name}")
    except (OSError, LookupError, ValueError, TypeError, RuntimeError, AttributeError, *ZIP_ERRORS) as error:
        reason = " ".join(str(error).split())[:200]
        raise WeightsError(f"{show(path)} is not a Keras weights file: {reason}") from error
    return len(stored) == len(layers)


@contextlib.contextmanager
def _open(path):
    """Open an HDF5 file, or the one inside a `.keras` file."""
    import h5py

    content = path
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive, archive.open("model.weights.h5") as member:
            content = io.BytesIO(member.read(MAX_BYTES))
    with h5py.File(content, "r") as file:
        yield file


def _fill(layer, arrays, where):
    """Set a layer's weights to stored arrays, read only if their shapes are right."""
    expected, found = [tuple(weight.shape) for weight in layer.weights], [array.shape for array in arrays]
    if expected != found:
        raise WeightsError(f"{where}: expected shapes {expected}, found {found}")
    values = [array[()].astype(np.float32) for array in arrays]
    if not all(np.isfinite(value).all() for value in values):
        raise WeightsError(f"{where}: some values are not finite numbers")
    layer.set_weights(values)


def _list_arrays(file, layers):
    """Return [(layer, arrays), …] of what an open HDF5 file stores, in the order of the network's layers."""
    group = find(file, "model_weights") if "model_weights" in file else file
    if "layer_names" in group.attrs:
        return _list_named(group)
    if "layers" in group:
        return _list_counted(find(group, "layers"), layers)
    raise ValueError("no list of layers in it (a MobileNetV2 saved by Keras as .h5 or .keras has one)")


def _list_named(group):
    """Return [(layer, arrays), …] from Keras' older layout, which lists layers and their arrays by name."""
    stored = []
    for layer in map(_text, group.attrs["layer_names"]):
        names = [_text(name) for name in find(group, layer).attrs["weight_names"]]
        if names:
            stored.append((layer, [find_array(group, f"{layer}/{name}") for name in names]))
    return stored


def _list_counted(group, layers):
    """Return [(layer, arrays), …] from Keras' newer layout, where layers have the name of their class and a number.

    They are `conv2d`, `batch_normalization`, `conv2d_1` … and their arrays `0`, `1` …, in the network's order.
    """
    order, counts = {}, Counter()
    for position, layer in enumerate(layers):
        kind = type(layer).__name__
        order[CLASS_NAMES[kind] + (f"_{counts[kind]}" if counts[kind] else "")] = position
        counts[kind] += 1
    arrays = {name: len(find(group, f"{name}/vars")) for name in group}
    stored = sorted((name for name in arrays if arrays[name]), key=lambda name: order.get(name, len(order)))
    return [(name, [find_array(group, f"{name}/vars/{i}") for i in range(arrays[name])]) for name in stored]


def read_array(group, name):
    """Read one array of numbers that is stored in this very file."""
    return find_array(group, name)[()].astype(np.float32)


def find_array(group, name):
    """Return an array of numbers, not yet read, that is stored in this very file."""
    import h5py

    place = find(group, name)
    if not isinstance(place, h5py.Dataset) or place.external or place.is_virtual or place.dtype.kind != "f":
        raise ValueError(f"{name} is not a plain array of numbers")
    return place


def find(group, name):
    """Return what has a name in an HDF5 group, following no link that could lead out of the file."""
    import h5py

    place = group
    for piece in name.split("/"):
        if not isinstance(place.get(piece, getlink=True), h5py.HardLink):
            raise ValueError(f"{name} is missing or lies outside the file")
        place = place[piece]
    return place


def _text(name):
    """Return an HDF5 name, which may be bytes, as text."""
    return name.decode() if isinstance(name, bytes) else str(name)


def write(file, layers):
    """Write the weights of layers to an open HDF5 file, in the layout of Keras' `save_weights`."""
    layers = [layer for layer in layers if layer.weights]
    file.attrs["layer_names"] = [layer.name for layer in layers]
    for layer in layers:
        group = file.create_group(layer.name)
        group.attrs["weight_names"] = [weight.name for weight in layer.weights]
        for weight in layer.weights:
            group[weight.name] = weight.numpy()
