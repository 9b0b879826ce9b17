"""A trained classifier of photos: prediction, saving and export."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from catsex import backend
from catsex.api.networks import with_signed_pixels
from catsex.api.results import Results
from catsex.errors import DataError, ModelError
from catsex.files import show
from catsex.photos import PhotoSet
from catsex.photos.layouts.unlabelled import new_photos, read_photo


@dataclass(frozen=True)
class Classifier:
    """A network with a last layer that has been trained on one's own photos.

    Attributes
    ----------
    class_names : list of str
    history : dict of str to list of float
        Loss and accuracy after each epoch; empty for a model that was loaded.
    training : Training or None
        What training has found; None for a model that was loaded.
    """

    class_names: list[str]
    history: dict[str, list[float]] = field(repr=False)
    _predictor: Any = field(repr=False)
    _provenance: dict[str, Any] = field(repr=False)
    training: Results | None = field(repr=False, default=None)

    @property
    def is_demo(self) -> bool:
        """Whether it was trained on the demo set, in which there is nothing to learn."""
        return bool(self._provenance.get("is_demo"))

    def predict(self, photos: Any) -> np.ndarray:
        """Return the probability of each class for each photo.

        Parameters
        ----------
        photos : path, PIL.Image.Image or ndarray, shape (H, W, 3), uint8, 0 to 255; or several of these
            Paths and addresses are as scripts/predict.py takes them: a folder stands for all photos in it, in natural
            order. A picture of Pillow is taken with its colour profile and orientation.

        Returns
        -------
        ndarray, shape (N, classes), float32
            For each of N photos, in their order.

        Raises
        ------
        DataError
            If something else is passed.
        ImageError
            If one of them cannot be read as a photo.
        """
        from catsex.prediction import classify

        predictions = [prediction for _, _, prediction in classify(self._predictor, new_photos(photos))]
        for prediction in predictions:
            if isinstance(prediction, Exception):
                raise prediction
        return np.array(predictions, np.float32).reshape(-1, len(self.class_names))

    def examine(
        self,
        photos: Any,
        *,
        strict: bool = False,
        explain: Path | None = None,
        unsure: float | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield for each photo its prediction, as soon as it is known, or why it cannot be used.

        Parameters
        ----------
        photos : path, picture or several
            As `predict` takes them.
        strict : bool
            Whether photos that are cut off are refused even if most of them is there.
        explain : Path, optional
            A folder for a picture of each photo, with what speaks for the likeliest class drawn on it (Grad-CAM).
        unsure : float, 0 to 1, optional
            A photo whose likeliest class is less probable is answered "unsure".

        Yields
        ------
        dict
            As `prediction.say_of_each` yields it.
        """
        from catsex.prediction import say_of_each

        return say_of_each(self._predictor, new_photos(photos), strict=strict, explain=explain, unsure=unsure)

    def explain(self, photo: Any) -> np.ndarray:
        """Draw on a photo which places speak for the likeliest class (Grad-CAM).

        Parameters
        ----------
        photo : path, PIL.Image.Image or ndarray
            One, as `predict` takes it.

        Returns
        -------
        ndarray, shape (H, W, 3), uint8, 0 to 255
        """
        from catsex.prediction import decoder_for, gradcam

        sources = new_photos([photo])
        if len(sources) != 1:
            raise DataError(f"{show(photo)} stands for {len(sources)} photos; explain takes one")
        pixels, _ = read_photo(sources[0], decoder_for(self._predictor, sources).whole())
        best = int(self.predict([photo])[0].argmax())
        heat = gradcam.explainer(self._predictor.model)(self._predictor.as_input(pixels), best)
        return gradcam.overlay(pixels, heat)

    def save(self, path: str | Path) -> None:
        """Save it as a `.keras` file that takes raw photos, for `load` and for scripts/predict.py.

        Raises
        ------
        ModelError
            If the file cannot be written, or the network takes photos of any size, so that there is none to resize to.
        """
        from catsex.prediction import saving

        network = with_signed_pixels(self._predictor)
        if None in network.input_shape[1:3]:
            raise ModelError(f"{show(path)}: the network takes photos of any size; keep the file that it came from")
        saving.save(network, path, self.class_names, self._predictor.detector, **self._provenance)

    def export(
        self,
        to: str,
        path: str | Path,
        *,
        size: int | str | None = None,
        check: Any = None,
        any_ending: bool = False,
    ) -> dict[str, Any]:
        """Export it to a file that phones, browsers and other programs run; kept only if it predicts the same.

        Parameters
        ----------
        to : {"litert", "onnx", "saved_model", "page"}
            "page" makes a zip file that the page opens, of a network whose last layer alone was trained.
        path : path
        size : int or "any", optional
            Of the photos that it takes, in pixels; by default any, but for "litert" as the network sees them.
        check : path, picture or several, optional
            Photos to compare the two on, as `predict` takes them; by default scikit-image's own.
        any_ending : bool
            Whether files in folders with any ending are photos if their content is.

        Returns
        -------
        dict
            `kind` ("export"), `to`, `out`, `checked_on` (how many photos), `largest_difference` (of any probability)
            and of "litert" `example`, a program that uses the file.

        Raises
        ------
        CatsexError
            If it cannot be exported, or gives something else.
        """
        from catsex.prediction import export, litert_example
        from catsex.prediction.page_model import save_page_model
        from catsex.pretrained.weights import load_mobilenet

        export.check_target(path, to)
        pixels = export.known_photos()
        if check is not None:
            pixels = [read_photo(source)[0] for source in new_photos(check, any_ending)]
        found = {"kind": "export", "to": to, "out": str(path), "checked_on": len(pixels)}
        if to == "page":
            difference = save_page_model(self._predictor, path, load_mobilenet, pixels, self._provenance)
            return found | {"largest_difference": difference}
        model, prepare, metadata = export.at_size(self._predictor, size or ("network" if to == "litert" else "any"))
        found["largest_difference"] = export.export(model, path, to, [prepare(photo) for photo in pixels], metadata)
        return found | ({"example": str(litert_example.write_example(path, model))} if to == "litert" else {})


