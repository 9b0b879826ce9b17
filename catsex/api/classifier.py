"""A last layer trained on one's own photos, and what it says of new ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from catsex import backend
from catsex.api.networks import load_network, with_signed_pixels
from catsex.datasets import load_photos
from catsex.errors import DataError, ModelError
from catsex.files import show
from catsex.photos import PhotoSet
from catsex.photos.layouts.unlabelled import read_photo


@dataclass(frozen=True)
class Classifier:
    """A network with a last layer that has been trained on one's own photos.

    Attributes
    ----------
    class_names : list of str
    history : dict of str to list of float
        Loss and accuracy after each epoch; empty for a model that was loaded.
    """

    class_names: list[str]
    history: dict[str, list[float]] = field(repr=False)
    _classifier: Any = field(repr=False)
    _provenance: dict[str, Any] = field(repr=False)

    def predict(self, photos: "str | Path | Sequence[str | Path]") -> np.ndarray:
        """Say how probable each class is for each photo.

        Parameters
        ----------
        photos : path or sequence of N paths

        Returns
        -------
        ndarray, shape (N, classes), float32

        Raises
        ------
        ImageError
            If one of them cannot be read as a photo.
        """
        from catsex.prediction import classify

        paths = [photos] if isinstance(photos, str | Path) else list(photos)
        predictions = [prediction for _, _, prediction in classify(self._classifier, paths)]
        for prediction in predictions:
            if isinstance(prediction, Exception):
                raise prediction
        return np.array(predictions, np.float32).reshape(-1, len(self.class_names))

    def explain(self, photo: str | Path) -> np.ndarray:
        """Draw on a photo what speaks for the likeliest class (Grad-CAM).

        Returns
        -------
        ndarray, shape (H, W, 3), uint8, 0 to 255
        """
        from catsex.prediction import gradcam

        pixels, _ = read_photo(photo, self._classifier.decoder().whole())
        best = int(self.predict(photo)[0].argmax())
        heat = gradcam.explainer(self._classifier.model)(self._classifier.as_input(pixels), best)
        return gradcam.overlay(pixels, heat)

    def save(self, path: str | Path) -> None:
        """Keep it as a `.keras` file that takes raw photos, for `load` and for scripts/predict.py.

        Raises
        ------
        ModelError
            If the file cannot be written, or the network takes photos of any size, so that there is none to resize to.
        """
        from catsex.prediction import saving

        network = with_signed_pixels(self._classifier)
        if None in network.input_shape[1:3]:
            raise ModelError(f"{show(path)}: the network takes photos of any size; keep the file that it came from")
        saving.save(network, path, self.class_names, self._classifier.detector, **self._provenance)


@backend.our_settings()
def train(
    photos: PhotoSet | str | Path | None = None,
    *,
    seed: int | None = None,
    epochs: int = 20,
    size: int | None = None,
    balance: bool = False,
    network: str | Path = "MobileNetV2",
    weights: str | Path | None = None,
    method: str = "head",
    unfreeze: str | None = None,
    cache: bool = True,
) -> Classifier:
    """Train a new last layer of a network on photos, but for those that are held out.

    Parameters
    ----------
    photos, seed, network, weights, cache
        As `evaluate` takes them.
    epochs : int
    size : int
        Of the photos as the network sees them, in pixels; by default the network's own.
    balance : bool
        Whether all classes count the same in training, however many photos they have.
    method : {"head", "augment", "fine-tune"}
        Train the last layer; the last layer on other views of the photos too; or the last block of the network after
        it.
    unfreeze : str, optional
        The first layer that "fine-tune" trains; by default that of the last block.

    Returns
    -------
    Classifier

    Raises
    ------
    DataError
        If the same photo is in two classes.
    CatsexError
        If the photos, or the weights, are unavailable or cannot be used.

    Examples
    --------
    >>> import catsex
    >>> pets = catsex.train("my_photos", seed=1, epochs=2)
    epoch 1/2  loss ...
    epoch 2/2  loss ...
    >>> pets.predict("my_photos/cats/1.jpg").shape
    (1, 2)
    >>> pets.save("my_model.keras")
    """
    photos = photos if isinstance(photos, PhotoSet) else load_photos(photos)
    seed = backend.start_keras(seed)
    from catsex import evaluation
    from catsex.network import TRAINING_METHODS, attach_classifier, balanced, extract, fit_by, frozen_part
    from catsex.prediction import Classifier as OfNetwork
    from catsex.prediction import OutOfDistribution

    if method not in TRAINING_METHODS:
        raise DataError(f"no training method {method!r}; there are {', '.join(TRAINING_METHODS)}")
    loaded = load_network(str(network), size, weights)
    model = attach_classifier(loaded.model, classes=len(photos.class_names))
    chosen = photos.to_train_on()
    features = extract(frozen_part(model), photos, cache=cache)
    alike = evaluation.find_alike(photos, features, evaluation.how_alike(loaded.network))
    evaluation.check_split(photos, photos.held_out, alike)
    options = {"first": unfreeze or loaded.last_block, "class_weight": balanced(chosen.labels) if balance else None}
    history = fit_by(method, model, chosen, chosen.labels, epochs=epochs, cache=cache, **options)
    provenance = backend.provenance(photos.name, loaded.source, seed)
    provenance |= {"network": loaded.network, "is_demo": photos.is_demo}
    provenance |= {"photos": photos.headline, "decoding": photos.decoder.to_json(), "method": method}
    detector = OutOfDistribution(extract(frozen_part(model), chosen, cache=cache), chosen.groups)
    metadata = {"decoding": provenance["decoding"]}
    trained = OfNetwork(model, photos.class_names, model, metadata=metadata, detector=detector)
    return Classifier(photos.class_names, history, trained, provenance)


@backend.our_settings()
def load(path: str | Path) -> Classifier:
    """Load a model that `Classifier.save` or a script has kept.

    Raises
    ------
    ModelError
        If there is none, or it is no classifier of photos.

    Examples
    --------
    >>> import catsex
    >>> catsex.train("my_photos", seed=1, epochs=1).save("my_pets.keras")
    epoch 1/1  loss ...
    >>> catsex.load("my_pets.keras").class_names
    ['cats', 'dogs']
    """
    backend.start_keras(0)
    from catsex.prediction import load_classifier

    loaded = load_classifier(path)
    known = ("class_names", "input", "output", "detector")
    return Classifier(loaded.class_names, {}, loaded, {k: v for k, v in loaded.metadata.items() if k not in known})
