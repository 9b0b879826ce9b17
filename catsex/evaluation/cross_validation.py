"""Can it be learned? Cross-validation against what the same procedure gives when there is nothing to learn."""

import numpy as np

from catsex.evaluation.metrics import balanced_accuracy, bootstrap
from catsex.evaluation.splits import held_out_answers, stratified_folds, training_masks
from catsex.network.heads import LEARNING_RATE, initial_kernels, shuffled_batches, train_heads

HEADS_AT_ONCE = 2000


def out_of_fold(rng, features, labels, unit, *, classes, folds=5, learning_rate=LEARNING_RATE):
    """Cross-validate: the answer for each photo of heads that were trained on the other folds.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (M, n), int
        M labellings; each is cross-validated once, with folds of its own.
    unit : ndarray, shape (n,), int
        Photos with the same number are held out together.
    classes, folds : int
    learning_rate : float

    Returns
    -------
    ndarray, shape (M, n), int
        The class that each photo was put in while it was held out.
    """
    n, d = features.shape
    answers = np.empty(labels.shape, np.int64)
    batches = shuffled_batches(rng, n, (folds - 1) / folds)
    rows_at_once = max(1, HEADS_AT_ONCE // folds)
    for start in range(0, len(labels), rows_at_once):
        rows = labels[start : start + rows_at_once]
        fold = stratified_folds(rng, rows, unit, folds)  # (m, n)
        train = training_masks(fold, folds)
        kernels = initial_kernels(rng, d, len(train), classes)
        every = train_heads(
            features, np.repeat(rows, folds, axis=0), train, kernels, batches, learning_rate=learning_rate
        )
        answers[start : start + rows_at_once] = held_out_answers(every, fold, folds)
    return answers


def permutation_test(
    rng, features, labels, unit, *, classes, folds=5, repeats=10, permutations=1000, learning_rate=LEARNING_RATE
):
    """Compare cross-validated accuracy with what luck gives.

    The statistic is the mean over repeats of the out-of-fold balanced accuracy, ``T(y)``. Its null distribution is
    ``T`` of permuted labels, every permutation with as many repeats and with folds stratified by its own labels;
    ``p = (1 + #{T(permuted y) >= T(y)}) / (1 + permutations)``, one-sided. The smallest possible p is
    ``1 / (1 + permutations)``, or one in the number of distinct labellings if that is smaller.
    Test 1 of Ojala, M. and Garriga, G. C. (2010), Permutation tests for studying classifier performance,
    Journal of Machine Learning Research 11, 1833-1863.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
    unit : ndarray, shape (n,), int
        Photos with the same number are near-duplicates: held out, and permuted, together.
    classes, folds, repeats, permutations : int
    learning_rate : float

    Returns
    -------
    answers : ndarray, shape (repeats, n), int
        The class that each photo was put in while it was held out.
    null : ndarray, shape (permutations,), float, 0 to 1
        The statistic under permuted labels.
    p_value : float
    """
    labellings = np.concatenate([labels[None], permuted_labels(rng, labels, unit, permutations)])
    statistics = []
    per_round = max(1, HEADS_AT_ONCE // (folds * repeats))
    options = {"classes": classes, "folds": folds, "learning_rate": learning_rate}
    for start in range(0, len(labellings), per_round):
        rows = np.repeat(labellings[start : start + per_round], repeats, axis=0)  # (m * repeats, n)
        answers = out_of_fold(rng, features, rows, unit, **options)
        if start == 0:
            observed = answers[:repeats]
        statistics.append(balanced_accuracy(answers, rows, classes).reshape(-1, repeats).mean(axis=1))
    statistics = np.concatenate(statistics)
    # Equal statistics may differ in their last bit, depending on the order of a sum.
    exceeding = np.sum(statistics[1:] >= statistics[0] - 1e-9)
    return observed, statistics[1:], float((1 + exceeding) / (1 + permutations))


def permuted_labels(rng, labels, unit, permutations):
    """Draw label permutations: photos exchange labels, near-duplicates only as a whole and with units of their size.

    Returns
    -------
    ndarray, shape (permutations, n), int
    """
    result = np.repeat(labels[None], permutations, axis=0)
    members = [np.flatnonzero(unit == first) for first in np.unique(unit)]
    for size in {len(photos) for photos in members}:
        place = np.array([photos for photos in members if len(photos) == size])  # (units of that size, size)
        order = rng.permuted(np.tile(np.arange(len(place)), (permutations, 1)), axis=1)
        result[:, place] = labels[place][order]
    return result


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
