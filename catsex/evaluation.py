"""Can it be learned? Cross-validation against what the same procedure gives when there is nothing to learn."""

from statistics import NormalDist

import numpy as np

from catsex.folds import held_out_answers, permuted_labels, stratified_folds, training_masks
from catsex.heads import LEARNING_RATE, initial_kernels, shuffled_batches, train_heads

HEADS_AT_ONCE = 2000
BOOTSTRAPS = 10_000


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


def balanced_accuracy(answers, labels, classes):
    """Return the mean over classes of the share of their photos that are right.

    Parameters
    ----------
    answers, labels : ndarray, shape (M, n), int
    classes : int

    Returns
    -------
    ndarray, shape (M,), 0 to 1; chance is 1 / classes
    """
    right = answers == labels
    shares = [(right & (labels == label)).sum(axis=1) / (labels == label).sum(axis=1) for label in range(classes)]
    return np.mean(shares, axis=0)


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


def interval(rng, answers, labels, classes):
    """Return a 95 % interval for the balanced accuracy on new photos, by bootstrap over photos.

    A photo's score is the share of repeats in which it was right while held out; photos are drawn with
    replacement within each class, and the interval runs from the 2.5th to the 97.5th percentile. Each class is
    given two imaginary photos more, one right and one wrong, so that a handful of photos that are all right is not
    taken for certainty: Agresti, A. and Coull, B. A. (1998), Approximate is better than "exact" for interval
    estimation of binomial proportions, The American Statistician 52, 119-126.

    It covers the luck of which photos happen to be in the set as far as they are tested. It does not cover the
    luck of training on just these photos: heads of different folds share most of their training photos, so with
    a few dozen photos the truth lies outside more often than once in twenty. See Varoquaux, G. (2018),
    Cross-validation failure: small sample sizes lead to large error bars, NeuroImage 180, 68-77. It says nothing
    about photos taken in another way than these.

    Parameters
    ----------
    rng : numpy.random.Generator
    answers : ndarray, shape (repeats, n), int
    labels : ndarray, shape (n,), int
    classes : int

    Returns
    -------
    (float, float), 0 to 1
    """
    imaginary = np.arange(classes)
    scores = np.concatenate([(answers == labels).mean(axis=0), np.ones(classes), np.zeros(classes)])
    draws = bootstrap(rng, scores, np.concatenate([labels, imaginary, imaginary]), classes)
    accuracy = balanced_accuracy(answers, np.tile(labels, (len(answers), 1)), classes).mean()
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(min(low, accuracy)), float(max(high, accuracy))


def bootstrap(rng, scores, labels, classes):
    """Return the mean over classes of their mean score, for `BOOTSTRAPS` samples of the photos."""
    draws = np.zeros(BOOTSTRAPS)
    for label in range(classes):
        members = scores[labels == label]
        for chunk in np.array_split(np.arange(BOOTSTRAPS), 20):
            draws[chunk] += rng.choice(members, (len(chunk), len(members))).mean(axis=1)
    return draws / classes


def detectable_accuracy(null, level=0.05):
    """Return the accuracy above which the p-value is below `level`, given the null distribution.

    1.0 if even a perfect result would not be.
    """
    allowed = int(np.ceil(level * (1 + len(null)))) - 2  # how many of the null may reach the observed accuracy
    return 1.0 if allowed < 0 else float(np.sort(null)[::-1][allowed])


def good_accuracy(classes):
    """Return the accuracy of a classifier halfway between guessing and perfection: 0.75 for two classes."""
    return (1 / classes + 1) / 2


def power(detectable, labels, classes, accuracy):
    """Return how often a classifier that is right on `accuracy` of new photos would exceed `detectable`, 0 to 1.

    By the normal approximation, with photos taken as independent: it is what the size of the set alone allows.
    """
    counts = np.bincount(labels, minlength=classes)
    deviation = np.sqrt(np.sum(accuracy * (1 - accuracy) / counts)) / classes
    return 1 - NormalDist(accuracy, deviation).cdf(detectable)


def confusion(answers, labels, classes):
    """Return how often photos of each class (rows) were put in each class (columns), as a share of its photos."""
    return [
        [float((answers[:, labels == label] == answer).mean()) for answer in range(classes)] for label in range(classes)
    ]
