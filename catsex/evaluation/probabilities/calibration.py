"""Probabilities that mean what they say: a last layer that is as sure as it is right on held-out photos."""

from typing import TYPE_CHECKING

import numpy as np

from catsex.evaluation.metrics import groups_per_class
from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits, softmax
from catsex.evaluation.sample import Sample

if TYPE_CHECKING:
    import keras

IMAGINARY = 2  # groups with the accuracy of chance, added to those there are: Laplace's rule of succession
SUREST = 0.999
HALVINGS = 50  # of the interval in which the scale is searched


def calibrate(
    model: "keras.Model",
    rng: np.random.Generator,
    sample: Sample,
    *,
    class_weight: dict[int, float] | None = None,
    epochs: int | None = None,
) -> dict | None:
    """Scale the last layer of a model such that its probabilities are as high as its share of right predictions.

    Heads are cross-validated on the photos that the model was trained on. Their logits are scaled by the one number
    for which the mean probability of the likeliest class is the cross-validated accuracy, drawn a little towards
    chance; that number then scales the model's kernel and bias. No prediction changes, only how sure it is: the
    temperature of Guo, C. et al. (2017), On calibration of modern neural networks, ICML, but fitted to the accuracy,
    because the likelihood of a few dozen photos tells less.

    Parameters
    ----------
    model : keras.Model
        Ends in a dense layer with a softmax; changed in place.
    rng : numpy.random.Generator
    sample : Sample
        The n photos that the last layer was trained on, with the features that it takes.
    class_weight : dict of int to float, optional
        As the model was trained with.
    epochs : int, optional
        As the model was trained for; by default 20.

    Returns
    -------
    dict or None
        `right_of_100` (int, how many of 100 held-out photos were right), `photos` (n) and `scale`; None, and then
        nothing is changed, if a class has photos of one group only, so that none can be held out.
    """
    n, folds = len(sample), int(min(5, groups_per_class(sample).min()))
    if folds < 2:
        return None
    weights = None if class_weight is None else np.array([class_weight[label] for label in sample.labels], np.float32)
    repeats = max(1, min(10, 4000 // n))
    logits = out_of_fold_logits(rng, sample, folds=folds, repeats=repeats, weights=weights, epochs=epochs)
    right = float(np.mean(logits.argmax(axis=2) == sample.labels))
    scale = find_scale(logits, right, len(np.unique(sample.groups)))
    layer = model.layers[-1]
    layer.set_weights([weight * np.float32(scale) for weight in layer.get_weights()])
    return {"right_of_100": round(100 * right), "photos": n, "scale": scale}


def find_scale(logits: np.ndarray, right: float, groups: int) -> float:
    """Return the number that makes logits as sure as they are right.

    Parameters
    ----------
    logits : ndarray, shape (repeats, n, classes), float
        Of photos that were held out.
    right : float, 0 to 1
        The share of photos for which the largest logit is that of their class.
    groups : int
        How many groups of photos that share comes from.

    Returns
    -------
    float, above 0
    """
    chance = 1 / logits.shape[2]
    wanted = (right * groups + IMAGINARY * chance) / (groups + IMAGINARY)
    wanted = min(max(wanted, chance + 0.005), SUREST)
    low, high = -8.0, 8.0  # of its logarithm
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        sure = softmax(np.exp(middle) * logits).max(axis=-1).mean()
        low, high = (middle, high) if sure < wanted else (low, middle)
    return float(np.exp((low + high) / 2))
