"""Engines that run a frozen network: a batch of preprocessed photos in, features out."""

import functools
import hashlib
import importlib.util
import logging
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np

from catsex import backend
from catsex.errors import EngineError
from catsex.files import cache_folder, replacing
from catsex.quiet import hidden_stderr

log = logging.getLogger(__name__)

MANY = 300  # photos; for fewer, Keras is done before LiteRT's export, seven seconds the first time, has paid off
EXPORTS_LITERT = (3, 13)  # the first version of Keras that does
KERAS_BATCH = 4  # on a CPU as fast as 32, in a fraction of the memory: 40 instead of 450 MB
MOST_THREADS = 16  # each holds the network once more, 26 MB
TOLERANCE = 1e-3

_unusable: set[str] = set()  # engines that could not be loaded in this process


def choose(photos):
    """Return the name of the engine to use for a number of photos.

    It depends on that number and on what is installed, never on what is in a cache, so that a second run gives
    the numbers of the first.
    """
    return "litert" if photos > MANY and "litert" not in _unusable and _litert_is_installed() else "keras"


def _litert_is_installed():
    """Return whether the extra `fast` is installed, and Keras can export a network to it, as it does on TensorFlow."""
    keras_version = tuple(int(part) for part in version("keras").split(".")[:2])
    can_export = keras_version >= EXPORTS_LITERT and backend.name() == "tensorflow"
    return can_export and importlib.util.find_spec("ai_edge_litert") is not None


@functools.lru_cache(maxsize=1)
def load(engine, model, fingerprint):
    """Return the function that runs a frozen network.

    Parameters
    ----------
    engine : {"keras", "litert"}
        Keras itself; or LiteRT, several times faster and by at most 0.001 different, which needs the extra `fast`.
    model : keras.Model
        (N, size, size, 3) -> (N, d)
    fingerprint : str
        Identifies the weights of `model`.

    Returns
    -------
    callable
        sequence of N photos (size, size, 3), float32, -1 to 1 -> ndarray (N, d), float32

    Raises
    ------
    EngineError
        If the engine is not Keras and is unavailable, for whatever reason.
    """
    if engine == "keras":
        return _keras(model)
    try:
        return _litert(model, fingerprint)
    except Exception as error:  # a converter and a runtime raise nearly anything
        _unusable.add(engine)
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        raise EngineError(f"LiteRT cannot be used: {reason}") from error


def _keras(model):
    """Return a plain compiled function: a third faster than ``model.predict``, with the same output."""
    run = backend.compiled_model(model)

    def features(photos):
        starts = range(0, len(photos), KERAS_BATCH)
        return np.concatenate([run(np.stack(photos[start : start + KERAS_BATCH])) for start in starts])

    return features


def _litert(model, fingerprint):
    """Return a function that runs the exported network, one photo at a time in each of as many threads as cores.

    That is faster than one photo after the other by all cores, and what a photo gives depends neither on the
    photos beside it nor on the number of cores.
    """
    content = exported(model, fingerprint)
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS))
    features = functools.partial(features_of_one, content, threading.local())
    return lambda photos: np.stack(list(pool.map(features, photos)))


def exported(model, fingerprint):
    """Return a network in LiteRT's format, from the cache or exported and found to give what Keras gives.

    Parameters
    ----------
    model : keras.Model
        (N, size, size, 3) -> (N, d)
    fingerprint : str
        Identifies the weights of `model`.

    Returns
    -------
    bytes

    Raises
    ------
    EngineError
        If it gives something else. A converter and a runtime raise nearly anything besides.
    """
    size = "x".join(str(length) for length in model.input_shape[1:3])
    path = cache_folder() / "litert" / f"{fingerprint}-{size}.tflite"
    kept = _read(path)
    content = kept or _export(model)
    photo = np.random.default_rng(0).uniform(-1, 1, model.input_shape[1:]).astype(np.float32)
    with hidden_stderr():  # of a notice when the first interpreter starts
        found = features_of_one(content, threading.local(), photo)
    if not kept:
        difference = np.abs(found - backend.to_numpy(model(photo[None], training=False))[0]).max()
        if not difference <= TOLERANCE:
            raise EngineError(f"its features differ from Keras' by {difference:.2g}")
        _keep(content, path)
    return content


def features_of_one(content, thread, photo):
    """Return what a network in LiteRT's format gives for a photo: (size, size, 3) -> (d,).

    `thread`, a `threading.local`, keeps what runs it from one photo to the next.
    """
    from ai_edge_litert.interpreter import Interpreter

    if not hasattr(thread, "interpreter"):
        thread.interpreter = Interpreter(model_content=content, num_threads=1)
        thread.interpreter.allocate_tensors()
    interpreter = thread.interpreter
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], photo[None])
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]


def _export(model):
    """Return a network in LiteRT's format."""
    log.warning("Exporting the network to LiteRT; this takes some seconds, once")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.tflite"
        model.export(path, format="litert", verbose=False)
        return path.read_bytes()


def _read(path):
    """Return what `_keep` has written, or None if it is not there or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content, checksum = data[:-32], data[-32:]
    if hashlib.sha256(content).digest() == checksum:
        return content
    log.warning("%s is damaged and made again", path)
    return None


def _keep(content, path):
    """Write an exported network, followed by its SHA-256: LiteRT itself does not notice a changed weight."""
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(content + hashlib.sha256(content).digest())
    except OSError as error:
        log.warning("The exported network cannot be kept for the next run: %s", error)
