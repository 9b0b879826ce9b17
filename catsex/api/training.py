"""A last layer trained on the user's own photos, with its result."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from catsex import backend
from catsex.api.classifier import Classifier, remembering
from catsex.api.networks import load_network
from catsex.api.photos import as_photo_set
from catsex.api.results import Results, of_run
from catsex.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Training(Results):
    """The result of training. `print` shows it as the terminal does, a notebook as a page.

    Attributes
    ----------
    sentence : str
        What is right, of the photos that it has never seen if there are any.
    test_accuracy : float, 0 to 1; or None
        The share of photos never seen that are right, if there are any.
    confusion : ndarray, shape (classes, classes), int
        How many photos of each class (rows) were taken for which (columns).
    seed : int
        Repeats the training.
    """

    script: ClassVar[str] = "train"
    sentence: str
    test_accuracy: float | None
    confusion: np.ndarray
    seed: int

    def __str__(self) -> str:
        from catsex.evaluation import held_out

        found = self._results
        lines = [self.sentence, held_out.lines(found["by_class"])]
        trained_on = [photo for photo in found["photos"] if not photo["held_out"]]
        if len(trained_on) < len(found["photos"]):
            right = np.mean([photo["prediction"] == photo["class"] for photo in trained_on])
            lines.insert(0, held_out.say("trained on", right=right))
        return self._with_demo_line("\n".join(lines))


@backend.our_settings()
def train(
    photos: Any = None,
    *,
    seed: int | None = None,
    epochs: int | None = None,
    size: int | None = None,
    balance: bool = False,
    network: str | Path = "MobileNetV2",
    weights: str | Path | None = None,
    method: str = "head",
    unfreeze: str | None = None,
    cache: bool = True,
    **reading: Any,
) -> Classifier:
    """Train a new last layer of a network on photos, but for those that are held out.

    Parameters
    ----------
    photos, seed, network, weights, cache, **reading
        As `evaluate` takes them.
    epochs : int, optional
        By default 20, as in the tutorial.
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
        What training has found is its `training`.

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
    from catsex.network import TRAINING_METHODS

    if method not in TRAINING_METHODS:
        raise DataError(f"unknown training method {method!r}; expected one of {', '.join(TRAINING_METHODS)}")
    photos = as_photo_set(photos, network=network, size=size, **reading)
    seed = backend.start_keras(seed)
    from catsex import evaluation
    from catsex.network import attach_classifier, balanced, extract, fit_by, frozen_part, predict
    from catsex.network.model import size as size_of

    loaded = load_network(str(network), size, weights)
    model = attach_classifier(loaded.model, classes=len(photos.class_names))
    chosen = photos.to_train_on()
    # Each photo runs through the frozen layers once. What is held out should not be trained on in another guise.
    features = extract(frozen_part(model), photos, cache=cache)
    held_out = np.zeros(len(photos), bool) if photos.held_out is None else photos.held_out
    alike = evaluation.find_alike(photos, features, evaluation.how_alike(loaded.network))
    seen = evaluation.check_split(photos, held_out, alike)
    how: dict = {"first": unfreeze or loaded.last_block, "class_weight": balanced(chosen.labels) if balance else None}
    how |= {} if epochs is None else {"epochs": epochs}
    history = fit_by(method, model, chosen, chosen.labels, cache=cache, **how)

    sample = evaluation.Sample.of(photos, features, alike.together(len(photos), photos.groups))
    calibration = _calibrate(method, model, sample.subset(~held_out), seed, how["class_weight"], epochs)
    probabilities = predict(model, photos, cache=cache)
    scored = evaluation.held_out.score(photos, probabilities, held_out, seen)
    results = size_of(model) | {"kind": "training", "method": method, "size": loaded.model.input_shape[1]}
    results |= {"history": history, "calibration": calibration, **scored, **photos.results(probabilities, held_out)}
    found = _training(of_run(results, photos, loaded, seed))
    provenance = found.provenance() | {"photos": photos.headline, "method": method, "calibration": calibration}
    return remembering(model, chosen, provenance, cache, history=history, training=found)


def _calibrate(method: str, model: Any, trained_on: Any, seed: int, weight: Any, epochs: Any) -> dict | None:
    """Calibrate a model whose last layer alone was trained; else each fold would need a network trained anew."""
    from catsex.evaluation import calibrate

    if method != "head":
        return None
    rng = np.random.default_rng([seed, 5])  # of its own, so that it changes no other result
    return calibrate(model, rng, trained_on, class_weight=weight, epochs=epochs)


def _training(fields: dict[str, Any]) -> Training:
    """Return results as a `Training`, ready to be shown and saved."""
    shown = {name: fields["_results"][name] for name in ("sentence", "test_accuracy", "seed")}
    return Training(confusion=np.array(fields["_results"]["confusion"]), **shown, **fields)
