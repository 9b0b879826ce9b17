"""Do two configurations differ on the same photos? Paired permutations, intervals and detectable differences."""

from statistics import NormalDist

import numpy as np

from catsex.evaluation import metrics

LEVEL = 0.05
POWER = 0.8  # four of five, as in the verdict: Cohen, J. (1988), Statistical power analysis for the behavioral sciences
# How much more a difference varies than the permutations say. They take photos to be right independently of each other;
# in cross-validation they are not, since the heads that predict one photo have learned from most of the others. On
# permuted labels the standard deviation was 1.12 to 1.30 times as large (benchmarks/compare.py --shuffled).
WIDENING = 1.25
PERMUTATIONS = 20_000
NUMBERS_AT_ONCE = 10_000_000  # 80 MB


def p_values(rng, right, sample, pairs):
    """Return a two-sided p-value for each pair of configurations, by a paired permutation test.

    The statistic is the difference of their balanced accuracies, the second minus the first, best 1 or -1, with
    nothing to see 0 on average. Its null distribution is had by exchanging, for each group by the toss of a coin,
    which of the two configurations gave which predictions: ``p = (1 + #{WIDENING |T(permuted)| >= |T|}) / (1 +
    permutations)``, each permutation the same for all pairs.

    It assumes that, if neither is better, a group's predictions are exchangeable between the two configurations,
    and that groups depend on each other no more than `WIDENING` allows for. No distribution is assumed, and
    nothing of how often photos are right.

    Parameters
    ----------
    rng : numpy.random.Generator
    right : ndarray, shape (S, n), 0 to 1
        The share of repeats in which each photo was right.
    sample : Sample
        n photos.
    pairs : list of (int, int)

    Returns
    -------
    list of float
    """
    _, group = np.unique(sample.groups, return_inverse=True)
    counts = np.bincount(sample.labels, minlength=sample.classes)
    shares = right / (sample.classes * counts[sample.labels])  # what each photo adds to the accuracy
    by_group = np.zeros((group.max() + 1, len(right)))
    np.add.at(by_group, group, shares.T)
    differences = np.stack([by_group[:, second] - by_group[:, first] for first, second in pairs], axis=1)  # (G, P)
    observed = np.abs(differences.sum(axis=0))
    exceeding = np.zeros(len(pairs))
    for rows in np.array_split(np.arange(PERMUTATIONS), 1 + PERMUTATIONS * len(by_group) // NUMBERS_AT_ONCE):
        signs = 1.0 - 2 * rng.integers(0, 2, (len(rows), len(by_group)))
        exceeding += (WIDENING * np.abs(signs @ differences) >= observed - 1e-9).sum(axis=0)
    return ((1 + exceeding) / (1 + PERMUTATIONS)).tolist()


def holm(p_values):
    """Correct p-values for their number: Holm, S. (1979), A simple sequentially rejective multiple test procedure.

    Scandinavian Journal of Statistics 6, 65-70.

    Returns
    -------
    list of float
        In the order of `p_values`.
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.asarray(p_values)[order] * np.arange(len(p_values), 0, -1)
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return corrected.tolist()


def difference_interval(differences, sample):
    """Return the 95 % interval of the difference of two configurations' balanced accuracies, and its deviation.

    It is Student's, of the variance between groups, after half a group is added for each of four outcomes (both
    configurations right, neither, one of them): Agresti, A. and Min, Y. (2005), Simple improved confidence intervals
    for comparing matched proportions, Statistics in Medicine 24, 729-740. So two configurations that happened to
    predict alike are not taken for the same for certain. Both are `WIDENING` times as large as for independent photos.

    Parameters
    ----------
    differences : ndarray, shape (n,), -1 to 1
        How much more often the second configuration was right about each photo.
    sample : Sample
        n photos.

    Returns
    -------
    (float, float), -1 to 1
    deviation : float
    """
    (found,), (variance,) = metrics.mean_and_variance(differences[None], sample)
    number = 1 / np.square(metrics.group_weights(sample)).sum()
    middle = found * number / (number + 2)
    squares = number**2 * variance + 1 + 2 * found * middle  # of the groups and of the two more, from their mean
    deviation = WIDENING * float(np.sqrt(squares)) / (number + 2)
    half = metrics.student_t(number) * deviation
    return (float(max(-1, min(middle - half, found))), float(min(1, max(middle + half, found)))), deviation


def detectable_difference(deviation, pairs):
    """Return the difference that would be detected in four of five sets of this size.

    By the normal approximation, with the level divided by the number of pairs, as the smallest of them has to pass it.

    Parameters
    ----------
    deviation : float
        Standard deviation of the difference.
    pairs : int

    Returns
    -------
    float, 0 to 1
    """
    normal = NormalDist()
    return min(1.0, (normal.inv_cdf(1 - LEVEL / (2 * pairs)) + normal.inv_cdf(POWER)) * deviation)
