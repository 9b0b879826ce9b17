"""Which places in a photo drive a network's prediction: Grad-CAM."""

import itertools
import os
import re

import numpy as np

from catsex.backend import gradient, to_numpy
from catsex.errors import CatsexError, ModelError, reason
from catsex.files import replacing, show
from catsex.photos.preprocessing import resize_matrix

# matplotlib's inferno at equal steps: dark violet for nothing, light yellow for most, also when printed in grey.
COLOURS = ((0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164))


def explainer(model):
    """Return a function that tells how much each place of a photo speaks for a class.

    The maps that the last convolution gives, after its normalisation and activation, are added up, each weighted
    by the mean gradient of the class's score, before softmax, with respect to it. What speaks against the class is
    left out. This is Grad-CAM: R. R. Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via
    Gradient-based Localization, ICCV 2017, https://arxiv.org/abs/1610.02391.

    Parameters
    ----------
    model : keras.Model
        (N, h, w, 3) -> (N, classes), with a convolution in it.

    Returns
    -------
    callable
        photo, an ndarray of shape (h, w, 3), float32, as the model takes it, and the index of a class -> ndarray,
        shape (rows, columns), float32, 0 to 1: as coarse as the maps, 7 x 7 for MobileNetV2 at 224 pixels, and all
        0 if nothing speaks for the class.

    Raises
    ------
    ModelError
        If the model has no such maps.
    """
    to_maps, to_scores = _split(model)

    def heat_map(photo, label):
        def score(maps):
            scores = to_scores(maps, training=False)
            # A single sigmoid has one score, for class 1; what lowers it speaks for class 0.
            return scores[0, label] if scores.shape[1] > 1 else scores[0, 0] * (2 * label - 1)

        maps = to_numpy(to_maps(photo[None], training=False))  # (1, h, w, 3) -> (1, rows, columns, C)
        weights = gradient(score, maps).mean(axis=(1, 2))  # (1, C)
        heat = np.maximum(maps[0] @ weights[0], 0)  # (rows, columns, C) @ (C,)
        return heat / heat.max() if heat.any() else heat

    return heat_map


def _split(model):
    """Return two models: photos -> the last feature maps, and from those -> the scores before softmax."""
    import keras

    places = [place for place, layer in enumerate(model.layers) if _has_convolution(layer)]
    if not places:
        raise ModelError("this model has no convolution, which Grad-CAM needs")
    inputs = [layer.input for layer in model.layers[places[-1] + 1 :]]
    maps = [tensor for tensor in inputs if not isinstance(tensor, list) and len(tensor.shape) == 4]
    if not maps:
        raise ModelError(
            f"the maps of this model's last convolution do not leave its layer {model.layers[places[-1]].name}"
        )
    last = model.layers[-1]
    if "activation" not in last.get_config():
        raise ModelError(f"the last layer of this model, {last.name}, is not a Dense layer, which Grad-CAM needs")
    linear = type(last).from_config(last.get_config() | {"activation": "linear"})
    scores = linear(last.input)
    linear.set_weights(last.get_weights())
    return keras.Model(model.inputs[0], maps[-1]), keras.Model(maps[-1], scores)


def _has_convolution(layer):
    """Return whether a layer is a convolution, or a model that has one."""
    return "Conv" in type(layer).__name__ or any(map(_has_convolution, getattr(layer, "layers", ())))


def overlay(photo, heat):
    """Lay a heat map over a photo.

    Parameters
    ----------
    photo : ndarray, shape (H, W, 3), uint8
    heat : ndarray, shape (rows, columns), 0 to 1
        Of any size; stretched over the photo by linear interpolation.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8
        Half photo, half colour.
    """
    height, width, _ = photo.shape
    stretched = resize_matrix(heat.shape[0], height) @ heat @ resize_matrix(heat.shape[1], width).T  # (H, W)
    steps = np.linspace(0, 1, len(COLOURS))
    colour = np.stack([np.interp(stretched, steps, channel) for channel in zip(*COLOURS, strict=True)], axis=-1)
    return ((photo + colour) / 2).round().astype(np.uint8)


def places(folder, names, photos):
    """Return where to write the heat map of each photo: `NAME-gradcam.jpg`, with a number where that is taken.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        What the photos are called; a path or an address is made a file name.
    photos : sequence of str or Path
        The photos themselves, none of which a heat map may replace.

    Returns
    -------
    list of Path
    """
    taken = {os.path.realpath(photo) for photo in photos}
    found = []
    for name in names:
        stem = re.sub(r"[^\w.-]+", "_", re.sub(r"\.\w+$", "", name))
        stem = stem.encode()[:200].decode(errors="ignore")  # file systems have room for 255 bytes
        for number in itertools.count(1):
            place = folder / f"{stem if number == 1 else f'{stem}-{number}'}-gradcam.jpg"
            if os.path.realpath(place) not in taken:
                break
        taken.add(os.path.realpath(place))
        found.append(place)
    return found


def write(path, pixels):
    """Write a photo with its heat map as a JPEG file.

    Parameters
    ----------
    path : Path
        Its folder is made if it is not there.
    pixels : ndarray, shape (H, W, 3), uint8

    Raises
    ------
    CatsexError
        If it cannot be written.
    """
    import imageio.v3 as iio

    try:
        with replacing(path) as temporary:
            iio.imwrite(temporary, pixels, quality=90)
    except OSError as error:
        raise CatsexError(f"{show(path)} cannot be written: {reason(error)}") from error
