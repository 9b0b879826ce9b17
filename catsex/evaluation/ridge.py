"""A last layer with a closed form: its predictions of held-out photos, for thousands of labellings at once."""

import numpy as np

from catsex.evaluation.streaming.sums import Sums, together

PENALTY = 0.01  # light


def out_of_fold_scores(features, labellings, fold, classes, penalty=PENALTY):
    """Cross-validate ridge regression on the classes, for many labellings with the same folds.

    In each fold a matrix that depends on the features alone turns the labels of the other photos into the scores of
    those held out. So all labellings together are a few matrix products: Hastie, T., Tibshirani, R. and Friedman, J.
    (2009), The elements of statistical learning, section 3.4.1; in the dual where there are fewer photos than features.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    labellings : ndarray, shape (P, n), int, 0 to classes - 1
    fold : ndarray, shape (n,), int
        Photos with the same number are held out together.
    classes : int
    penalty : float, > 0
        As a share of a photo's mean squared distance from the middle of them.

    Returns
    -------
    ndarray, shape (P, n, classes), float32
        The larger, the more a photo seems to be of that class.
    """
    columns = np.array([1] if classes == 2 else range(classes))
    targets = (labellings.T[..., None] == columns).astype(np.float32).reshape(len(features), -1)  # (n, P * columns)
    parts = [np.flatnonzero(fold == one) for one in np.unique(fold)]
    most = len(features) - min(map(len, parts))  # photos that are learned from
    scored = _by_smoothers if most <= features.shape[1] else _by_sums
    scores = scored(features, targets, parts, penalty).reshape(len(features), -1, len(columns)).transpose(1, 0, 2)
    return np.concatenate([-scores, scores], axis=2) if classes == 2 else scores


def _by_smoothers(features, targets, parts, penalty):
    """Score held-out photos by matrices that turn the targets of all others, less their mean, into scores.

    The scores leave out the classes' shares among the known photos: held-out photos are missing there, so they
    would say the opposite of the truth.
    """
    scores = np.empty_like(targets)
    for part in parts:
        known = np.delete(targets, part, axis=0)
        smoother = _smoother(np.delete(features, part, axis=0), features[part], penalty)
        scores[part] = smoother @ (known - known.mean(axis=0))
    return scores


def _by_sums(features, targets, parts, penalty):
    """Score the same where there are more photos than features, so that sums over photos are enough."""
    middle = features.mean(axis=0)  # of numbers near 0, sums of products are more exact
    sums, scores = [Sums(features.shape[1], targets.shape[1]) for _ in parts], np.empty_like(targets)
    for one, part in zip(sums, parts, strict=True):
        one.add(features[part] - middle, targets[part])
    for number, part in enumerate(parts):
        linear = together(sums[:number] + sums[number + 1 :]).linear(penalty)
        scores[part] = linear.scores(features[part] - middle)
    return scores


def _smoother(known, unknown, penalty):
    """Return what turns the targets of known photos into scores of others: (k, d), (u, d) -> (u, k)."""
    mean = known.mean(axis=0)
    known, unknown = known - mean, unknown - mean
    gram = known @ known.T
    gram[np.diag_indices(len(known))] += penalty * np.square(known).sum() / len(known)
    return np.linalg.solve(gram, known @ unknown.T).T
