"""MobileNetV2 with a new last layer, everything below it frozen."""

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from catsex.errors import ModelError

if TYPE_CHECKING:
    import keras


def attach_classifier(model: "keras.Model", classes: int = 2) -> "keras.Model":
    """Replace the last layer of a network by a new one, and freeze the others.

    The tutorial's cat model: a fresh ``Dense(classes, activation="softmax")`` on ``model.layers[-2].output``,
    compiled with Adam, sparse categorical cross-entropy and accuracy.

    Parameters
    ----------
    model : keras.Model
        A pretrained classifier. Its layers are shared and frozen; their weights never change.
    classes : int
        Number of classes, at least 2.

    Returns
    -------
    keras.Model
        Same input -> (N, classes) probabilities. A new last layer at each call.
    """
    import keras

    output = keras.layers.Dense(classes, activation="softmax", name="classifier")(model.layers[-2].output)
    model = keras.Model(inputs=model.input, outputs=output)
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def frozen_part(model: "keras.Model") -> "keras.Model":
    """Return the network up to the input of the last layer: photos -> features.

    Raises
    ------
    ModelError
        If the last layer does not simply follow the one before it.
    """
    import keras

    features = model.layers[-1].input
    if isinstance(features, list):
        raise ModelError(f"the last layer of {model.name} has several inputs; expected one")
    return keras.Model(model.input, features)


def head_of(model):
    """Return a small model of the last layer alone: features -> predictions.

    The layer is shared, so training the head trains the whole model.
    """
    import keras

    features = keras.Input(model.layers[-1].input.shape[1:])
    return keras.Model(features, model.layers[-1](features))


def trains_only_last_layer(model):
    """Return whether everything below the last layer gives the same output for a photo, epoch after epoch."""
    below = model.layers[:-1]
    random = any(len(layer.variables) > len(layer.weights) for layer in below)  # dropout and augmentation keep seeds
    return not random and not any(layer.trainable_weights for layer in below)


def size(model):
    """Return how large a model is: `layers`, `parameters` and, of those, `trainable_parameters`."""
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    return {"layers": len(model.layers), "parameters": model.count_params(), "trainable_parameters": trainable}


def fingerprint(model):
    """Return the SHA-256 of what determines a network's output: its layers' kinds, configurations and weights."""
    digest = hashlib.sha256()
    for layer in model.layers:
        configurations = {key: value for key, value in layer.get_config().items() if key not in ("name", "trainable")}
        digest.update(json.dumps([type(layer).__name__, configurations], sort_keys=True, default=repr).encode())
        for weight in layer.get_weights():
            digest.update(np.ascontiguousarray(weight).data)
    return digest.hexdigest()
