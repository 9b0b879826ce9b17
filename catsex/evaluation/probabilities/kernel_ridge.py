"""Scores of photos that were left out, by those they resemble: kernel ridge regression, in closed form."""

import numpy as np

from catsex.evaluation.splits import stratified_folds
from catsex.products import unit_rows

# Chosen on photos with planted wrong labels, as docs/method.md says; other values nearby do about as well.
SHARPNESS = 3.0  # how much more a photo counts, the more it resembles the one that is left out
PENALTY = 0.1
MOST = 1000  # photos that are learned from at once: the work grows with their number cubed


def left_out_scores(rng, sample):
    """Leave out each photo, together with its group, and score it by all others.

    Photos are compared by the cosine of their features, less the mean of all. Those that look alike count more, so that
    classes of several unlike kinds can be learned. Nothing is fitted anew for a photo: Rasmussen, C. E. and Williams,
    C. K. I. (2006), Gaussian processes for machine learning, section 5.4.2. The classes' shares among the others are
    left out: they are smaller where photos of a class are missing, and would say the opposite of the truth. Many photos
    are dealt to parts, each of which learns for itself: Zhang, Y., Duchi, J. and Wainwright, M. (2015), Divide and
    conquer kernel ridge regression, Journal of Machine Learning Research 16, 3299-3340.

    Parameters
    ----------
    rng : numpy.random.Generator
        It deals more than `MOST` photos to parts.
    sample : Sample
        n photos.

    Returns
    -------
    ndarray, shape (n, classes), float64
        The larger, the more a photo seems to be of that class.
    """
    n, targets = len(sample), np.eye(sample.classes)[sample.labels]
    parts, scores = -(-n // MOST), np.empty_like(targets)
    part = stratified_folds(rng, sample.labels[None], np.arange(n), parts)[0] if parts > 1 else np.zeros(n, int)
    for one in range(parts):
        here = np.flatnonzero(part == one)
        scores[here] = _scores(sample.features[here], targets[here], sample.groups[here])
    return scores


def _scores(features, targets, groups):
    """Score each photo by those of other groups: (m, d), (m, classes), (m,) -> (m, classes)."""
    x = unit_rows(features - features.mean(axis=0, dtype=float))
    kernel = np.exp(SHARPNESS * (x @ x.T - 1))
    kernel[np.diag_indices(len(kernel))] += PENALTY
    inverse = np.linalg.inv(kernel)
    known = np.hstack([targets, np.ones((len(x), 1))])  # the last, to take the others' mean off
    weights, total, scores = inverse @ known, targets.sum(axis=0), np.empty_like(targets)
    _, group = np.unique(groups, return_inverse=True)
    for out in np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1]):
        without = known[out] - np.linalg.solve(inverse[np.ix_(out, out)], weights[out])
        others = (total - targets[out].sum(axis=0)) / max(1, len(x) - len(out))
        scores[out] = without[:, :-1] - without[:, -1:] * others
    return scores
