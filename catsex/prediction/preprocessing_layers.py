"""A network that takes photos as they are: the preprocessing of `images` as part of the model."""

import numpy as np

PREPROCESSED = "preprocessed"  # the layer whose output is what `preprocessing.preprocess` gives


def accept_raw_photos(model):
    """Put `preprocessing.preprocess` in front of a network, as part of the model.

    Keras' own Resizing layer does not do what scikit-image does. In its closest way, bilinear without antialiasing,
    it changes the probabilities of a model trained on the same photos by up to 0.022 (the 40 cats) and 0.086 (600
    photos of cats and dogs). So its matrices are built here from elementary Keras operations, which are
    saved and exported with the model and need none of our code to be loaded again. With them the largest difference
    is 3e-6. `python benchmarks/resizing.py` measures all ways anew.

    Parameters
    ----------
    model : keras.Model
        (N, size, size, 3) in -1 to 1 -> (N, classes). Its layers are shared.

    Returns
    -------
    keras.Model
        (N, H, W, 3), uint8 or float, 0 to 255 -> (N, classes). H and W can be anything.
    """
    import keras
    from keras import ops

    height, width = model.input_shape[1:3]
    photos = keras.Input((None, None, 3), name="photos")
    rows = _resize_matrix(photos[:1, :, 0, 0], height)
    columns = _resize_matrix(photos[0, :1, :, 0], width)
    channels = ops.transpose(photos, (0, 3, 1, 2))  # (N, H, W, 3) -> (N, 3, H, W)
    resized = ops.matmul(ops.matmul(rows, channels), ops.transpose(columns))  # -> (N, 3, h, w)
    resized = ops.transpose(resized, (0, 2, 3, 1))  # -> (N, h, w, 3)
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1, name=PREPROCESSED)(resized)
    # `call`, and not the model itself, so that the new model has the layers of the old one, not a model in a model.
    return keras.Model(photos, model.call(scaled))


def _resize_matrix(pixels, new_length):
    """Build `preprocessing.resize_matrix` from Keras operations, for a length that is known only when the model runs.

    Parameters
    ----------
    pixels : KerasTensor, shape (1, length)
        One line of pixels along the axis; only their number matters.
    new_length : int

    Returns
    -------
    KerasTensor, shape (new_length, length), float32
    """
    from keras import ops

    ones = 0 * pixels + 1  # (1, length)
    source = ops.cumsum(ones, axis=1) - 1  # 0, 1, ... length - 1
    last = source[:, -1:]
    length = last + 1
    # Pixel centres, in units of half a new pixel: whole numbers, which float32 holds exactly.
    centres = length * np.arange(1, 2 * new_length, 2, dtype=np.float32)[:, None] - new_length
    left = ops.floor(centres / (2 * new_length))
    right_share = (centres - left * (2 * new_length)) / (2 * new_length)
    sigma = ops.maximum((length / new_length - 1) / 2, 1e-6)
    radius = ops.floor(4 * sigma + 0.5)

    def gaussian(offset):
        return ops.where(ops.absolute(offset) <= radius, ops.exp(-0.5 * ops.square(offset / sigma)), 0.0)

    def blurred(tap):
        tap = ops.absolute(tap)
        tap = ops.maximum(ops.minimum(tap, 2 * last - tap), 0.0)  # mirrored onto the axis
        weights = gaussian(source - tap)
        weights += ops.where(source > 0, gaussian(-source - tap), 0.0)  # the axis mirrored at its first pixel
        weights += ops.where(source < last, gaussian(2 * last - source - tap), 0.0)  # and at its last
        return weights / ops.sum(weights, axis=1, keepdims=True)

    return (1 - right_share) * blurred(left) + right_share * blurred(left + 1)
