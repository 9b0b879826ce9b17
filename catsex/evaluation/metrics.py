"""What answers are worth: balanced accuracy, its interval, what could be told from luck."""

from statistics import NormalDist

import numpy as np

BOOTSTRAPS = 10_000


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
