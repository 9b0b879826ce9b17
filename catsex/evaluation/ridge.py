"""A last layer with a closed form: its answers for photos it has not seen, for thousands of labellings at once."""

import numpy as np

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
    targets = (labellings.T[..., None] == np.arange(classes)).astype(np.float32).reshape(len(features), -1)
    scores = np.empty_like(targets)  # (n, P * classes)
    for one in np.unique(fold):
        out = fold == one
        scores[out] = _predict(features[~out], targets[~out], features[out], penalty)
    return scores.reshape(len(features), -1, classes).transpose(1, 0, 2)


def _predict(known, targets, unknown, penalty):
    """Fit ridge regression on known photos, and score others: (k, d), (k, t), (u, d) -> (u, t).

    The scores leave out the classes' shares among the known photos: whoever is held out is missing there, so they
    would say the opposite of the truth.
    """
    k, d = known.shape
    mean = known.mean(axis=0)
    known, unknown, targets = known - mean, unknown - mean, targets - targets.mean(axis=0)
    penalty = penalty * np.square(known).sum() / k
    if k <= d:
        gram = known @ known.T
        gram[np.diag_indices(k)] += penalty
        return np.linalg.solve(gram, known @ unknown.T).T @ targets
    gram = known.T @ known
    gram[np.diag_indices(d)] += penalty
    return unknown @ np.linalg.solve(gram, known.T @ targets)


def area_under_curve(scores, labellings):
    """Return the share of pairs of photos of two classes in which the one of class 1 has the higher score.

    Hanley, J. A. and McNeil, B. J. (1982), The meaning and use of the area under a receiver operating characteristic
    (ROC) curve, Radiology 143, 29-36.

    Parameters
    ----------
    scores : ndarray, shape (P, n), float
    labellings : ndarray, shape (P, n), int, 0 or 1

    Returns
    -------
    ndarray, shape (P,), 0 to 1; chance is 0.5
    """
    rank = np.argsort(np.argsort(scores, axis=1), axis=1) + 1
    ones = (labellings == 1).sum(axis=1)
    zeros = labellings.shape[1] - ones
    return ((rank * (labellings == 1)).sum(axis=1) - ones * (ones + 1) / 2) / (ones * zeros)
