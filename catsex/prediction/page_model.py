"""A model as the page and Python exchange it: a last layer for the pretrained network that both have.

It is a zip file, or stands in one beside photos (project.zip) or at the end of a LiteRT model (model.tflite).
"""

import json
import zipfile
from pathlib import Path

import numpy as np

from catsex.backend import to_numpy
from catsex.errors import ModelError, reason
from catsex.files import replacing, show
from catsex.prediction.export import TOLERANCE, difference
from catsex.prediction.predictor import Predictor
from catsex.prediction.saving import KNOWN_FEATURES, MAX_METADATA, METADATA, load_detector

LAST_LAYER = "catsex.last_layer.f32"  # the member of the file with kernel, (classes, features), and bias, (classes,)
MOST = 16 * 2**20  # bytes of it
SUFFIXES = (".tflite", ".zip")


def is_page_model(path):
    """Return whether a file is one that the page has saved, as far as its name and its members tell."""
    try:
        return Path(path).suffix in SUFFIXES and {METADATA, LAST_LAYER} <= set(zipfile.ZipFile(path).namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def save_page_model(predictor, path, load, photos, provenance):
    """Save a model for the page, and keep the file only if it gives there what it gives here.

    Parameters
    ----------
    predictor : Predictor
    path : str or Path
        Ends in `.zip`.
    load : callable
        () -> weights.Pretrained, the network that the page uses.
    photos : list of ndarray, each of shape (H, W, 3), uint8
        What to compare the two on.
    provenance : dict
        Where the model comes from, as `saving.save` takes it.

    Returns
    -------
    float
        The largest difference of any probability.

    Raises
    ------
    ModelError
        If more than the last layer of the pretrained network was trained, or the file cannot be written.
    """
    pretrained, last, detector = load(), predictor.model.layers[-1].get_weights(), predictor.detector
    features, names = pretrained.model.layers[-2].output.shape[-1], predictor.class_names
    if len(last) != 2 or last[0].shape != (features, len(names)) or predictor.pixels != "signed":
        raise ModelError(f"{show(path)}: the page runs MobileNetV2 alone, and this is another network")
    metadata = {"class_names": names, "features": features, "fingerprint": pretrained.fingerprint} | provenance
    if detector is not None:
        metadata["detector"] = {"photos": len(detector.unit), "threshold": detector.threshold}
    try:
        with replacing(path) as temporary:
            with zipfile.ZipFile(temporary, "w") as file:
                file.writestr(METADATA, json.dumps(metadata, indent=2))
                file.writestr(LAST_LAYER, b"".join(values.T.astype("<f4").tobytes() for values in last))
                if detector is not None:
                    file.writestr(KNOWN_FEATURES, detector.unit.astype("<f2").tobytes())
            found = _difference(load_page_model(temporary, lambda: pretrained), predictor, photos)
    except OSError as error:
        raise ModelError(f"{show(path)} cannot be written: {reason(error)}") from error
    return found


def _difference(saved, predictor, photos):
    """Return the largest difference of two models' probabilities; raise `ModelError` if it is too large."""
    found = max(
        difference(lambda batch: to_numpy(saved.network(batch)), predictor.network, predictor.prepare(photo))
        for photo in photos
    )
    if not found <= TOLERANCE:
        raise ModelError(
            "more than the last layer of this model was trained, and the page has the pretrained network: its "
            f"predictions would differ by {found:.2g} there; train it with --method head"
        )
    return found


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
    metadata, kernel, bias = _read(path)
    pretrained = load()
    if metadata.get("fingerprint") != pretrained.fingerprint:
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
    detector = load_detector(path, metadata, len(kernel))
    both = keras.Model(network.input, [network.output, features]) if detector else None
    return Predictor(
        network, metadata["class_names"], network, metadata=metadata, detector=detector, with_features=both
    )


def _read(path):
    """Return the metadata and the last layer: kernel, (features, classes), and bias, (classes,)."""
    try:
        with zipfile.ZipFile(path) as file:
            metadata = json.loads(file.open(METADATA).read(MAX_METADATA))
            numbers = np.frombuffer(file.open(LAST_LAYER).read(MOST), "<f4")
        names = metadata["class_names"]
        if not isinstance(names, list) or len(names) < 2 or not all(isinstance(name, str) for name in names):
            raise ValueError("no class names")
        kernel, bias = numbers[: -len(names)].reshape(len(names), -1), numbers[-len(names) :]
        if not np.isfinite(numbers).all():
            raise ValueError("numbers that are none")
    except Exception as error:  # whatever zipfile, numpy and foreign metadata give
        raise ModelError(f"{show(path)} is damaged: {error}") from error
    return metadata | {"class_names": [show(name) for name in names]}, kernel.T, bias
