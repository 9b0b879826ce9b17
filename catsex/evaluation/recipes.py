"""Settings to compare: which network, at which size, and by which recipe its last layer, or more of it, is trained."""

from dataclasses import dataclass

import numpy as np

from catsex.errors import DataError
from catsex.evaluation import ridge
from catsex.evaluation.splits import held_out_answers, training_masks
from catsex.files import show
from catsex.network.heads import initial_kernels, shuffled_batches, train_heads

RECIPES = ("head", "ridge")
SIZES = (32, 1024)  # in pixels, the least and the most
HOW = "such as head, ridge, size=160, or several of them as in size=160,ridge"


@dataclass(frozen=True)
class Setting:
    """One way of doing it.

    Attributes
    ----------
    name : str
        As it was asked for.
    recipe : str
        One of `RECIPES`: "head" is the tutorial's last layer; "ridge" one with a closed form.
    size : int, optional
        Of the photos as the network sees them, in pixels; by default the network's own.
    """

    name: str
    recipe: str = "head"
    size: int | None = None


def parse(text):
    """Return the setting that a text such as "size=160,ridge" asks for.

    Raises
    ------
    DataError
        If it asks for something that there is not, or for one thing twice.
    """
    said = {}
    for part in text.split(","):
        key, _, value = part.strip().rpartition("=")
        key = {"": "recipe", "head": "recipe"}.get(key, key)
        if key in said:
            raise DataError(f"the setting {show(text)} says twice which {key}")
        said[key] = _value(text, key, value)
    return Setting(text, **said)


def _value(text, key, value):
    """Return what a setting says of one thing, or raise `DataError`."""
    if key == "recipe" and value in RECIPES:
        return value
    if key == "size" and value.isdecimal() and len(value) < 6 and SIZES[0] <= int(value) <= SIZES[1]:
        return int(value)
    raise DataError(f"no such setting: {show(text)}; expected something {HOW}")


def parse_settings(texts):
    """Return the settings that texts ask for: at least two, and each another one.

    Raises
    ------
    DataError
        If they are not.
    """
    if isinstance(texts, str):
        raise DataError(f"settings is {texts!r}; expected a list of texts, {HOW}")
    settings = [parse(text) for text in texts]
    if len(settings) < 2:
        raise DataError(f"a comparison takes at least two settings, {HOW}")
    seen = {}
    for setting in settings:
        what = (setting.recipe, setting.size)
        if what in seen:
            raise DataError(f"the settings {show(seen[what])} and {show(setting.name)} are the same")
        seen[what] = setting.name
    return settings


def answers_of(recipe, rng, features, labels, fold, *, classes, folds):
    """Cross-validate one recipe with given folds.

    Parameters
    ----------
    recipe : str
        One of `RECIPES`.
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
    fold : ndarray, shape (repeats, n), int, 0 to folds - 1
        Which photos are held out together, in each repeat.
    classes, folds : int

    Returns
    -------
    ndarray, shape (repeats, n), int
        The class that each photo was put in while it was held out.
    """
    if recipe == "ridge":
        scores = [ridge.out_of_fold_scores(features, labels[None], one, classes)[0] for one in fold]
        return np.argmax(scores, axis=2)
    n, d = features.shape
    train = training_masks(fold, folds)  # (repeats * folds, n)
    kernels = initial_kernels(rng, d, len(train), classes)
    batches = shuffled_batches(rng, n, (folds - 1) / folds)
    every = train_heads(features, np.tile(labels, (len(train), 1)), train, kernels, batches)
    return held_out_answers(every, fold, folds)
