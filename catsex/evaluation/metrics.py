"""What answers are worth: balanced accuracy, its interval, what could be told from luck."""

from statistics import NormalDist

import numpy as np

BOOTSTRAPS = 10_000


def balanced_accuracy(predictions, labels, classes):
    """Return the mean over classes of the share of their photos that are right.

    Parameters
    ----------
    predictions, labels : ndarray, shape (M, n), int
    classes : int

    Returns
    -------
    ndarray, shape (M,), 0 to 1; chance is 1 / classes
    """
    right = predictions == labels
    shares = [(right & (labels == label)).sum(axis=1) / (labels == label).sum(axis=1) for label in range(classes)]
    return np.mean(shares, axis=0)


def groups_per_class(labels, groups, classes):
    """Count the groups that have photos of each class: ndarray, shape (classes,), int."""
    return np.array([len(np.unique(groups[labels == label])) for label in range(classes)])


def group_accuracy(predictions, labels, groups, classes):
    """Return the mean over classes of the share of their groups that are right by the majority of their photos.

    Of a group with photos of several classes, those of each class count as a group. A tie counts as a share.

    Parameters
    ----------
    predictions : ndarray, shape (repeats, n), int
    labels, groups : ndarray, shape (n,), int
    classes : int

    Returns
    -------
    float, 0 to 1
    """
    (_, label), group = np.unique(np.stack([groups, labels]), axis=1, return_inverse=True)
    votes = np.zeros((len(predictions), len(label), classes))
    np.add.at(votes, (np.arange(len(predictions))[:, None], group.reshape(-1), predictions), 1)
    most = votes == votes.max(axis=2, keepdims=True)  # (repeats, groups, classes)
    right = (most[:, np.arange(len(label)), label] / most.sum(axis=2)).mean(axis=0)
    return float(np.mean([right[label == one].mean() for one in range(classes)]))


def interval(rng, predictions, labels, groups, classes, null_sd=0.0):
    """Return a 95 % interval for the balanced accuracy on new photos, by bootstrap over groups.

    A photo's score is the share of repeats in which it was right while held out; groups of photos are drawn with
    replacement within each class, and the interval runs from the 2.5th to the 97.5th percentile. Each class is
    given imaginary groups more, together as large as two of its groups, which are right as often as guessing is: of
    two classes one right and one wrong. So a handful of photos that are all right is not taken for certainty:
    Agresti, A. and Coull, B. A. (1998), Approximate is better than "exact" for interval
    estimation of binomial proportions, The American Statistician 52, 119-126.

    The bootstrap knows which photos happen to be in the set, but not that heads of different folds share most of
    their training photos: alone it held the truth in 0.82 to 0.94 of made-up sets (8, 20 and 50 groups a class, of
    one photo and of five, four strengths of signal). Permutations are trained anew, so their spread knows that.
    Brought from guessing to this accuracy as a binomial's is, it says how wide the interval has to be at least; so
    it held the truth in 0.90 to 0.99 (`benchmarks/coverage.py`, `docs/method.md`). The truth is the accuracy of the
    procedure as tested, of heads trained on four fifths of the photos; that of heads trained on all is a little
    higher, and was held in 0.76 to 0.99. See Varoquaux, G. (2018), Cross-validation failure: small sample sizes
    lead to large error bars, NeuroImage 180, 68-77. The interval says nothing about photos taken in another way
    than these.

    Parameters
    ----------
    rng : numpy.random.Generator
    predictions : ndarray, shape (repeats, n), int
    labels : ndarray, shape (n,), int
    groups : ndarray, shape (n,), int
        Photos with the same number belong together.
    classes : int
    null_sd : float
        Standard deviation of the accuracy under permuted labels; 0 where none were permuted.

    Returns
    -------
    (float, float), 0 to 1
    """
    sizes = np.rint(np.bincount(labels, minlength=classes) / groups_per_class(labels, groups, classes))
    imaginary = np.tile(np.arange(classes), classes)  # as many groups of each class as there are classes
    right = np.arange(len(imaginary)) < classes  # one of each is right
    draws = bootstrap(
        rng,
        np.concatenate([(predictions == labels).mean(axis=0), right]),
        np.concatenate([labels, imaginary]),
        np.concatenate([groups, groups.max() + 1 + np.arange(len(imaginary))]),
        classes,
        weights=np.concatenate([np.ones(len(labels)), 2 / classes * sizes[imaginary]]),
    )
    chance, middle = 1 / classes, draws.mean()
    spread = null_sd * np.sqrt(middle * (1 - middle) / (chance * (1 - chance)))
    draws = middle + (draws - middle) * max(1.0, spread / max(draws.std(), 1e-9))
    accuracy = balanced_accuracy(predictions, np.tile(labels, (len(predictions), 1)), classes).mean()
    low, high = np.clip(np.quantile(draws, [0.025, 0.975]), 0, 1)
    return float(min(low, accuracy)), float(max(high, accuracy))


def bootstrap(rng, scores, labels, groups, classes, weights=1.0):
    """Return the mean over classes of their photos' mean score, for many samples of the groups.

    Groups of one class are drawn with replacement within that class, groups of several among themselves. A photo may
    count as more or less than one by its weight.
    """
    _, group = np.unique(groups, return_inverse=True)
    sums, counts = np.zeros((2, group.max() + 1, classes))
    np.add.at(sums, (group, labels), scores * weights)
    np.add.at(counts, (group, labels), weights)
    stratum = np.where((counts > 0).sum(axis=1) == 1, counts.argmax(axis=1), classes)
    samples = BOOTSTRAPS if len(sums) <= 2000 else BOOTSTRAPS // 10
    total, number = np.zeros((2, samples, classes))
    for one in np.unique(stratum):
        members, columns = np.flatnonzero(stratum == one), slice(None) if one == classes else slice(one, one + 1)
        for chunk in np.array_split(np.arange(samples), 20 + len(members) // 100):
            drawn = rng.choice(members, (len(chunk), len(members)))
            total[chunk, columns] += sums[:, columns][drawn].sum(axis=1)
            number[chunk, columns] += counts[:, columns][drawn].sum(axis=1)
    return (total / np.maximum(number, 1e-9)).mean(axis=1)


def detectable_accuracy(null, level=0.05):
    """Return the accuracy above which the p-value is below `level`, given the null distribution.

    1.0 if even a perfect result would not be.
    """
    allowed = int(np.ceil(level * (1 + len(null)))) - 2  # how many of the null may reach the observed accuracy
    return 1.0 if allowed < 0 else float(np.sort(null)[::-1][allowed])


def good_accuracy(classes):
    """Return the accuracy of a classifier halfway between guessing and perfection: 0.75 for two classes."""
    return (1 / classes + 1) / 2


def power(detectable, counts, accuracy):
    """Return how often a classifier that is right on `accuracy` of new photos would exceed `detectable`, 0 to 1.

    By the normal approximation, with `counts` independent groups of each class, each right or wrong as a whole: it is
    what the size of the set alone allows.
    """
    deviation = np.sqrt(np.sum(accuracy * (1 - accuracy) / np.asarray(counts))) / len(counts)
    return 1 - NormalDist(accuracy, deviation).cdf(detectable)


def confusion(predictions, labels, classes):
    """Return how often photos of each class (rows) were put in each class (columns), as a share of its photos."""
    return [
        [float((predictions[:, labels == label] == prediction).mean()) for prediction in range(classes)]
        for label in range(classes)
    ]
