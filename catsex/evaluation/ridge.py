"""A last layer with a closed form: its predictions of held-out photos, for thousands of labellings at once."""

from typing import NamedTuple

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
    scores = _scores(_fits(features, fold, penalty), features, labellings, classes)
    return np.concatenate([-scores, scores], axis=2) if classes == 2 else scores


def _scores(fits, features, labellings, classes):
    """Score all photos for all labellings by fits that have not seen them: (P, n) -> (P, n, classes), of two only 1.

    Of two classes, the scores of the second are those of the first with the other sign.
    """
    columns = [1] if classes == 2 else range(classes)
    targets = (labellings.T[..., None] == np.array(columns)).astype(np.float32).reshape(len(features), -1)
    scores = np.empty_like(targets)  # (n, P * columns)
    if fits[0].inverse is None:
        for fit in fits:
            known = np.delete(targets, fit.out, axis=0)
            scores[fit.out] = fit.smoother @ (known - known.mean(axis=0))
    else:
        products = [features[fit.out].T @ targets[fit.out] for fit in fits]  # (d, P * columns) each
        every, total = sum(products), targets.sum(axis=0)
        for fit, product in zip(fits, products, strict=True):
            known = total - targets[fit.out].sum(axis=0)  # how many of each class are among the known photos
            weights = fit.inverse @ (every - product - np.outer(fit.mean, known))
            scores[fit.out] = features[fit.out] @ weights - fit.mean @ weights
    return scores.reshape(len(features), -1, len(columns)).transpose(1, 0, 2)


class Fit(NamedTuple):
    """What ridge regression on the photos of all folds but one depends on, whatever their labels are.

    The scores leave out the classes' shares among the known photos: held-out photos are missing there, so they
    would say the opposite of the truth.

    Attributes
    ----------
    out : ndarray, shape (u,), int
        The photos that are held out.
    smoother : ndarray, shape (u, k), float32, or None
        What turns the targets of the k known photos, less their mean, into scores: where there are fewer photos than
        features.
    inverse, mean : ndarray, shape (d, d) and (d,), float32, or None
        Of the known photos' penalised products and of the photos themselves: where there are more.
    """

    out: np.ndarray
    smoother: np.ndarray | None = None
    inverse: np.ndarray | None = None
    mean: np.ndarray | None = None


def _fits(features, fold, penalty):
    """Return a `Fit` for each fold."""
    parts = [np.flatnonzero(fold == one) for one in np.unique(fold)]
    n, d = features.shape
    if n - min(map(len, parts)) <= d:
        return [
            Fit(part, smoother=_smoother(np.delete(features, part, axis=0), features[part], penalty)) for part in parts
        ]
    grams = [features[part].T @ features[part] for part in parts]
    sums = [features[part].sum(axis=0) for part in parts]
    fits = []
    for part, gram, its_sum in zip(parts, grams, sums, strict=True):
        k = n - len(part)
        mean = (sum(sums) - its_sum) / k
        known = sum(grams) - gram - k * np.outer(mean, mean)
        known[np.diag_indices(d)] += penalty * np.trace(known) / k
        fits.append(Fit(part, inverse=np.linalg.inv(known), mean=mean))
    return fits


def _smoother(known, unknown, penalty):
    """Return what turns the targets of known photos into scores of others: (k, d), (u, d) -> (u, k)."""
    mean = known.mean(axis=0)
    known, unknown = known - mean, unknown - mean
    gram = known @ known.T
    gram[np.diag_indices(len(known))] += penalty * np.square(known).sum() / len(known)
    return np.linalg.solve(gram, known @ unknown.T).T
