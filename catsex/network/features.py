"""The frozen part of a network, run once for each photo."""

import hashlib
import logging
import os
import tempfile
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catsex import backend
from catsex.errors import EngineError, ImageError, ModelError
from catsex.network import engines
from catsex.network.augmentation import AUGMENTATION_VERSION
from catsex.network.augmentation import view as augment
from catsex.network.feature_cache import FeatureCache
from catsex.network.frozen import Frozen
from catsex.network.on_disk.rows import MOST_BYTES
from catsex.photos import PhotoSet, preprocessing
from catsex.photos.contrast import check_contrast
from catsex.photos.decoding.images import read_bytes
from catsex.photos.description import DESCRIPTION_VERSION, Description
from catsex.progress import progress

if TYPE_CHECKING:
    import keras

log = logging.getLogger(__name__)

PHOTOS_AT_ONCE = 32
READ_AHEAD = 2 * PHOTOS_AT_ONCE  # photos that are decoded or waiting at any one time
FEW = 1000  # photos, which may have been in an array before; of more, hashing each costs more than it saves


def extract(
    model: "keras.Model | Frozen",
    photos: PhotoSet | Sequence[Path] | np.ndarray,
    *,
    view: int | None = None,
    cache: bool = True,
    engine: str | None = None,
    memory: dict | None = None,
) -> np.ndarray:
    """Run a frozen network on photos, each one only once.

    Photos are read, decoded and resized by a pool of threads while the network runs on those before them. Memory
    does not grow with their number, but for the result itself.

    Parameters
    ----------
    model : keras.Model or Frozen
        (N, size, size, 3) -> (N, d), frozen.
    photos : PhotoSet, or sequence of N paths; or ndarray, shape (N, size, size, 3), float32, -1 to 1
        Of a PhotoSet, what can be said of each photo is known afterwards as well (`PhotoSet.descriptions`).
    view : int, optional
        Which of a photo's other views to run it on (`augmentation.view`), by default the photo as it is. Not of arrays.
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there. They are found again by the
        content of the photo's file, or by the values of its row in an array; and by the weights of the network, the
        input size and the way photos are preprocessed.
    engine : {"keras", "litert"}, optional
        What runs the network. By default LiteRT if it is installed and there are more than a few hundred photos.
    memory : dict, optional
        What was computed of other rows of the same array, if nothing is kept on disk. A PhotoSet has its own.

    Returns
    -------
    ndarray, shape (N, d), float32
        In the order of `photos`. If it is larger than `MOST_BYTES`, it lies on disk: a `numpy.memmap`.

    Raises
    ------
    ImageError
        If a photo cannot be used. Features of the photos before it are in the cache by then.
    DataError
        If more than a tenth of a PhotoSet's photos are of one colour; fewer are named.
    """
    if not isinstance(photos, (np.ndarray, PhotoSet)):
        photos = PhotoSet("", list(map(Path, photos)), np.zeros(len(photos), int), [""])
    if isinstance(photos, PhotoSet):
        memory = photos.reader.computed
    elif memory is None:
        memory = {}
    frozen = model if isinstance(model, Frozen) else Frozen.of(model)
    engine = engine or memory.setdefault("engine", engines.choose(len(photos)))  # one for all photos of a set
    try:
        result = _extract(frozen, photos, memory, view, cache, engine)
    except EngineError as error:
        log.warning("Going on with Keras, slower: %s", error)
        memory["engine"] = "keras"
        result = _extract(frozen, photos, memory, view, cache, "keras")
    if isinstance(photos, PhotoSet):
        check_contrast(photos)
    return result


def _extract(frozen, photos, memory, view, cache, engine):
    """Run a frozen network on photos by one engine; its features are never taken for those of another."""
    from_files = isinstance(photos, PhotoSet)
    result = _room_for(len(photos), frozen.length)
    way = photos.decoder.key if from_files else ""
    runs_on = engine if backend.name() == "tensorflow" else f"{engine} on {backend.name()}"
    network = f"{frozen.fingerprint} {frozen.size} preprocessing {preprocessing.PREPROCESSING_VERSION} {runs_on}{way}"
    if view is not None:
        network += f" view {view} of {AUGMENTATION_VERSION}"
    store = FeatureCache(network, result.shape[1], cache, memory)
    notes = FeatureCache(f"description {DESCRIPTION_VERSION}{way}", None, cache and from_files, dtype=np.uint8)
    prepare = _reader(photos, frozen.size, view, store, notes) if from_files else _looker(photos, store)
    batch = _Batch(lambda: engines.load(engine, frozen.model, frozen.fingerprint), result, store, notes)
    try:
        with progress(len(photos)) as show:
            for position, prepared in enumerate(_ahead(prepare, len(photos))):
                batch.add(position, *prepared)
                if batch.full:
                    batch.finish()
                show(position + 1)
            batch.finish()
    except ImageError:
        batch.finish()  # a photo that fails does not lose the others' work
        raise
    finally:
        store.close()
        notes.close()
    return result


