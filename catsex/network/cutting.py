"""Where a network can be cut in two, so that its frozen part runs once for each photo."""

import numpy as np

from catsex.errors import ModelError


def learns(layer):
    """Return whether a layer's output changes in training: it has trainable weights, or draws random numbers."""
    return bool(layer.trainable_weights) or len(layer.variables) > len(layer.weights)


def cut_point(model):
    """Return the last tensor that all above depends on alone, with nothing but frozen layers below.

    Parameters
    ----------
    model : keras.Model
        Functional, each of its layers used once.

    Returns
    -------
    KerasTensor or None
        None if the very first layer learns, or no single tensor parts the network before one that does.
    """
    layers = list(model.layers)
    place = {id(layer.output): number for number, layer in enumerate(layers) if not isinstance(layer.output, list)}
    last_use = np.arange(len(layers))
    for number, layer in enumerate(layers):
        for tensor in layer.input if isinstance(layer.input, list) else [layer.input]:
            if id(tensor) in place:
                last_use[place[id(tensor)]] = max(last_use[place[id(tensor)]], number)
    first = next((number for number, layer in enumerate(layers) if learns(layer)), len(layers))
    for number in range(first - 1, 0, -1):
        if id(layers[number].output) in place and (last_use[:number] <= number).all():
            return layers[number].output
    return None


def split(model):
    """Cut a network where the frozen part ends.

    Parameters
    ----------
    model : keras.Model
        As `cut_point` takes it.

    Returns
    -------
    below : keras.Model
        Photos -> activations, each photo's in one row: (N, size, size, 3) -> (N, a).
    above : keras.Model
        Activations in their own shape -> what `model` gives. The layers are shared: training it trains `model`.

    Raises
    ------
    ModelError
        If there is no such place.
    """
    import keras

    cut = cut_point(model)
    if cut is None:
        raise ModelError(f"{model.name} has no frozen part with a single output tensor")
    return keras.Model(model.inputs[0], keras.layers.Flatten()(cut)), keras.Model(cut, model.outputs[0])


def unfreeze(model, first):
    """Let the layers from one on be trained, but for batch normalisations, which keep what they have learned.

    These then also work as in inference, by the means of the many photos and not those of a batch: so Keras' guide,
    Transfer learning and fine-tuning, has it.

    Parameters
    ----------
    model : keras.Model
    first : str
        The name of the first layer to train.

    Raises
    ------
    ModelError
        If there is no such layer.
    """
    names = [layer.name for layer in model.layers]
    if first not in names:
        raise ModelError(f"{model.name} has no layer {first}; its last ones are {', '.join(names[-8:])}")
    for layer in model.layers[names.index(first) :]:
        layer.trainable = type(layer).__name__ != "BatchNormalization"
