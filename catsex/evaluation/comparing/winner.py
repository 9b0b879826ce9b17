"""The accuracy of the best of several configurations, corrected for having picked the best."""

import numpy as np

CHOICES = 2000  # samples of the groups in each of which the best configuration is chosen anew


def corrected_accuracy(rng, right, sample):
    """Return the accuracy of the best configuration, corrected for having picked it.

    Bootstrap bias-corrected cross-validation: groups are drawn with replacement within each class, the configuration
    that is best in that sample is chosen, and its accuracy is that of the groups that were not drawn, averaged over
    `CHOICES` samples. Configurations that are equally good in a sample share its choice.
    Tsamardinos, I., Greasidou, E. and Borboudakis, G. (2018), Bootstrapping the out-of-sample predictions for efficient
    and accurate cross-validation, Machine Learning 107, 1895-1922.

    In 300 simulated sets of 40 photos, where all configurations are right in 65 %, the best of 2, 4 and 10 got 69.6,
    72.7 and 76.6 % by its own score, and 65.5, 65.2 and 65.4 % (± 0.4) corrected.

    Parameters
    ----------
    rng : numpy.random.Generator
    right : ndarray, shape (S, n), 0 to 1
        The share of repeats in which each photo was right, for each configuration.
    sample : Sample
        n photos.

    Returns
    -------
    float, 0 to 1
        If no sample leaves out a group of each class, the mean over the configurations.
    """
    _, group = np.unique(sample.groups, return_inverse=True)
    size = group.max() + 1
    sums, counts = np.zeros((size, sample.classes, len(right))), np.zeros((size, sample.classes))
    np.add.at(sums, (group, sample.labels), right.T)
    np.add.at(counts, (group, sample.labels), 1)
    drawn = drawn_groups(rng, counts)  # (CHOICES, G)
    chosen = _accuracies(drawn, sums, counts)
    left = _accuracies((drawn == 0).astype(float), sums, counts)  # (CHOICES, S)
    usable = np.isfinite(chosen).all(axis=1) & np.isfinite(left).all(axis=1)
    if not usable.any():
        return float(np.mean(_accuracies(np.ones((1, size)), sums, counts)))
    chosen, left = chosen[usable], left[usable]
    best = chosen >= chosen.max(axis=1, keepdims=True) - 1e-9
    return float(np.mean((left * best).sum(axis=1) / best.sum(axis=1)))


def drawn_groups(rng, counts):
    """Draw groups with replacement, those of one class within it, those of several among themselves.

    Parameters
    ----------
    rng : numpy.random.Generator
    counts : ndarray, shape (G, classes)
        Photos of each class in each group.

    Returns
    -------
    ndarray, shape (CHOICES, G), float
        How often each group was drawn.
    """
    classes = counts.shape[1]
    stratum = np.where((counts > 0).sum(axis=1) == 1, counts.argmax(axis=1), classes)
    drawn = np.zeros((CHOICES, len(counts)))
    for one in np.unique(stratum):
        members = np.flatnonzero(stratum == one)
        drawn[:, members] = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), CHOICES)
    return drawn


def _accuracies(weights, sums, counts):
    """Return balanced accuracies in weighted samples of groups: (B, G) -> (B, S), NaN where a class is missing."""
    size, classes, configurations = sums.shape
    total = (weights @ sums.reshape(size, -1)).reshape(-1, classes, configurations)
    number = weights @ counts  # (B, classes)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (total / number[:, :, None]).mean(axis=1)
