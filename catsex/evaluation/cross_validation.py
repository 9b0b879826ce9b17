"""How many held-out photos do new last layers get right, and how many if they learn from fewer photos?"""

import numpy as np

from catsex.evaluation.metrics import balanced_accuracy, groups_per_class
from catsex.evaluation.splits import held_out_predictions, stratified_folds, training_masks
from catsex.network.heads import LEARNING_RATE, initial_kernels, shuffled_batches, train_heads


def out_of_fold(rng, sample, labellings, *, folds=5, learning_rate=LEARNING_RATE):
    """Cross-validate: predict each photo by heads that were trained on the other folds.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n photos.
    labellings : ndarray, shape (M, n), int
        M times their labels, or others in their place; each is cross-validated once, with folds of its own.
    folds : int
    learning_rate : float

    Returns
    -------
    ndarray, shape (M, n), int
        The class that each photo was put in while it was held out.
    """
    n, d = sample.features.shape
    fold = stratified_folds(rng, labellings, sample.groups, folds)  # (M, n)
    train = training_masks(fold, folds)
    batches = shuffled_batches(rng, n, (folds - 1) / folds)
    kernels = initial_kernels(rng, d, len(train), sample.classes)
    rows = np.repeat(labellings, folds, axis=0)
    every = train_heads(sample.features, rows, train, kernels, batches, learning_rate=learning_rate)
    return held_out_predictions(every, fold, folds)


def learning_curve(rng, sample, *, folds=5, repeats=10, learning_rate=LEARNING_RATE):
    """Return the out-of-fold balanced accuracy against the number of groups per class to train on.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n photos.
    folds, repeats : int
    learning_rate : float

    Returns
    -------
    points : list of dict
        `groups_per_class` (int), `photos_per_class` (int, the mean over heads and classes), `accuracy` (mean over
        repeats) and `spread` (standard deviation over repeats).
    full, half : ndarray, shape (n,), float, 0 to 1
        How often each photo was right, by heads trained on the largest number and on half of it.
    """
    labels, classes = sample.labels, sample.classes
    n, d = sample.features.shape
    rows = np.repeat(labels[None], repeats, axis=0)
    largest = int(groups_per_class(sample).min() * (folds - 1) / folds)
    sizes = sorted({max(1, largest >> halving) for halving in range(5)})
    points, scores = [], {}
    for size in sizes:
        fold = stratified_folds(rng, rows, sample.groups, folds)
        train = _at_most(rng, training_masks(fold, folds), sample, size)
        batches = shuffled_batches(rng, n, train.sum(axis=1).mean() / n)
        kernels = initial_kernels(rng, d, len(train), classes)
        every = train_heads(
            sample.features, np.repeat(rows, folds, axis=0), train, kernels, batches, learning_rate=learning_rate
        )
        predictions = held_out_predictions(every, fold, folds)
        accuracies = balanced_accuracy(predictions, rows, classes)
        points.append(
            {
                "groups_per_class": size,
                "photos_per_class": round(train.sum() / len(train) / classes),
                "accuracy": float(accuracies.mean()),
                "spread": float(accuracies.std()),
            }
        )
        scores[size] = (predictions == labels).mean(axis=0)
    return points, scores[sizes[-1]], scores[sizes[max(0, len(sizes) - 2)]]


def _at_most(rng, masks, sample, size):
    """Keep the photos of a random `size` of the groups of each class in each row of a mask, shape (H, n)."""
    kept = np.zeros_like(masks)
    for label in range(sample.classes):
        members = np.flatnonzero(sample.labels == label)
        _, first, group = np.unique(sample.groups[members], return_index=True, return_inverse=True)
        keys = np.where(masks[:, members[first]], rng.random((len(masks), len(first))), np.inf)
        chosen = np.zeros(keys.shape, bool)
        np.put_along_axis(chosen, np.argsort(keys, axis=1)[:, :size], True, axis=1)
        kept[:, members] = chosen[:, group]
    return kept & masks
