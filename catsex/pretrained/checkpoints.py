"""Files of weights, read into MobileNetV2 with every shape and value checked.

Files are data here, never programs: nothing is unpickled, and no link is followed out of a file.
"""

import contextlib
import hashlib
import io
import itertools
import zipfile
import zlib
from collections import Counter

import numpy as np

from catsex.backend import to_numpy
from catsex.errors import WeightsError, reason
from catsex.files import show

MAX_BYTES = 200 * 2**20  # MobileNetV2 takes 14 MB
MAX_NAMES = 1000  # of layers, or of the arrays of one
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
        raise WeightsError(f"{show(path)} is not a Keras weights file: {reason(error, 200)}") from error
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
        return _list_named(group, layers)
    if "layers" in group:
        return _list_counted(find(group, "layers"), layers)
    raise ValueError("no list of layers in it (a MobileNetV2 saved by Keras as .h5 or .keras has one)")


def _list_named(group, layers):
    """Return [(layer, arrays), …] from Keras' older layout, where each layer has a group of its name.

    Keras 2 lists the layers and their arrays in their order, as texts of fixed length. Keras 3 lists them as texts of
    any length, over which HDF5's library hangs or crashes if they are damaged. So those lists are not read: the names
    are those that Keras 3 gives to MobileNetV2, but for that of the last layer.
    """
    stored = []
    if _is_safe(group, "layer_names"):
        for layer in _read_names(group, "layer_names"):
            names = _read_names(find(group, layer), "weight_names")
            if names:
                stored.append((layer, [find_array(group, f"{layer}/{name}") for name in names]))
        return stored
    for layer in layers[:-1]:
        stored.append((layer.name, _find_weights(find(group, layer.name), layer)))
    known = {layer.name for layer in layers[:-1]}
    for name in group:
        if name not in known and _paths_below(find(group, name)):
            stored.append((name, _find_weights(find(group, name), layers[-1])))
    return stored


def _is_safe(group, attribute):
    """Return whether an attribute is a short list of texts of fixed length, or an empty list."""
    stored = group.attrs.get_id(attribute)
    return stored.shape == (0,) or (stored.dtype.kind == "S" and len(stored.shape) == 1 and stored.shape[0] < MAX_NAMES)


def _read_names(group, attribute):
    """Return the names in an attribute; Keras stores an empty list as no numbers."""
    if not _is_safe(group, attribute):
        raise ValueError(f"{attribute} is no list of names")
    return [name.decode() for name in group.attrs[attribute]]


def _find_weights(group, layer):
    """Return the arrays below a group that have the names of a layer's weights, in their order."""
    paths = {path.rsplit("/", 1)[-1].removesuffix(":0"): path for path in _paths_below(group)}
    for weight in layer.weights:
        if weight.name not in paths:
            raise ValueError(f"{group.name}/{weight.name} is missing or lies outside the file")
    return [find_array(group, paths[weight.name]) for weight in layer.weights]


def _paths_below(group, depth=3):
    """Return the paths of all arrays in a group and, to some depth, in the groups in it."""
    import h5py

    paths = []
    for name in itertools.islice(group, MAX_NAMES):
        place = find(group, name)
        if isinstance(place, h5py.Dataset):
            paths.append(name)
        elif depth:
            paths += [f"{name}/{path}" for path in _paths_below(place, depth - 1)]
    return paths


def _list_counted(group, layers):
    """Return [(layer, arrays), …] from Keras' newer layout, where layers have the name of their class and a number.

    They are `conv2d`, `batch_normalization`, `conv2d_1` … and their arrays `0`, `1` …, in the network's order.
    """
    order: dict = {}
    counts: Counter = Counter()
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


def write(file, layers):
    """Write the weights of layers to an open HDF5 file, in the layout of Keras' `save_weights`."""
    layers = [layer for layer in layers if layer.weights]
    file.attrs["layer_names"] = np.array([layer.name for layer in layers], bytes)
    for layer in layers:
        group = file.create_group(layer.name)
        group.attrs["weight_names"] = np.array([weight.name for weight in layer.weights], bytes)
        for weight in layer.weights:
            group[weight.name] = to_numpy(weight)


def digest(layers):
    """Return the SHA-256 of the weights of layers."""
    result = hashlib.sha256()
    for layer in layers:
        for weight in layer.weights:
            result.update(repr(tuple(weight.shape)).encode())
            result.update(np.ascontiguousarray(to_numpy(weight)).data)
    return result.hexdigest()
