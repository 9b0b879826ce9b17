"""How the accuracy grows with the number of photos to train on, and whether more of them would help."""

import numpy as np

from catsex.evaluation import balanced_accuracy, bootstrap
from catsex.folds import held_out_answers, stratified_folds, training_masks
from catsex.heads import initial_kernels, shuffled_batches, train_heads


def learning_curve(rng, features, labels, unit, *, classes, folds=5, repeats=10):
    """Return the out-of-fold balanced accuracy against the number of photos per class to train on.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
    unit : ndarray, shape (n,), int
    classes, folds, repeats : int

    Returns
    -------
    points : list of dict
        `photos_per_class` (int), `accuracy` (mean over repeats) and `spread` (standard deviation over repeats).
    gain : (float, float)
        A 95 % bootstrap interval, over photos, of the gain from half of the largest number to all of it. The
        curve is still rising if it lies above 0.
    """
    n, d = features.shape
    rows = np.repeat(labels[None], repeats, axis=0)
    largest = int(np.bincount(labels, minlength=classes).min() * (folds - 1) / folds)
    sizes = sorted({max(1, largest >> halving) for halving in range(5)})
    points, scores = [], {}
    for size in sizes:
        fold = stratified_folds(rng, rows, unit, folds)
        train = _at_most(rng, training_masks(fold, folds), labels, classes, size)
        batches = shuffled_batches(rng, n, train.sum(axis=1).mean() / n)
        kernels = initial_kernels(rng, d, len(train), classes)
        every = train_heads(features, np.repeat(rows, folds, axis=0), train, kernels, batches)
        answers = held_out_answers(every, fold, folds)
        accuracies = balanced_accuracy(answers, rows, classes)
        points.append(
            {"photos_per_class": size, "accuracy": float(accuracies.mean()), "spread": float(accuracies.std())}
        )
        scores[size] = (answers == labels).mean(axis=0)
    half = scores[sizes[-2]] if len(sizes) > 1 else scores[sizes[-1]]
    low, high = np.quantile(bootstrap(rng, scores[sizes[-1]] - half, labels, classes), [0.025, 0.975])
    return points, (float(low), float(high))


def _at_most(rng, masks, labels, classes, size):
    """Keep a random `size` of the photos of each class in each row of a mask, shape (H, n)."""
    kept = np.zeros_like(masks)
    for label in range(classes):
        members = np.flatnonzero(labels == label)
        keys = np.where(masks[:, members], rng.random((len(masks), len(members))), np.inf)
        chosen = members[np.argsort(keys, axis=1)[:, :size]]
        np.put_along_axis(kept, chosen, True, axis=1)
    return kept & masks
