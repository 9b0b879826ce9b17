"""A last layer with a closed form: its answers for photos it has not seen, for thousands of labellings at once."""

import numpy as np

from catsex.evaluation.metrics import balanced_accuracy

PENALTY = 0.01  # light
NUMBERS_AT_ONCE = 20_000_000  # 80 MB


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


def balanced_accuracies(rng, features, labellings, groups, *, classes, folds=5):
    """Return the out-of-fold balanced accuracy of ridge regression for many labellings, with one set of folds for all.

    The folds do not depend on the labels, so that every labelling is treated alike.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labellings : ndarray, shape (P, n), int, 0 to classes - 1
    groups : ndarray, shape (n,), int
        Photos with the same number are held out together.
    classes, folds : int

    Returns
    -------
    ndarray, shape (P,), 0 to 1; chance is 1 / classes
    """
    _, group = np.unique(groups, return_inverse=True)
    fold = (rng.permutation(group.max() + 1) % folds)[group]
    rows_at_once = max(1, NUMBERS_AT_ONCE // (len(features) * classes))
    result = []
    for start in range(0, len(labellings), rows_at_once):
        rows = labellings[start : start + rows_at_once]
        answers = out_of_fold_scores(features, rows, fold, classes).argmax(axis=2)
        result.append(balanced_accuracy(answers, rows, classes))
    return np.concatenate(result)
