"""A saved model in formats that other programs run: LiteRT, ONNX, TensorFlow's SavedModel; and for the page."""

import importlib.util
import json
import zipfile
from pathlib import Path

import numpy as np

from catsex.backend import need_tensorflow, to_numpy
from catsex.errors import ModelError, reason
from catsex.files import replacing, show
from catsex.photos.preprocessing import preprocess
from catsex.prediction.saving import METADATA
from catsex.quiet import hidden_stderr

TOLERANCE = 1e-3  # of probabilities
SUFFIXES = {"litert": ".tflite", "onnx": ".onnx", "saved_model": "", "page": ".zip"}
KERAS_NAMES = {"litert": "litert", "onnx": "onnx", "saved_model": "tf_saved_model"}
PACKAGES = {"litert": ("ai_edge_litert",), "onnx": ("onnx", "onnxruntime", "tf2onnx"), "saved_model": (), "page": ()}


def export(model, path, target, photos, metadata):
    """Export a model by Keras' own `Model.export`, and keep the result only if it gives what Keras gives.

    Parameters
    ----------
    model : keras.Model
        With one input and one output.
    path : str or Path
        The new file, or the new folder of a SavedModel.
    target : {"litert", "onnx", "saved_model"}
    photos : list of ndarray, each of shape (H, W, 3)
        What to compare the two on, as the model takes it.
    metadata : dict
        What goes in and comes out, and the class names; kept in the file where its format has room: as metadata of
        an ONNX model, as a zip member at the end of a LiteRT file, in the folder `assets.extra` of a SavedModel.

    Returns
    -------
    float
        The largest difference of any output.

    Raises
    ------
    ModelError
        If the format's packages are not installed, the model cannot be exported, or the outputs differ by more
        than `TOLERANCE`. Nothing is left at `path` then.
    """
    check_target(path, target)
    try:
        with replacing(path) as temporary, hidden_stderr():
            _call(model, photos[0][None])  # Keras exports only a model that has been called
            _export(model, temporary, target)
            _add_metadata(temporary, target, metadata)
            run = {"litert": _litert, "onnx": _onnx, "saved_model": _saved_model}[target](temporary)
            found = max(difference(run, model, photo) for photo in photos)
            if not found <= TOLERANCE:
                raise ModelError(f"the exported model's predictions differ from Keras' by {found:.2g}; not kept")
    except OSError as error:
        raise ModelError(f"{show(path)} cannot be written: {reason(error)}") from error
    return found


def size(text):
    """Turn an option's text into a number of pixels, or "any"."""
    if text == "any":
        return text
    if not text.isdecimal() or not 32 <= int(text[:5]) <= 1024:
        raise ValueError(f"expected any, or a whole number from 32 to 1024, got {text[:20]!r}")
    return int(text)


def at_size(classifier, size):
    """Return a classifier's model for photos of one size, or of any.

    Programs for LiteRT read the size of photos off the file, and take what it declares for any size, 1 x 1, for the
    truth: so a file for them says one size.

    Parameters
    ----------
    classifier : Predictor
    size : int, "network" or "any"
        Height and width in pixels; or as the network sees photos; or as they are.

    Returns
    -------
    model : keras.Model
    prepare : callable
        A photo, shape (H, W, 3), uint8 -> what the model takes, of the same pixels or resized, float32.
    metadata : dict
        As `Predictor.describe` returns it.

    Raises
    ------
    ModelError
        If the model takes photos of one other size only.
    """
    import keras

    shape, metadata = classifier.model.input_shape, classifier.describe()
    wanted = classifier.network.input_shape[1:3] if size == "network" else (size, size)
    if None not in shape[1:3]:
        if size not in ("any", "network") and shape[1:3] != wanted:
            raise ModelError(f"this model takes photos of {shape[1]} x {shape[2]} pixels only; leave out --size")
        return classifier.model, classifier.as_input, metadata
    if size == "any" or None in wanted:
        return classifier.model, classifier.as_input, metadata

    photos = keras.Input((*wanted, 3), name="photos")
    model = keras.Model(photos, classifier.model(photos))
    said = dict(metadata["input"]) | {"shape": [None, *wanted, 3]}
    if classifier.model is not classifier.network:
        said["meaning"] = "photos, resized by the caller; height, width, RGB; upright; pixels 0 to 255, float"

    def prepare(photo):
        return classifier.as_input((preprocess(photo, wanted) + 1) * np.float32(127.5))

    return model, prepare, metadata | {"input": said}


def known_photos():
    """Return a few of scikit-image's own photos, which come with its installation.

    Returns
    -------
    list of ndarray, shape (H, W, 3), uint8
    """
    import skimage.data

    return [getattr(skimage.data, name)() for name in ("chelsea", "astronaut", "coffee")]


def check_target(path, target):
    """Raise `CatsexError` if a format's packages or backend are missing, or its result cannot go to a path."""
    if target in ("litert", "saved_model"):
        need_tensorflow(f"exporting to {target}")
    missing = [name for name in PACKAGES[target] if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelError(f'no package {missing[0]}, which {target} needs: pip install -e ".[{target}]"')
    if not SUFFIXES[target] and Path(path).exists():
        raise ModelError(f"{show(path)} already exists; remove it or choose another name")
    if SUFFIXES[target] and Path(path).suffix != SUFFIXES[target]:
        raise ModelError(f"{show(path)}: the name of a file for {target} ends in {SUFFIXES[target]}")


def _export(model, path, target):
    """Call `Model.export`, whose converters raise nearly anything."""
    try:
        model.export(str(path), format=KERAS_NAMES[target], verbose=False)
    except Exception as error:
        raise ModelError(f"Keras cannot export this model to {target}: {reason(error, 300)}") from error


def _add_metadata(path, target, metadata):
    """Put what goes in and comes out into an exported model."""
    text = json.dumps(metadata, indent=2)
    if target == "litert":
        with zipfile.ZipFile(path, "a") as file:
            file.writestr(METADATA, text)
    elif target == "onnx":
        import onnx

        exported = onnx.load(path)
        onnx.helper.set_model_props(exported, {METADATA: text})
        onnx.save(exported, path)
    else:
        (path / "assets.extra").mkdir()
        (path / "assets.extra" / METADATA).write_text(text, encoding="utf-8")


def _litert(path):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))

    def run(batch):
        entry, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
        interpreter.resize_tensor_input(entry, batch.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(entry, batch)
        interpreter.invoke()
        return interpreter.get_tensor(result)

    return run


def _onnx(path):
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda batch: session.run(None, {session.get_inputs()[0].name: batch})[0]


def _saved_model(path):
    import tensorflow as tf

    signature = tf.saved_model.load(str(path)).signatures["serving_default"]
    name = next(iter(signature.structured_input_signature[1]))
    return lambda batch: np.asarray(next(iter(signature(**{name: tf.constant(batch)}).values())))


def difference(run, model, photo):
    """Return the largest difference between two models' outputs for a photo, alone and twice in a batch."""
    batch = np.stack([photo, photo[:, ::-1]]).astype(np.float32)
    expected = _call(model, batch)
    try:
        return max(float(np.abs(run(batch[:n]) - expected[:n]).max()) for n in (1, 2))
    except Exception as error:  # each format's runtime has its own
        raise ModelError(f"the exported model cannot be run: {reason(error, 300)}; not kept") from error


def _call(model, batch):
    """Return a Keras model's outputs."""
    try:
        return to_numpy(model(batch.astype(np.float32), training=False))
    except Exception as error:  # TensorFlow raises nearly anything, such as for photos that are too small
        raise ModelError(f"the model cannot take the photos to compare on: {reason(error, 300)}") from error
