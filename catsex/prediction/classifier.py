"""A saved model and new photos -> classes and their probabilities."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from catsex import backend
from catsex.errors import CatsexError, ModelError, reason
from catsex.files import show
from catsex.photos import preprocessing
from catsex.photos.decoder import Decoder
from catsex.photos.unlabelled import read_photo
from catsex.prediction import saving
from catsex.prediction.preprocessing_layers import PREPROCESSED

log = logging.getLogger(__name__)

BATCH_SIZE = 8  # on a CPU as fast as larger ones
PIXELS = ("signed", "0-1", "0-255")  # the ranges that networks take: -1 to 1, 0 to 1, 0 to 255


@dataclass(frozen=True)
class Classifier:
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
    contract : dict
        What the file says of itself, if anything.
    familiar : strange.Familiar or None
        The photos that it was trained on, if that is known.
    with_features : keras.Model or None
        Then, as `network`, and also what its last layer takes.
    """

    model: Any
    class_names: list
    network: Any
    pixels: str = "signed"
    contract: dict = field(default_factory=dict)
    familiar: Any = None
    with_features: Any = None

    def decoder(self, strict=False):
        """Return how photos are decoded: as those that the model was trained on, if its file says how that was.

        Raises
        ------
        ModelError
            If what it says cannot be.
        """
        try:
            return Decoder.from_json(self.contract.get("decoding", {}), strict)
        except ValueError as error:
            raise ModelError(f"the model's {saving.CONTRACT} is damaged: {error}") from error

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
            self.contract
            if "input" in self.contract
            else {
                "class_names": self.class_names,
                "input": {"shape": list(self.model.input_shape), "meaning": f"RGB photos, pixels {self.pixels}"},
            }
        )


def load_classifier(path, pixels=None):
    """Load a model saved by catsex, or any other Keras classifier of photos with one input and one output.

    Parameters
    ----------
    path : str or Path
        A `.keras` file.
    pixels : str, optional
        One of `PIXELS`, for a model that does not say what it takes. By default, a guess that is reported.

    Returns
    -------
    Classifier

    Raises
    ------
    ModelError
        If it cannot be loaded, or is no such classifier.
    """
    model, contract = saving.load(path)
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
    names = contract.get("class_names") or [f"class {index}" for index in range(classes)]
    if len(names) != classes:
        raise ModelError(f"{show(path)} names {len(names)} classes, but gives {classes} values")
    if any(layer.name == PREPROCESSED for layer in model.layers):
        import keras

        prepared = model.get_layer(PREPROCESSED).output
        familiar = saving.load_familiar(path, contract, model.layers[-1].input.shape[-1])
        both = keras.Model(prepared, [model.output, model.layers[-1].input]) if familiar else None
        return Classifier(model, names, keras.Model(prepared, model.output), "signed", contract, familiar, both)
    return Classifier(model, names, model, pixels or _guess_pixels(model, path), contract)


def _guess_pixels(model, path):
    """Return what range of pixels a model of unknown origin probably takes, and say so."""
    scales = any(type(layer).__name__ in ("Rescaling", "Normalization", "Resizing") for layer in model.layers)
    pixels = "0-255" if scales or None in model.input_shape[1:3] else "signed"
    words = "0 to 255" if pixels == "0-255" else "-1 to 1, as MobileNetV2 takes them"
    log.warning("%s does not say what pixels it takes; giving it %s (--pixels decides otherwise)", show(path), words)
    return pixels


def classify(classifier, sources, strict=False):
    """Say how probable each class is for each photo.

    Parameters
    ----------
    classifier, sources, strict
        As `examine` takes them.

    Yields
    ------
    source, pixels, answer
        As `examine` yields them.

    Raises
    ------
    ModelError
        As `examine` does.
    """
    for source, pixels, answer, _ in examine(classifier, sources, strict):
        yield source, pixels, answer


def examine(classifier, sources, strict=False):
    """Say how probable each class is for each photo, and how near it comes to those that the model was trained on.

    Photos are read and resized by a pool of threads while the network runs on those before them.

    Parameters
    ----------
    classifier : Classifier
    sources : sequence of str or Path
        As `unlabelled.find_photos` gives them.
    strict : bool
        Whether photos that are cut off are refused even if most of them is there.

    Yields
    ------
    source : str or Path
    pixels : ndarray, shape (H, W, 3), uint8, 0 to 255; or None
        The photo, if it can be used.
    answer : ndarray, shape (classes,), float32; or CatsexError
        Probabilities, or why the photo cannot be used.
    nearest : float, -1 to 1; or None
        The cosine with the nearest photo that the model was trained on, if these are known.

    Raises
    ------
    ModelError
        If what the model gives are not probabilities.
    """
    decoder = classifier.decoder(strict)

    def prepare(source):
        try:
            pixels, full_size = read_photo(source, decoder)
            return pixels, classifier.prepare(pixels, full_size)
        except CatsexError as error:
            return None, error

    network = classifier.with_features or classifier.network
    familiar = classifier.familiar if classifier.with_features else None
    run = backend.compiled_model(network) if len(sources) > BATCH_SIZE else network
    size = 1 if None in network.input_shape[1:] else BATCH_SIZE
    batches = [sources[start : start + size] for start in range(0, len(sources), size)]
    with ThreadPoolExecutor() as pool:
        coming = [pool.submit(prepare, source) for source in batches[0]] if batches else []
        for number, batch in enumerate(batches):
            following = batches[number + 1] if number + 1 < len(batches) else []
            prepared, coming = [c.result() for c in coming], [pool.submit(prepare, source) for source in following]
            photos = [photo for pixels, photo in prepared if pixels is not None]
            answers = iter(_answer(run, photos, familiar))
            for source, (pixels, photo) in zip(batch, prepared, strict=True):
                yield source, pixels, *((photo, None) if pixels is None else next(answers))


def _answer(run, photos, familiar):
    """Return probabilities, or why there are none, and the nearest known photo's cosine, for photos of one size."""
    if not photos:
        return []
    try:
        outputs = run(np.stack(photos))
    except Exception as error:  # TensorFlow raises nearly anything, such as for photos that are too small
        return [(ModelError(f"the model cannot take this photo: {reason(error, 200)}"), None)] * len(photos)
    if familiar is None:
        return [(answer, None) for answer in _probabilities(backend.to_numpy(outputs))]
    answers, features = map(backend.to_numpy, outputs)
    return zip(_probabilities(answers), familiar.nearest(features).tolist(), strict=True)


def _probabilities(outputs):
    """Check outputs, shape (N, classes), or of one sigmoid (N, 1), and return (N, classes)."""
    if outputs.shape[1] == 1:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    if not (outputs >= 0).all() or not np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        raise ModelError(
            "what the model gives are not probabilities; put a softmax (of one value, a sigmoid) at its end"
        )
    return outputs
