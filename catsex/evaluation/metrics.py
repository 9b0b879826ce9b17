"""Scores of predictions: balanced accuracy, its interval, and which accuracy would be significant."""

from statistics import NormalDist

import numpy as np

SHARED_TRAINING = 0.5  # share of a repeat's variance that is added since heads err together: see `interval`


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


def groups_per_class(sample):
    """Count the groups that have photos of each class: ndarray, shape (classes,), int."""
    _, group = np.unique(sample.groups, return_inverse=True)
    return np.bincount(np.unique(group * sample.classes + sample.labels) % sample.classes, minlength=sample.classes)


def group_accuracy(predictions, sample):
    """Return the mean over classes of the share of their groups that are right by the majority of their photos.

    Of a group with photos of several classes, those of each class count as a group. A tie counts as a share.

    Parameters
    ----------
    predictions : ndarray, shape (repeats, n), int
    sample : Sample
        n photos.

    Returns
    -------
    float, 0 to 1
    """
    (_, label), group = np.unique(np.stack([sample.groups, sample.labels]), axis=1, return_inverse=True)
    votes = np.zeros((len(predictions), len(label), sample.classes))
    np.add.at(votes, (np.arange(len(predictions))[:, None], group.reshape(-1), predictions), 1)
    most = votes == votes.max(axis=2, keepdims=True)  # (repeats, groups, classes)
    right = (most[:, np.arange(len(label)), label] / most.sum(axis=2)).mean(axis=0)
    return float(np.mean([right[label == one].mean() for one in range(sample.classes)]))


def interval(predictions, sample):
    """Return a 95 % interval for the balanced accuracy on new photos, in closed form.

    It is Wilson's interval for a share of right predictions, with an effective number of independent predictions in
    place of their number: as many as would give a share this variance (Korn, E. L. and Graubard, B. I. (1998),
    Confidence intervals for proportions with small expected number of positive counts estimated from survey data,
    Survey Methodology 24, 193-201; Wilson, E. B. (1927), Probable inference, the law of succession, and statistical
    inference, Journal of the American Statistical Association 22, 209-212). Student's t takes the place of the normal
    distribution, as groups are few (Dean, N. and Pagano, M. (2015), Evaluating confidence interval methods for binomial
    proportions in clustered surveys, Journal of Survey Statistics and Methodology 3, 484-503).

    The variance is that between groups, of the mean of all repeats, and what no variance between groups shows: heads of
    different folds share most of their training photos, so that they err together. On made-up photos that added half of
    the variance of a single repeat (`SHARED_TRAINING`). Where repeats agree on each photo, nothing depended on what the
    heads had learned from: it adds at most twice what a single repeat varies more than the mean of all. So that a few
    groups without an error are not taken for certainty, the variance is drawn towards that of groups that are right or
    wrong as a whole: with the weight of one wrong group among as many as the variance has degrees of freedom
    (Satterthwaite, F. E. (1946), An approximate distribution of estimates of variance components, Biometrics Bulletin
    2, 110-114). `benchmarks/coverage.py` counts how often the interval holds the truth.

    The true accuracy is that of the procedure as tested, of heads trained on four fifths of the photos; that of heads
    trained on all is a little higher. See Varoquaux, G. (2018), Cross-validation failure: small sample sizes lead to
    large error bars, NeuroImage 180, 68-77. The interval says nothing about photos taken in another way than these.

    Parameters
    ----------
    predictions : ndarray, shape (repeats, n), int
    sample : Sample
        n photos.

    Returns
    -------
    (float, float), 0 to 1
    """
    right = predictions == sample.labels
    means, variances = mean_and_variance(np.vstack([right, right.mean(axis=0)]), sample)
    accuracy, of_mean, of_one = means[-1], variances[-1], variances[:-1].mean()
    variance = of_mean + min(SHARED_TRAINING * of_one, 2 * (of_one - of_mean))
    squares = group_weights(sample) ** 2
    number, freedom = 1 / squares.sum(), squares.sum() ** 2 / np.square(squares).sum()
    binomial = accuracy * (1 - accuracy)
    independent = number * (freedom * binomial + 1) / (freedom * number * variance + 1)  # the effective number
    square = student_t(number) ** 2 / independent
    middle = (accuracy + square / 2) / (1 + square)
    half = np.sqrt(square * binomial + square**2 / 4) / (1 + square)
    return float(max(0, min(middle - half, accuracy))), float(min(1, max(middle + half, accuracy)))


def mean_and_variance(scores, sample):
    """Return the mean over classes of their photos' mean score, and the variance that it has as groups are drawn.

    The variance of a ratio of sums, to first order, with each class' squares times ``g / (g - 1)`` for its g groups:
    Cochran, W. G. (1977), Sampling techniques, section 6.3.

    Parameters
    ----------
    scores : ndarray, shape (M, n), float or bool
    sample : Sample
        n photos.

    Returns
    -------
    means, variances : ndarray, shape (M,)
    """
    labels, classes = sample.labels, sample.classes
    _, group = np.unique(sample.groups, return_inverse=True)
    counts, several = np.bincount(labels, minlength=classes), groups_per_class(sample)
    shares = (np.sqrt(several / np.maximum(several - 1, 1)) / (classes * counts))[labels]
    means, variances = np.empty((2, len(scores)))
    for row, score in enumerate(scores):
        by_class = np.bincount(labels, score, classes) / counts
        means[row] = by_class.mean()
        variances[row] = np.square(np.bincount(group, (score - by_class[labels]) * shares)).sum()
    return means, variances


def group_weights(sample):
    """Return how much each group counts in the balanced accuracy: ndarray, shape (groups,), of sum 1.

    A photo counts the more, the fewer there are of its class. ``1 / sum(weights**2)`` groups of one weight would be
    worth as much: Kish, L. (1965), Survey sampling, section 11.7.
    """
    _, group = np.unique(sample.groups, return_inverse=True)
    counts = np.bincount(sample.labels, minlength=sample.classes)
    return np.bincount(group, 1 / (sample.classes * counts[sample.labels]))


def student_t(freedom):
    """Return the 97.5th percentile of Student's t distribution, for 3 degrees of freedom or more within 1 %.

    Abramowitz, M. and Stegun, I. A. (1964), Handbook of mathematical functions, 26.7.5.
    """
    z = NormalDist().inv_cdf(0.975)
    terms = ((z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384)
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))


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


def confusion(predictions, sample):
    """Return how often photos of each class (rows) were put in each class (columns), as a share of its photos."""
    return [
        [float((predictions[:, sample.labels == label] == one).mean()) for one in range(sample.classes)]
        for label in range(sample.classes)
    ]
