"""A model that the page has saved, as a predictor: the pretrained network that is here, and the page's last layer."""

import json
import zipfile
from pathlib import Path

import numpy as np

from catsex.errors import ModelError
from catsex.files import show
from catsex.prediction.predictor import Predictor
from catsex.prediction.saving import MAX_METADATA, METADATA

LAST_LAYER = "catsex.last_layer.f32"  # the member of the file with kernel, (classes, features), and bias, (classes,)
MOST = 16 * 2**20  # bytes of it
SUFFIX = ".tflite"


def is_page_model(path):
    """Return whether a file is one that the page has saved, as far as its name and its members tell."""
    try:
        return Path(path).suffix == SUFFIX and {METADATA, LAST_LAYER} <= set(zipfile.ZipFile(path).namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def load_page_model(path, load):
    """Load a model that the page has saved.

    Parameters
    ----------
    path : str or Path
    load : callable
        () -> weights.Pretrained, the network that the page used too.

    Returns
    -------
    Predictor

    Raises
    ------
    ModelError
        If the file is damaged, or the page's network had other weights.
    """
    contract, kernel, bias = _read(path)
    pretrained = load()
    if contract.get("fingerprint") != pretrained.fingerprint:
        raise ModelError(
            f"{show(path)} was made with other weights of MobileNetV2 than those here ({pretrained.source}); "
            "set KERAS_HOME to a folder that has the page's own"
        )
    import keras

    features = pretrained.model.layers[-2].output
    if features.shape[-1] != len(kernel):
        raise ModelError(f"{show(path)} is damaged: its last layer takes {len(kernel)} features")
    last = keras.layers.Dense(len(bias), activation="softmax", name="classifier")
    network = keras.Model(pretrained.model.input, last(features))
    last.set_weights([kernel, bias])
    return Predictor(network, contract["class_names"], network, metadata=contract)


def _read(path):
    """Return the contract and the last layer: kernel, (features, classes), and bias, (classes,)."""
    try:
        with zipfile.ZipFile(path) as file:
            contract = json.loads(file.open(METADATA).read(MAX_METADATA))
            numbers = np.frombuffer(file.open(LAST_LAYER).read(MOST), "<f4")
        names = contract["class_names"]
        if not isinstance(names, list) or len(names) < 2 or not all(isinstance(name, str) for name in names):
            raise ValueError("no class names")
        kernel, bias = numbers[: -len(names)].reshape(len(names), -1), numbers[-len(names) :]
        if not np.isfinite(numbers).all():
            raise ValueError("numbers that are none")
    except Exception as error:  # whatever zipfile, numpy and a foreign contract give
        raise ModelError(f"{show(path)} is damaged: {error}") from error
    return contract | {"class_names": [show(name) for name in names]}, kernel.T, bias