class _Batch:
    """Photos that wait to run through the network together, and what is to be kept of those just decoded.

    Parameters
    ----------
    load : callable
        () -> the engine, (B photos) -> ndarray, shape (B, d); called when the first photo has to run.
    result : ndarray, shape (N, d), float32
        Where features go, each to its photo's position.
    store, notes : FeatureCache
        Where features and descriptions are kept.
    """

    def __init__(self, load, result, store, notes):
        self.load, self.run = load, None
        self.result, self.store, self.notes = result, store, notes
        self.waiting: list = []  # (position, key, photo) of photos that are not in the cache
        self.described: list = []  # (key, description) of photos that have just been decoded

    @property
    def full(self):
        """Whether it is time to `finish`."""
        return PHOTOS_AT_ONCE in (len(self.waiting), len(self.described))

    def add(self, position, key, found, photo, description):
        """Take what was prepared of one photo, as `_reader` and `_looker` return it."""
        if description is not None:
            self.described.append((key, description.to_array()))
        if found is None:
            self.waiting.append((position, key, photo))
        else:
            self.result[position] = found

    def finish(self):
        """Run the network on the photos that wait, and keep what is new."""
        if self.described:
            self.notes.put(*zip(*self.described, strict=True))
            self.described.clear()
        if self.waiting:
            self.run = self.run or self.load()
            positions, keys, photos = zip(*self.waiting, strict=True)
            self.result[list(positions)] = features = self.run(photos)
            if not np.isfinite(features).all():
                raise ModelError("some features are not finite numbers: the network's weights are damaged")
            if not isinstance(self.result, np.memmap):
                self.store.put(keys, self.result[list(positions)])
            self.waiting.clear()


def _room_for(rows, columns):
    """Return an array (rows, columns), float32, in memory or, if it is large, in a file that is gone with it."""
    if 4 * rows * columns <= MOST_BYTES:
        return np.empty((rows, columns), np.float32)
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, np.float32, "w+", shape=(rows, columns))


def _looker(rows, store):
    """Return what `_reader` returns, for an array: a row is identified by its values, and has no description."""

    def prepare(position):
        key = _key(rows[position])
        return key, store.get(key), rows[position], None

    return prepare


def _key(row):
    """Return what a preprocessed photo is found again by: the SHA-256 of its values."""
    return hashlib.sha256(np.ascontiguousarray(row).data).digest()


def _reader(photos, size, view, store, notes):
    """Return a function: position -> (key, features or None, preprocessed photo or None, new description or None)."""
    described = photos.reader.described

    def prepare(position):
        path, data, photo = photos.paths[position], None, None
        if path in described:
            key = bytes.fromhex(described[path].checksum)
        else:
            data = read_bytes(path)
            key = hashlib.sha256(data).digest()
        found, noted = store.get(key), notes.get(key)
        if path not in described and noted is not None:
            described[path] = Description.from_array(key.hex(), noted)
        if path not in described or found is None:
            data = read_bytes(path) if data is None else data
            if found is None and view is None:
                photo = photos.prepare(position, data, size)
                found = _of_the_lesson(photo, key)
            else:
                pixels = photos.decode(position, data)
                if found is None:
                    photo = preprocessing.preprocess(augment(pixels, key, view), size)
        return key, found, photo, described[path] if noted is None else None

    def _of_the_lesson(photo, key):
        """Return the features that a lesson's script cached from an array of photos; None if there are none."""
        found = store.get(_key(photo)) if len(photos) <= FEW else None
        if found is not None:
            store.put([key], [found])
        return found

    return prepare


def _ahead(prepare, n):
    """Yield what `prepare` gives for each of n positions, in order, worked out some way ahead by threads."""
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    ahead: deque = deque()
    try:
        for position in range(n):
            ahead.append(pool.submit(prepare, position))
            if len(ahead) == READ_AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