def remembering(model: Any, photos: PhotoSet, provenance: dict[str, Any], cache: bool, **also: Any) -> Classifier:
    """Return a trained network that remembers its training photos' features, to flag out-of-distribution photos.

    Parameters
    ----------
    model : keras.Model
    photos : PhotoSet
        Those that it was trained on.
    provenance : dict
        What its file is to say of itself.
    cache : bool
        As `network.extract` takes it.
    **also
        Further fields of `Classifier`.
    """
    from catsex.network import extract, frozen_part
    from catsex.prediction import OutOfDistribution, Predictor

    detector = OutOfDistribution(extract(frozen_part(model), photos, cache=cache), photos.groups)
    metadata = {"decoding": photos.decoder.to_json(), "calibration": provenance.get("calibration")}
    trained = Predictor(model, photos.class_names, model, metadata=metadata, detector=detector)
    return Classifier(photos.class_names, _predictor=trained, _provenance=provenance | metadata, **also)


@backend.our_settings()
def load(path: str | Path, pixels: str | None = None) -> Classifier:
    """Load a model that `Classifier.save` or a script has kept, or another Keras classifier of photos.

    Parameters
    ----------
    path : path
        A `.keras` file, or a `model.tflite` that the page has saved.
    pixels : {"signed", "0-1", "0-255"}, optional
        What a model takes that does not say so itself; by default a guess, which is said.

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
    from catsex.prediction import load_predictor
    from catsex.prediction.page_model import is_page_model, load_page_model
    from catsex.pretrained.weights import load_mobilenet

    if is_page_model(path):
        loaded = load_page_model(path, load_mobilenet)
    else:
        loaded = load_predictor(path, pixels, advice="; pixels (--pixels) decides otherwise")
    known = ("class_names", "input", "output", "detector")
    provenance = {key: value for key, value in loaded.metadata.items() if key not in known}
    return Classifier(loaded.class_names, {}, loaded, provenance)
