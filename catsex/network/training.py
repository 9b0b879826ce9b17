"""Fitting the last layer: on the output of the frozen ones, computed once for each photo."""

import math
import sys
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catsex.backend import to_numpy
from catsex.constants import BATCH_SIZE, EPOCHS
from catsex.network import features, streaming
from catsex.network.cutting import cut_point, split
from catsex.network.model import frozen_part, head_of, trains_only_last_layer
from catsex.photos import PhotoSet

if TYPE_CHECKING:
    import keras


# What the frozen part of each model has given in this run, for when nothing is kept on disk; it ends with the model.
_memories: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def fit(
    model: "keras.Model",
    photos: np.ndarray | PhotoSet | Sequence[Path],
    labels: np.ndarray,
    validation_data: tuple | None = None,
    *,
    epochs: int = EPOCHS,
    batch_size: int = BATCH_SIZE,
    class_weight: dict[int, float] | None = None,
    cache: bool = True,
) -> dict[str, list[float]]:
    """Train a model as ``model.fit`` does, without running frozen layers more than once.

    What the frozen layers below the first trainable one give for a photo never changes: it is computed once, and what
    lies above is trained on it, be it the last layer alone or the last block. Given the same seed, loss and accuracy
    are those of ``model.fit`` at every epoch, and `model` is trained as it is by ``model.fit``. If there is no frozen
    part, ``model.fit`` itself is called.

    Parameters
    ----------
    model : keras.Model
        A compiled classifier.
    photos : ndarray, shape (N, H, W, 3), float32, -1 to 1; or PhotoSet, or sequence of N paths
        What to train on. Photos that are still on disk need a model with a frozen part.
    labels : ndarray, shape (N,), int
    validation_data : (photos, labels), optional
        Evaluated after each epoch and used for nothing else.
    epochs, batch_size : int
    class_weight : dict of int to float, optional
        How much the loss on photos of each class counts, such as `balanced` returns it.
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there.

    Returns
    -------
    dict of str to list of float
        `loss` and `accuracy` after each epoch, with `validation_data` also `val_loss` and `val_accuracy`.
    """
    below, trained = _split(model)
    found = {"cache": cache, "memory": _memories.setdefault(model, {})}
    if below is not None:
        trained.compile(optimizer=model.optimizer, loss=model.loss, metrics=["accuracy"])
        photos = activations(below, trained, photos, **found)
        if validation_data is not None:
            unseen, unseen_labels = validation_data
            validation_data = (activations(below, trained, unseen, **found), unseen_labels)
    # Keras finds the numbers of steps by itself, but told them it sets up its input once an epoch, not twice.
    steps = {"steps_per_epoch": math.ceil(len(labels) / batch_size)}
    if validation_data is not None:
        steps["validation_steps"] = math.ceil(len(validation_data[1]) / batch_size)
        unseen, unseen_labels = validation_data
        if isinstance(unseen, np.memmap):
            validation_data = streaming.batches(unseen, unseen_labels, batch_size, shuffled=False)
    if isinstance(photos, np.memmap):  # which Keras would read into memory as a whole
        data, answers = streaming.batches(photos, labels, batch_size), None
    else:
        data, answers = photos, labels
    history = trained.fit(
        data,
        answers,
        validation_data=validation_data,
        epochs=epochs,
        batch_size=None if answers is None else batch_size,
        class_weight=class_weight,
        **steps,
        verbose=0,
        callbacks=[line_per_epoch(epochs)],
    )
    return {name: [float(value) for value in values] for name, values in history.history.items()}


def balanced(labels: np.ndarray) -> dict[int, float]:
    """Return weights by which all classes count the same in the loss, however many photos they have.

    Parameters
    ----------
    labels : ndarray, shape (N,), int
        At least one of each class.

    Returns
    -------
    dict of int to float
        N / (classes * photos of the class), as scikit-learn's ``class_weight="balanced"`` has it: 1 on average.
    """
    counts = np.bincount(labels)
    return {label: len(labels) / (len(counts) * count) for label, count in enumerate(counts.tolist())}


def _split(model):
    """Return the frozen part of a network, None if it has none, and the part above it, which is trained."""
    if trains_only_last_layer(model):
        return frozen_part(model), head_of(model)
    return split(model) if cut_point(model) is not None else (None, model)


def activations(below, above, photos, *, cache=True, memory=None):
    """Return the frozen part's output for photos, in the shape that the part above takes.

    Parameters
    ----------
    below, above : keras.Model
        As `cutting.split` returns them.
    photos, cache, memory
        As `features.extract` takes them.

    Returns
    -------
    ndarray, shape (N, ...), float32
    """
    return features.extract(below, photos, cache=cache, memory=memory).reshape(-1, *above.input_shape[1:])


def predict(model: "keras.Model", photos: np.ndarray | PhotoSet | Sequence[Path], *, cache: bool = True) -> np.ndarray:
    """Return a model's predictions of photos, without running frozen layers again.

    Parameters
    ----------
    model : keras.Model
        A classifier of which only the last layer is trained.
    photos : ndarray, shape (N, H, W, 3), float32, -1 to 1; or PhotoSet, or sequence of N paths
    cache : bool
        As `fit` takes it.

    Returns
    -------
    ndarray, shape (N, classes), float32
        Probabilities.
    """
    memory = _memories.setdefault(model, {})
    return to_numpy(head_of(model)(features.extract(frozen_part(model), photos, cache=cache, memory=memory)))


def line_per_epoch(epochs):
    """Return a callback that prints one line after each epoch."""
    import keras

    def show(epoch, logs):
        numbers = "  ".join(f"{name} {logs[name]:.4f}" for name in sorted(logs, key=_reading_order))
        print(f"epoch {epoch + 1:{len(str(epochs))}}/{epochs}  {numbers}")
        sys.stdout.flush()

    return keras.callbacks.LambdaCallback(on_epoch_end=show)


def _reading_order(name):
    """Return a sort key: training before validation, loss before accuracy."""
    return name.startswith("val_"), not name.endswith("loss"), name
