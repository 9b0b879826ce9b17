"""How many photos would be enough to tell from luck what there seems to be?"""

from statistics import NormalDist

import numpy as np

from catsex.evaluation.metrics import bootstrap

POWER, LEVEL = 0.8, 0.05
FURTHEST = 32  # times as many groups as there are: beyond, nothing is foretold


def groups_needed(seed, full, half, labels, groups, *, classes, null_sd):
    """Foretell how many groups of each class would make p < 0.05 in four sets of five, if it goes on like this.

    Goes on like this: with each doubling of the groups the accuracy rises by as much as it rose from half of them to
    all, and luck's standard deviation falls with the root of their number. The range comes from drawing groups
    with replacement. Figueroa, R. L., Zeng-Treitler, Q., Kandula, S. and Ngo, L. H. (2012), Predicting sample size
    required for classification performance, BMC Medical Informatics and Decision Making 12, 8, fit such curves.

    Parameters
    ----------
    seed : int
    full, half : ndarray, shape (n,), float, 0 to 1
        How often each photo was right while held out, by heads trained on all groups of the other folds or on half.
    labels, groups : ndarray, shape (n,), int
    classes : int
    null_sd : float
        Standard deviation of the accuracy with nothing to learn.

    Returns
    -------
    list of (int or None)
        Groups of the smallest class: of the middle draw, and of those at a tenth and at nine tenths; None where
        that would take more than `FURTHEST` times as many.
    """
    now = min(len(np.unique(groups[labels == label])) for label in range(classes))
    # The same groups for both, as often as they are drawn.
    accuracy, before = (bootstrap(np.random.default_rng(seed), s, labels, groups, classes) for s in (full, half))
    return foretell(accuracy, before, now, classes=classes, null_sd=null_sd)


def foretell(accuracy, before, now, *, classes, null_sd):
    """Do the same of draws of the accuracy from all groups and from half of them, shape (B,), and of their number."""
    chance = 1 / classes
    times = 2 ** np.arange(0, np.log2(FURTHEST) + 0.01, 0.125)
    normal = NormalDist()
    later = np.clip(accuracy[:, None] + np.maximum(accuracy - before, 0)[:, None] * np.log2(times), 0, 1)  # (B, times)
    luck = null_sd / np.sqrt(times)
    own = luck * np.sqrt(later * (1 - later) / (chance * (1 - chance)))
    enough = later - normal.inv_cdf(POWER) * own > chance + normal.inv_cdf(1 - LEVEL) * luck
    factor = np.where(enough.any(axis=1), times[enough.argmax(axis=1)], np.inf)
    quantiles = np.quantile(factor, [0.5, 0.1, 0.9], method="higher")
    return [int(np.ceil(now * one)) if np.isfinite(one) else None for one in quantiles]
