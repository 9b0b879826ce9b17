"""MobileNetV2 with a last layer of one's own, everything below it frozen."""

from catsex.errors import ModelError


def attach_classifier(model, classes=2):
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
    return _freeze_and_compile(keras.Model(inputs=model.input, outputs=output))


def attach_to_base(base, classes=2):
    """Put pooling and a new last layer on a network that was loaded with ``include_top=False``.

    Parameters
    ----------
    base : keras.Model
        (N, size, size, 3) -> (N, h, w, C). Its layers are shared and frozen.
    classes : int
        Number of classes, at least 2.

    Returns
    -------
    keras.Model
        Same input -> (N, classes) probabilities.
    """
    import keras

    pooled = keras.layers.GlobalAveragePooling2D()(base.output)  # (N, h, w, C) -> (N, C)
    output = keras.layers.Dense(classes, activation="softmax", name="classifier")(pooled)
    return _freeze_and_compile(keras.Model(inputs=base.input, outputs=output))


def _freeze_and_compile(model):
    """Freeze all layers of a model but the last, and make it ready for training."""
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def frozen_part(model):
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


def without_top(model):
    """Return MobileNetV2 as ``include_top=False`` gives it: without pooling and the last layer.

    Parameters
    ----------
    model : keras.Model
        MobileNetV2 with all its layers; they are shared.

    Returns
    -------
    keras.Model
        (N, size, size, 3) in -1 to 1 -> (N, size / 32, size / 32, 1280).
    """
    import keras

    return keras.Model(model.input, model.layers[-2].input)


def image_size(shape):
    """Return the size in pixels that belongs to an image shape such as (160, 160, 3).

    Raises
    ------
    ModelError
        If it is a plain number, as in ``MobileNetV2(input_shape=160)``, or no shape of a square RGB image.
    """
    try:
        height, width, channels = shape
    except TypeError:
        raise ModelError(
            f"a shape has three numbers, height, width and 3 colours: IMAGE_SHAPE = ({shape}, {shape}, 3), not {shape}"
        ) from None
    except ValueError:
        height = width = channels = None
    if channels != 3 or height != width or not 32 <= height <= 1024:
        raise ModelError(f"expected the shape of a square RGB image, such as (160, 160, 3), got {shape}")
    return int(height)
