"""Do two configurations differ on the same photos? Paired permutations, intervals and detectable differences."""

from statistics import NormalDist

import numpy as np

from catsex.evaluation import metrics

LEVEL = 0.05
POWER = 0.8  # four of five, as in the verdict: Cohen, J. (1988), Statistical power analysis for the behavioral sciences
EXCHANGES = 20_000
NUMBERS_AT_ONCE = 10_000_000  # 80 MB


def widening_for(folds):
    """Return by how much the difference of two configurations varies more than independent photos would make it.

    In cross-validation they are not: the heads that answer for one photo have learned from most of the others, so
    whole sets of photos favour one configuration or the other. With k folds the variance is taken to be ``1 + k / (k -
    1)`` times as large: Nadeau, C. and Bengio, Y. (2003), Inference for the generalization error, Machine Learning 52,
    239-281, whose corrected variance is ``1 / k + n_test / n_train`` in place of ``1 / k``. That is cautious. On
    shuffled labels of 20 to 200 photos (heads at two sizes and ridge regression at two penalties, 1 to 5 repeats) the
    standard deviation was 0.9 to 1.4 times as large, where 1.5 is allowed for with five folds; without it, up to 15 %
    of the pairs were said to differ at the level of 5 %, with it at most 2 %.
    """
    return float(np.sqrt(1 + folds / (folds - 1)))


def p_values(rng, right, labels, groups, classes, pairs, widening):
    """Return a two-sided p-value for each pair of configurations, by a paired permutation test.

    The statistic is the difference of their balanced accuracies, the second minus the first, best 1 or -1, with
    nothing to see 0 on average. Its null distribution is had by exchanging, for each group by the toss of a coin,
    which of the two configurations gave which answers: ``p = (1 + #{widening |T(exchanged)| >= |T|}) / (1 +
    exchanges)``, each exchange the same for all pairs.

    It assumes that, if neither is better, a group's answers might as well have come from the one as from the other,
    and that groups depend on each other no more than `widening_for` allows for. No distribution is assumed, and
    nothing of how often photos are right.

    Parameters
    ----------
    rng : numpy.random.Generator
    right : ndarray, shape (S, n), 0 to 1
        The share of repeats in which each photo was right.
    labels, groups : ndarray, shape (n,), int
    classes : int
    pairs : list of (int, int)
    widening : float
        As `widening_for` returns it.

    Returns
    -------
    list of float
    """
    _, group = np.unique(groups, return_inverse=True)
    shares = right / (classes * np.bincount(labels, minlength=classes)[labels])  # what each photo adds to the accuracy
    by_group = np.zeros((group.max() + 1, len(right)))
    np.add.at(by_group, group, shares.T)
    differences = np.stack([by_group[:, second] - by_group[:, first] for first, second in pairs], axis=1)  # (G, P)
    observed = np.abs(differences.sum(axis=0))
    exceeding = np.zeros(len(pairs))
    for rows in np.array_split(np.arange(EXCHANGES), 1 + EXCHANGES * len(by_group) // NUMBERS_AT_ONCE):
        signs = 1.0 - 2 * rng.integers(0, 2, (len(rows), len(by_group)))
        exceeding += (widening * np.abs(signs @ differences) >= observed - 1e-9).sum(axis=0)
    return ((1 + exceeding) / (1 + EXCHANGES)).tolist()


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


def difference_draws(rng, differences, labels, groups, classes):
    """Return bootstrap draws of the difference of two configurations' balanced accuracies.

    Each class is given two imaginary groups more, one in which the first configuration is right in half of the photos
    more and one in which the second is, so that two configurations that happened to answer alike are not taken for the
    same for certain. With two classes that adds what Agresti, A. and Min, Y. (2005), Simple improved confidence
    intervals for comparing matched proportions, Statistics in Medicine 24, 729-740, add to the variance: half a photo
    for each of the four outcomes.

    Parameters
    ----------
    rng : numpy.random.Generator
    differences : ndarray, shape (n,), -1 to 1
        How much more often the second configuration was right about each photo.
    labels, groups : ndarray, shape (n,), int
    classes : int

    Returns
    -------
    ndarray, shape (draws,), -1 to 1
    """
    counts = metrics.groups_per_class(labels, groups, classes)
    sizes = np.rint(np.bincount(labels, minlength=classes) / counts).astype(int)
    imaginary = np.repeat(np.tile(np.arange(classes), 2), np.tile(sizes, 2))
    sign = np.where(np.arange(len(imaginary)) < sizes.sum(), 0.5, -0.5)
    names = groups.max() + 1 + imaginary + classes * (sign < 0)
    return metrics.bootstrap(
        rng,
        np.concatenate([differences, sign]),
        np.concatenate([labels, imaginary]),
        np.concatenate([groups, names]),
        classes,
    )


def detectable_difference(deviation, pairs):
    """Return the difference that would have been seen in four of five sets of this size.

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
