"""Ways to train a network on photos: its head; its head on other views of them; its head and then its last block."""

from typing import TYPE_CHECKING

import numpy as np

from catsex.constants import BATCH_SIZE, EPOCHS
from catsex.errors import ModelError
from catsex.network import fine_tuning, training
from catsex.network.augmentation import VIEWS
from catsex.network.cutting import unfreeze
from catsex.network.features import extract
from catsex.network.model import frozen_part, head_of
from catsex.photos import PhotoSet

if TYPE_CHECKING:
    import keras


TRAINING_METHODS = ("head", "augment", "fine-tune")


def fit_by(
    method: str,
    model: "keras.Model",
    photos: PhotoSet,
    labels: np.ndarray,
    *,
    first: str | None = None,
    epochs: int = EPOCHS,
    class_weight: dict[int, float] | None = None,
    cache: bool = True,
) -> dict[str, list[float]]:
    """Train a model by one of `TRAINING_METHODS`.

    Parameters
    ----------
    method : {"head", "augment", "fine-tune"}
    model : keras.Model
        As `model.attach_classifier` returns it.
    photos : PhotoSet
    labels : ndarray, shape (N,), int
    first : str, optional
        The first layer that "fine-tune" trains.
    epochs : int
        Of training the head; "fine-tune" takes `EPOCHS` more.
    class_weight, cache
        As `training.fit` takes them.

    Returns
    -------
    dict of str to list of float
        As `training.fit` returns it, of all epochs.

    Raises
    ------
    ModelError
        If it is not known, or not there, where fine-tuning begins.
    """
    if method == "fine-tune":
        _check_known(first, model)
    if method == "augment":
        return _fit_views(model, photos, labels, epochs, class_weight, cache)
    history = training.fit(model, photos, labels, epochs=epochs, class_weight=class_weight, cache=cache)
    if method == "head":
        return history
    import keras

    unfreeze(model, first)
    rate = float(model.optimizer.learning_rate) * fine_tuning.SHARE
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    later = training.fit(model, photos, labels, epochs=EPOCHS, class_weight=class_weight, cache=cache)
    return {name: values + later[name] for name, values in history.items()}


def _check_known(first, model):
    """Raise `ModelError` unless a network has the layer that fine-tuning begins with."""
    if first is None:
        raise ModelError("no layer to fine-tune from is known for this network; pass --unfreeze LAYER")
    if first not in {layer.name for layer in model.layers}:
        raise ModelError(f"{model.name} has no layer {first} to fine-tune from")


def _fit_views(model, photos, labels, epochs, class_weight, cache):
    """Train the head on other views of the photos, in each epoch the next one."""
    frozen, head = frozen_part(model), head_of(model)
    history: dict = {}
    views = np.stack([extract(frozen, photos, view=number, cache=cache) for number in range(VIEWS)])  # (views, N, d)
    head.compile(optimizer=model.optimizer, loss=model.loss, metrics=["accuracy"])
    for epoch in range(epochs):
        found = head.fit(
            views[epoch % VIEWS],
            labels,
            initial_epoch=epoch,
            epochs=epoch + 1,
            batch_size=BATCH_SIZE,
            class_weight=class_weight,
            verbose=0,
            callbacks=[training.line_per_epoch(epochs)],
        )
        for name, values in found.history.items():
            history.setdefault(name, []).extend(map(float, values))
    return history
