"""Out-of-fold predictions of one configuration: a network at a photo size, and how its last layers are trained."""

import time

import numpy as np

from catsex.constants import EPOCHS
from catsex.errors import DataError
from catsex.evaluation import ridge
from catsex.evaluation.splits import held_out_predictions, training_masks
from catsex.network import training
from catsex.network.augmentation import VIEWS
from catsex.network.cutting import split, unfreeze
from catsex.network.features import extract
from catsex.network.fine_tuning import Tuner
from catsex.network.heads import initial_kernels, shuffled_batches, train_heads, train_weights
from catsex.network.model import attach_classifier, frozen_part


class Source:
    """What configurations with the same network and size share: the network, the photos' features, and what both cost.

    Parameters
    ----------
    photos : PhotoSet
    load : callable
        -> `pretrained.Pretrained`.
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there.
    """

    def __init__(self, photos, load, cache):
        started = time.monotonic()
        self.photos, self.cache, self.loaded = photos, cache, load()
        self.features = extract(frozen_part(self.loaded.model), photos, cache=cache)  # (n, d)
        self.seconds = time.monotonic() - started

    def describe(self):
        """Return which network it is, as JSON can hold it."""
        loaded = self.loaded
        return {"network": loaded.network, "size": loaded.model.input_shape[1], "weights": loaded.headline} | {
            "fingerprint": loaded.fingerprint
        }


def predictions_of(configuration, rng, source, fold, folds):
    """Cross-validate a configuration with given folds.

    Parameters
    ----------
    configuration : Configuration
    rng : numpy.random.Generator
    source : Source
    fold : ndarray, shape (repeats, n), int, 0 to folds - 1
        Which photos are held out together, in each repeat.
    folds : int

    Returns
    -------
    ndarray, shape (repeats, n), int
        The class that each photo was put in while it was held out.
    """
    return {"head": _head, "ridge": _ridge, "augment": _augment, "fine-tune": _fine_tune}[configuration.method](
        configuration, rng, source, fold, folds
    )


def _ridge(_, rng, source, fold, folds):
    return ridge_predictions(source.features, _rows(source, fold), fold, len(source.photos.class_names))


def ridge_predictions(features, labels, fold, classes):
    """Cross-validate ridge regression for each row of labels, (m, n), with the folds in the same row: -> (m, n)."""
    rows = zip(labels, fold, strict=True)
    return np.stack(
        [ridge.out_of_fold_scores(features, row[None], one, classes)[0].argmax(axis=1) for row, one in rows]
    )


def _head(_, rng, source, fold, folds):
    return head_predictions(rng, source.features, _rows(source, fold), fold, folds, len(source.photos.class_names))


def head_predictions(rng, features, labels, fold, folds, classes):
    """Cross-validate the tutorial's head for each row of labels, (m, n), with the folds in the same row: -> (m, n)."""
    train = training_masks(fold, folds)  # (m * folds, n)
    kernels, batches = _start(rng, features, len(train), folds, classes)
    every = train_heads(features, np.repeat(labels, folds, axis=0), train, kernels, batches)
    return held_out_predictions(every, fold, folds)


def _rows(source, fold):
    """Return the photos' labels, once for each row of folds."""
    return np.tile(source.photos.labels, (len(fold), 1))


def _start(rng, features, heads, folds, classes):
    """Draw the initial weights of each head, and the batches that they share."""
    n, d = features.shape
    return initial_kernels(rng, d, heads, classes), shuffled_batches(rng, n, (folds - 1) / folds)


def _augment(_, rng, source, fold, folds):
    """Train heads on other views of the photos, in each epoch another one, and predict the photos as they are."""
    labels, train = source.photos.labels, training_masks(fold, folds)
    kernels, batches = _start(rng, source.features, len(train), folds, len(source.photos.class_names))
    frozen, n = frozen_part(source.loaded.model), len(labels)
    views = [extract(frozen, source.photos, view=number, cache=source.cache) for number in range(VIEWS)]
    steps = len(batches) // EPOCHS
    # The views stand below the photos themselves in one array, as if they were other photos.
    shifted = [batch + n * (1 + step // steps % VIEWS) for step, batch in enumerate(batches)]
    every = train_heads(
        np.concatenate([source.features, *views]),
        np.tile(labels, (len(train), 1 + VIEWS)),
        np.tile(train, (1, 1 + VIEWS)),
        kernels,
        shifted,
    )
    return held_out_predictions(every[:, :n], fold, folds)


def _fine_tune(configuration, rng, source, fold, folds):
    """Train heads, then with each of them the last block of the network."""
    labels, train = source.photos.labels, training_masks(fold, folds)
    kernels, batches = _start(rng, source.features, len(train), folds, len(source.photos.class_names))
    heads = train_weights(source.features, np.tile(labels, (len(train), 1)), train, kernels, batches)
    model = attach_classifier(source.loaded.model, len(source.photos.class_names))
    first = configuration.unfreeze or source.loaded.last_block
    if first is None:
        raise DataError(f"{configuration.name}: no known layer to fine-tune from; add unfreeze=LAYER")
    unfreeze(model, first)
    below, above = split(model)
    activations = training.activations(below, above, source.photos, cache=source.cache)
    tuner, later = Tuner(above), shuffled_batches(rng, len(labels), (folds - 1) / folds, epochs=EPOCHS)
    predictions = np.empty(fold.shape, np.int64)
    for number, mask in enumerate(train):
        head = heads[0][:, number], heads[1][number]
        predictions[number // folds, ~mask] = tuner.predictions(activations, labels, mask, head, later)
    tuner.restore()  # the layers are those of the loaded network, which other configurations use
    return predictions
