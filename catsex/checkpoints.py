"""Files of weights, read into MobileNetV2 with every shape and value checked.

Files are data here, never programs: nothing is unpickled, and no link is followed out of a file.
"""

import zipfile

import numpy as np

from catsex.errors import WeightsError
from catsex.images import show


def read_into(model, path):
    """Fill a network with the weights in a file.

    Parameters
    ----------
    model : keras.Model
        MobileNetV2 with all its layers.
    path : Path
        A file by Keras' `save_weights` (HDF5) or `save` (HDF5 or `.keras`), with or without the last layer.

    Returns
    -------
    bool
        Whether the last layer's weights are in the file. If not, that layer is as it was.

    Raises
    ------
    WeightsError
        If the file is not such a file, or a layer's number, shapes or values are not what they have to be.
    """
    import h5py

    layers = [layer for layer in model.layers if layer.weights]
    try:
        if zipfile.is_zipfile(path):
            arrays = _read_keras_file(path)
        else:
            with h5py.File(path, "r") as file:
                arrays = _read_hdf5(file)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise WeightsError(f"{show(path)} is not a Keras weights file: {reason}") from error
    if len(arrays) not in (len(layers) - 1, len(layers)):
        raise WeightsError(
            f"{show(path)} is not MobileNetV2: expected {len(layers)} layers with weights "
            f"({len(layers) - 1} without the last), found {len(arrays)}"
        )
    for layer, (name, values) in zip(layers, arrays, strict=False):
        expected = [tuple(weight.shape) for weight in layer.weights]
        found = [value.shape for value in values]
        if expected != found:
            raise WeightsError(f"{show(path)}, layer {name}: expected shapes {expected}, found {found}")
        if not all(np.isfinite(value).all() for value in values):
            raise WeightsError(f"{show(path)}, layer {name}: some values are not finite numbers")
        layer.set_weights(values)
    return len(arrays) == len(layers)


def _read_hdf5(file):
    """Return [(layer, arrays), …] from a file in the layout of Keras' `save_weights`, in the file's order."""
    group = file.get("model_weights", file)
    if "layer_names" not in group.attrs:
        raise ValueError("no list of layers in it (a MobileNetV2 saved by Keras as .h5 or .keras has one)")
    arrays = []
    for layer in group.attrs["layer_names"]:
        names = group[layer].attrs["weight_names"]
        if len(names):
            arrays.append((_text(layer), [read_array(group[layer], _text(name)) for name in names]))
    return arrays


def read_array(group, name):
    """Read one float array that is stored in this very file."""
    import h5py

    place = group
    for piece in name.split("/"):
        if not isinstance(place.get(piece, getlink=True), h5py.HardLink):
            raise ValueError(f"{name} is missing or lies outside the file")
        place = place[piece]
    if not isinstance(place, h5py.Dataset) or place.external or place.is_virtual or place.dtype.kind != "f":
        raise ValueError(f"{name} is not a plain array of numbers")
    if place.size > 10_000_000:
        raise ValueError(f"{name} is too large, of shape {place.shape}")
    return place[()].astype(np.float32)


def _text(name):
    """Return an HDF5 name, which may be bytes, as text."""
    return name.decode() if isinstance(name, bytes) else str(name)


def _read_keras_file(path):
    """Return [(layer, arrays), …] from a `.keras` file, which cannot run code when loaded in safe mode."""
    import keras

    saved = keras.saving.load_model(path, compile=False, safe_mode=True)
    return [(layer.name, layer.get_weights()) for layer in saved.layers if layer.weights]


def write(file, layers):
    """Write the weights of layers to an open HDF5 file, in the layout of Keras' `save_weights`."""
    layers = [layer for layer in layers if layer.weights]
    file.attrs["layer_names"] = [layer.name for layer in layers]
    for layer in layers:
        group = file.create_group(layer.name)
        group.attrs["weight_names"] = [weight.name for weight in layer.weights]
        for weight in layer.weights:
            group[weight.name] = weight.numpy()
