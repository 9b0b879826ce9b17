"""A saved model and new photos -> classes and their probabilities."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from catsex.errors import ModelError
from catsex.files import show
from catsex.photos import preprocessing
from catsex.photos.decoding.decoder import Decoder
from catsex.prediction import saving
from catsex.prediction.preprocessing_layers import PREPROCESSED

log = logging.getLogger(__name__)

PIXELS = ("signed", "0-1", "0-255")  # the ranges that networks take: -1 to 1, 0 to 1, 0 to 255


@dataclass(frozen=True)
class Predictor:
    """A model that names the class of a photo.

    Attributes
    ----------
    model : keras.Model
        As it was loaded.
    class_names : list of str
    network : keras.Model
        What is left to do once a photo is prepared. For a model of ours, that without its preprocessing.
    pixels : str
        One of `PIXELS`: the range of what `network` takes.
    metadata : dict
        What the file says of itself, if anything.
    detector : OutOfDistribution or None
        The photos that it was trained on, if that is known.
    with_features : keras.Model or None
        Then, as `network`, and also what its last layer takes.
    """

    model: Any
    class_names: list
    network: Any
    pixels: str = "signed"
    metadata: dict = field(default_factory=dict)
    detector: Any = None
    with_features: Any = None

    def decoder(self, strict=False):
        """Return how photos are decoded: as those that the model was trained on, if its file says how that was.

        Raises
        ------
        ModelError
            If what it says cannot be.
        """
        try:
            return Decoder.from_json(self.metadata.get("decoding", {}), strict)
        except ValueError as error:
            raise ModelError(f"the model's {saving.METADATA} is damaged: {error}") from error

    def prepare(self, photo, full_size=None):
        """Turn pixels, shape (H, W, 3), uint8, into what `network` takes, float32.

        `full_size` is the height and width of the whole photo, if the pixels are those of a smaller version of it.
        """
        height, width, _ = self.network.input_shape[1:]
        if height is None or width is None:
            photo = photo.astype(np.float32) / np.float32(127.5) - 1
        else:
            photo = preprocessing.preprocess(photo, (height, width), full_size)
        return {"signed": photo, "0-1": (photo + 1) / 2, "0-255": (photo + 1) * np.float32(127.5)}[self.pixels]

    def as_input(self, photo):
        """Turn pixels, shape (H, W, 3), uint8, into what `model` takes, float32."""
        return self.prepare(photo) if self.network is self.model else photo.astype(np.float32)

    def describe(self):
        """Return what goes in and comes out, as JSON can hold it."""
        return (
            self.metadata
            if "input" in self.metadata
            else {
                "class_names": self.class_names,
                "input": {"shape": list(self.model.input_shape), "meaning": f"RGB photos, pixels {self.pixels}"},
            }
        )


def load_predictor(path: str | Path, pixels: str | None = None, advice: str = "") -> Predictor:
    """Load a model saved by catsex, or any other Keras classifier of photos with one input and one output.

    Parameters
    ----------
    path : str or Path
        A `.keras` file.
    pixels : str, optional
        One of `PIXELS`, for a model that does not say what it takes. By default, a guess that is reported.
    advice : str
        What the notice ends with: how to choose another range.

    Returns
    -------
    Predictor

    Raises
    ------
    ModelError
        If it cannot be loaded, or is no such classifier.
    """
    model, metadata = saving.load(path)
    for what, tensors in (("inputs", model.inputs), ("outputs", model.outputs)):
        if len(tensors or ()) != 1:
            raise ModelError(f"{show(path)} has {len(tensors or ())} {what}; expected a classifier with one")
    batch, *size = model.input_shape[:3]
    if (
        len(model.input_shape) != 4
        or model.input_shape[-1] != 3
        or batch is not None
        or (None in size) != (not any(size))
    ):
        raise ModelError(f"{show(path)} takes {model.input_shape}; expected RGB photos, (None, height, width, 3)")
    if len(model.output_shape) != 2 or not model.output_shape[1]:
        raise ModelError(
            f"{show(path)} gives {model.output_shape}; expected one value per class, (None, classes): "
            "add pooling and a Dense layer with softmax"
        )
    classes = max(2, model.output_shape[1])
    names = metadata.get("class_names") or [f"class {index}" for index in range(classes)]
    if len(names) != classes:
        raise ModelError(f"{show(path)} names {len(names)} classes, but gives {classes} values")
    if any(layer.name == PREPROCESSED for layer in model.layers):
        import keras

        prepared = model.get_layer(PREPROCESSED).output
        detector = saving.load_detector(path, metadata, model.layers[-1].input.shape[-1])
        both = keras.Model(prepared, [model.output, model.layers[-1].input]) if detector else None
        return Predictor(model, names, keras.Model(prepared, model.output), "signed", metadata, detector, both)
    return Predictor(model, names, model, pixels or _guess_pixels(model, path, advice), metadata)


def _guess_pixels(model, path, advice):
    """Return what range of pixels a model of unknown origin probably takes, and say so."""
    scales = any(type(layer).__name__ in ("Rescaling", "Normalization", "Resizing") for layer in model.layers)
    pixels = "0-255" if scales or None in model.input_shape[1:3] else "signed"
    words = "0 to 255" if pixels == "0-255" else "-1 to 1, as MobileNetV2 takes them"
    log.warning("%s does not say what pixels it takes; giving it %s%s", show(path), words, advice)
    return pixels
