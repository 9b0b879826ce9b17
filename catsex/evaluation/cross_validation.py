"""Can it be learned? Cross-validation, compared with the same procedure on permuted labels."""

import numpy as np

from catsex.evaluation import ridge
from catsex.evaluation.metrics import balanced_accuracy
from catsex.evaluation.permutation_scheme import find_permutation_scheme
from catsex.evaluation.splits import held_out_predictions, stratified_folds, training_masks
from catsex.network.heads import LEARNING_RATE, initial_kernels, shuffled_batches, train_heads
from catsex.progress import following

MANY = 2000  # photos, times the columns of their heads; for more, permutations are those of ridge regression
ENOUGH = 100  # labellings that do as well as the real one, after which p cannot be small any more
MOST_HEADS, MOST_BYTES = 2000, 400_000_000  # trained at once


def heads_at_once(n, d, classes):
    """Return how many heads to train at once on n photos of d features, such that memory does not grow with them."""
    columns = _columns(classes)
    return max(1, min(MOST_HEADS, MOST_BYTES // (4 * (6 * d * columns + n * (3 * columns + 4)))))


def by_ridge(n, classes):
    """Return whether ridge regression measures chance for n photos of so many classes."""
    return n * _columns(classes) > MANY


def _columns(classes):
    """Return how many columns a head has: of two classes only their difference matters."""
    return 1 if classes == 2 else classes


def out_of_fold(rng, features, labels, groups, *, classes, folds=5, learning_rate=LEARNING_RATE):
    """Cross-validate: predict each photo by heads that were trained on the other folds.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (M, n), int
        M labellings; each is cross-validated once, with folds of its own.
    groups : ndarray, shape (n,), int
        Photos with the same number are held out together.
    classes, folds : int
    learning_rate : float

    Returns
    -------
    ndarray, shape (M, n), int
        The class that each photo was put in while it was held out.
    """
    n, d = features.shape
    predictions = np.empty(labels.shape, np.int64)
    batches = shuffled_batches(rng, n, (folds - 1) / folds)
    rows_at_once = max(1, heads_at_once(n, d, classes) // folds)
    for start in range(0, len(labels), rows_at_once):
        rows = labels[start : start + rows_at_once]
        fold = stratified_folds(rng, rows, groups, folds)  # (m, n)
        train = training_masks(fold, folds)
        kernels = initial_kernels(rng, d, len(train), classes)
        every = train_heads(
            features, np.repeat(rows, folds, axis=0), train, kernels, batches, learning_rate=learning_rate
        )
        predictions[start : start + rows_at_once] = held_out_predictions(every, fold, folds)
    return predictions


def permutation_test(
    rng,
    features,
    labels,
    groups,
    *,
    classes,
    alike=None,
    folds=5,
    repeats=10,
    permutations=1000,
    learning_rate=LEARNING_RATE,
    spread=None,
):
    """Compare cross-validated accuracy with chance.

    The statistic is the mean over repeats of the out-of-fold balanced accuracy, ``T(y)``. Its null distribution is
    ``T`` of permuted labels, every permutation with as many repeats and with folds stratified by its own labels;
    ``p = (1 + #{T(permuted y) >= T(y)}) / (1 + permutations)``, one-sided. Groups exchange their labels, whatever their
    sizes, as `find_permutation_scheme` says. The smallest possible p is ``1 / (1 + permutations)``, or what so few
    different labellings allow (`PermutationScheme.smallest_p`) if that is larger.

    Once `ENOUGH` permutations have done as well as the real labels, no more are made: p is then above 0.09 at the usual
    number of them, and is as valid as with all (Besag, J. and Clifford, P. (1991), Sequential Monte Carlo p-values,
    Biometrika 78, 301-304; their p is a little smaller than this one).

    For more than `MANY` photos of two classes, and fewer of more classes, ``T`` is the accuracy of ridge regression in
    place of the tutorial's head, which answers for all permutations in a few matrix products. The answers returned are
    the head's all the same.

    Test 1 of Ojala, M. and Garriga, G. C. (2010), Permutation tests for studying classifier performance,
    Journal of Machine Learning Research 11, 1833-1863.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
    groups : ndarray, shape (n,), int
        Photos with the same number belong together: held out, and permuted, together.
    alike : ndarray, shape (n,), int, optional
        Near-duplicates, as `find_permutation_scheme` takes them.
    classes, folds, repeats, permutations : int
    learning_rate : float
    spread : callable, optional
        Where the permutations of many photos are worked out, as `ridge.balanced_accuracies` takes it.

    Returns
    -------
    predictions : ndarray, shape (repeats, n), int
        The class that each photo was put in while it was held out.
    null : ndarray, shape (permutations or fewer,), float, 0 to 1
        The statistic under permuted labels.
    p_value : float
    observed : float, 0 to 1
        The statistic of the real labels.
    """
    scheme = find_permutation_scheme(labels, groups, alike)
    options = {"classes": classes, "folds": folds}
    if by_ridge(len(labels), classes):
        rows = np.repeat(labels[None], repeats, axis=0)
        predictions = out_of_fold(rng, features, rows, groups, learning_rate=learning_rate, **options)
        blocks = _blocks(rng, labels, scheme, permutations, ridge.rows_at_once(len(labels), classes))
        statistics = ridge.balanced_accuracies(rng, features, blocks, groups, spread=spread, **options)
        return predictions, statistics[1:], _p_value(statistics, scheme), float(statistics[0])
    labellings = np.concatenate([labels[None].astype(np.int16), scheme.photos(rng, permutations)])
    statistics = np.zeros(0)
    per_round = max(1, heads_at_once(len(features), features.shape[1], classes) // (folds * repeats))
    for start in following(range(0, len(labellings), per_round), -(-len(labellings) // per_round), "round"):
        rows = np.repeat(labellings[start : start + per_round], repeats, axis=0)  # (m * repeats, n)
        predictions = out_of_fold(rng, features, rows, groups, learning_rate=learning_rate, **options)
        if start == 0:
            of_real = predictions[:repeats]
        more = balanced_accuracy(predictions, rows, classes).reshape(-1, repeats).mean(axis=1)
        statistics = np.concatenate([statistics, more])
        enough = np.flatnonzero(as_good(statistics))[ENOUGH : ENOUGH + 1]  # the real labels are as good as themselves
        if len(enough):
            statistics = statistics[: enough[0] + 1]
            break
    return of_real, statistics[1:], _p_value(statistics, scheme), float(statistics[0])


def _blocks(rng, labels, scheme, permutations, at_once):
    """Yield the real labels and then permuted ones, so many at a time: all of many photos would not fit into memory."""
    yield labels[None].astype(np.int16)
    starts = range(0, permutations, at_once)
    for start in following(starts, len(starts), "block"):
        yield scheme.photos(rng, min(at_once, permutations - start))


def as_good(statistics):
    """Return which labellings do as well as the first, give or take the last bit, which the order of a sum decides."""
    return statistics >= statistics[0] - 1e-9


def _p_value(statistics, scheme):
    """Return the share of labellings, the real and first one among them, whose statistic is as large as its."""
    return float(max(np.mean(as_good(statistics)), scheme.smallest_p))


def learning_curve(rng, features, labels, groups, *, classes, folds=5, repeats=10, learning_rate=LEARNING_RATE):
    """Return the out-of-fold balanced accuracy against the number of groups per class to train on.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
    groups : ndarray, shape (n,), int
    classes, folds, repeats : int
    learning_rate : float

    Returns
    -------
    points : list of dict
        `groups_per_class` (int), `photos_per_class` (int, the mean over heads and classes), `accuracy` (mean over
        repeats) and `spread` (standard deviation over repeats).
    full, half : ndarray, shape (n,), float, 0 to 1
        How often each photo was right, by heads trained on the largest number and on half of it.
    """
    n, d = features.shape
    rows = np.repeat(labels[None], repeats, axis=0)
    largest = int(min(len(np.unique(groups[labels == label])) for label in range(classes)) * (folds - 1) / folds)
    sizes = sorted({max(1, largest >> halving) for halving in range(5)})
    points, scores = [], {}
    for size in sizes:
        fold = stratified_folds(rng, rows, groups, folds)
        train = _at_most(rng, training_masks(fold, folds), labels, groups, classes, size)
        batches = shuffled_batches(rng, n, train.sum(axis=1).mean() / n)
        kernels = initial_kernels(rng, d, len(train), classes)
        every = train_heads(
            features, np.repeat(rows, folds, axis=0), train, kernels, batches, learning_rate=learning_rate
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


def _at_most(rng, masks, labels, groups, classes, size):
    """Keep the photos of a random `size` of the groups of each class in each row of a mask, shape (H, n)."""
    kept = np.zeros_like(masks)
    for label in range(classes):
        members = np.flatnonzero(labels == label)
        _, first, group = np.unique(groups[members], return_index=True, return_inverse=True)
        keys = np.where(masks[:, members[first]], rng.random((len(masks), len(first))), np.inf)
        chosen = np.zeros(keys.shape, bool)
        np.put_along_axis(chosen, np.argsort(keys, axis=1)[:, :size], True, axis=1)
        kept[:, members] = chosen[:, group]
    return kept & masks


def remarks(n, classes):
    """Return what a reader has to know of the test of n photos: nothing, unless its statistic is a cheaper one."""
    if not by_ridge(n, classes):
        return []
    return [
        "With so many photos, p and the null distribution are those of ridge regression on the same features, not of "
        "the tutorial's last layer, whose predictions are reported."
    ]
