"""The frozen part of a network, run once for each photo."""

import contextlib
import hashlib
import json
import logging
import os
import sys
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from catsex.errors import EngineError, ModelError
from catsex.network import engines
from catsex.network.feature_cache import FeatureCache
from catsex.photos import images, preprocessing

log = logging.getLogger(__name__)

BATCH_SIZE = 32
READ_AHEAD = 2 * BATCH_SIZE  # photos that are decoded or waiting at any one time
PROGRESS_AFTER = 3  # seconds


def extract(model, photos, *, cache=True, engine=None):
    """Run a frozen network on photos, each one only once.

    Photos are read, decoded and resized by a pool of threads while the network runs on those before them. Memory
    does not grow with their number, but for the result itself.

    Parameters
    ----------
    model : keras.Model
        (N, size, size, 3) -> (N, d), frozen.
    photos : ndarray, shape (N, size, size, 3), float32, -1 to 1; or sequence of N paths
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there. They are found again by the
        content of the photo, the weights of the network, the input size and the way photos are preprocessed.
    engine : {"keras", "litert"}, optional
        What runs the network. By default LiteRT if it is installed and there are more than a few hundred photos.

    Returns
    -------
    ndarray, shape (N, d), float32
        In the order of `photos`.

    Raises
    ------
    ImageError
        If a photo cannot be used. Features of the photos before it are in the cache by then.
    """
    engine = engine or engines.choose(len(photos))
    try:
        return _extract(model, photos, cache, engine)
    except EngineError as error:
        log.warning("Going on with Keras, slower: %s", error)
        return _extract(model, photos, cache, "keras")


def _extract(model, photos, cache, engine):
    """Run a frozen network on photos by one engine; its features are never taken for those of another."""
    digest = fingerprint(model)
    result = np.empty((len(photos), model.output_shape[-1]), np.float32)
    network = f"{digest} {model.input_shape[1:3]} preprocessing {preprocessing.PREPROCESSING_VERSION} {engine}"
    store = FeatureCache(network, result.shape[1], on_disk=cache)
    run = None
    waiting = []  # (position, key, photo) of photos that are not in the cache

    def flush():
        nonlocal run
        if waiting:
            run = run or engines.load(engine, model, digest)
            positions, keys, batch = zip(*waiting, strict=True)
            result[list(positions)] = run(batch)  # B photos -> (B, d)
            if not np.isfinite(result[list(positions)]).all():
                raise ModelError("some features are not finite numbers: the network's weights are damaged")
            store.put(keys, result[list(positions)])
            waiting.clear()

    try:
        with _progress(len(photos)) as show:
            for position, (key, found, photo) in enumerate(_prepared(photos, model.input_shape[1:3], store)):
                if found is None:
                    waiting.append((position, key, photo))
                else:
                    result[position] = found
                if len(waiting) == BATCH_SIZE:
                    flush()
                show(position + 1)
            flush()
    except images.ImageError:
        flush()  # a photo that fails does not lose the others' work
        raise
    finally:
        store.close()
    return result


def _prepared(photos, size, store):
    """Yield (key, features or None, preprocessed photo or None) for each photo, in order, some way ahead."""

    def prepare(photo):
        if isinstance(photo, np.ndarray):
            key = _digest(np.ascontiguousarray(photo))
        else:
            data = images.read_bytes(photo)
            key = _digest(data)
        found = store.get(key)
        if found is not None:
            return key, found, None
        if not isinstance(photo, np.ndarray):
            photo = preprocessing.preprocess(images.decode_image(data, photo), size)
        return key, None, photo

    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    ahead = deque()
    try:
        for photo in photos:
            ahead.append(pool.submit(prepare, photo))
            if len(ahead) == READ_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _digest(content):
    """Return the SHA-256 of bytes, or of an array's values."""
    return hashlib.sha256(content).digest()


def fingerprint(model):
    """Return the SHA-256 of what decides on a network's output: the kinds, settings and weights of its layers."""
    digest = hashlib.sha256()
    for layer in model.layers:
        settings = {key: value for key, value in layer.get_config().items() if key not in ("name", "trainable")}
        digest.update(json.dumps([type(layer).__name__, settings], sort_keys=True, default=repr).encode())
        for weight in layer.get_weights():
            digest.update(np.ascontiguousarray(weight))
    return digest.hexdigest()


@contextlib.contextmanager
def _progress(total):
    """Yield a function that shows how many photos are done, from when it has taken a few seconds."""
    started = time.monotonic()
    bar = None

    def show(done):
        nonlocal bar
        if (
            not sys.stderr.isatty()
            or time.monotonic() - started < PROGRESS_AFTER
            or (done % BATCH_SIZE and done < total)
        ):
            return
        import keras

        with contextlib.redirect_stdout(sys.stderr):
            bar = bar or keras.utils.Progbar(total, unit_name="photo")
            bar.update(done)

    yield show
