"""How well candidate shortcuts tell the classes apart: colour, border, sharpness, camera and the like."""

import numpy as np

from catsex.evaluation.metrics import balanced_accuracy
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
from catsex.evaluation.shortcuts.candidates import OVERLAY

PENALTY = 0.03  # of ridge regression, as a share of a photo's mean squared distance from the middle of them
BEST = 8  # spots that are looked at
PERMUTATIONS = 999  # enough for a p that is multiplied by the number of candidates
MOST, FEWEST = 2000, 20  # photos that are looked at, in all and of each class as far as there are so many
PREDICTIONS = 4000  # photos, times classes, times repeats: the more photos, the less folds differ
NUMBERS_AT_ONCE = 4_000_000  # 4 MB


def cross_validate(rng, candidates, sample, *, places=None, folds=5, repeats=None, permutations=PERMUTATIONS):
    """Cross-validate a simple classifier on each candidate shortcut, and compare it with chance.

    The classifier is ridge regression on standardised numbers, or for spots that may have something in common the
    nearest class mean in the few spots that differ most. Its statistic is the out-of-fold balanced accuracy, averaged
    over repeats. Labels are exchanged as those of the verdict are (`find_permutation_scheme`), and all of them are
    answered for by the same matrix products.

    Parameters
    ----------
    rng : numpy.random.Generator
    candidates : dict of str to ndarray, shape (n, d), float32
        As `candidates.find_candidates` returns it.
    sample : Sample
        n photos; its features have no part in it.
    folds : int
    places : ndarray, shape (n,), int, optional
        Where each photo is among the candidates' rows; by default in the same order.
    repeats : int, optional
        By default 10, but fewer for more than 400 photos times classes.
    permutations : int

    Returns
    -------
    list of dict
        `name`, `accuracy` (out of fold, balanced, 0 to 1), `p_value`, and `corrected`: how often chance
        alone makes the best of all candidates as good as this one.
    """
    chosen, classes = _some(rng, sample.labels), sample.classes
    places = chosen if places is None else places[chosen]
    repeats = repeats or max(1, min(10, PREDICTIONS // (len(chosen) * classes)))
    some = sample.subset(chosen)
    scheme = find_permutation_scheme(some)
    labellings = np.concatenate([some.labels[None].astype(np.int16), scheme.photos(rng, permutations)])
    _, group = np.unique(some.groups, return_inverse=True)
    fold = np.stack([(rng.permutation(group.max() + 1) % folds)[group] for _ in range(repeats)])  # (repeats, n)
    found = np.empty((len(candidates), len(labellings)))
    for place, (name, numbers) in enumerate(candidates.items()):
        standard = _standardised(numbers[places])
        prediction = _by_spots if name == OVERLAY else _by_ridge
        found[place] = np.mean([_accuracies(prediction, standard, labellings, one, classes) for one in fold], axis=0)
    p_values, corrected = (np.maximum(values, scheme.smallest_p) for values in _p_values(found))
    return [
        {"name": name, "accuracy": accuracy, "p_value": p_value, "corrected": many}
        for name, accuracy, p_value, many in zip(
            candidates, found[:, 0].tolist(), p_values.tolist(), corrected.tolist(), strict=True
        )
    ]


def _some(rng, labels):
    """Return which photos to look at: all, or a random `MOST` of them with each class' share kept."""
    if len(labels) <= MOST:
        return np.arange(len(labels))
    share = MOST / len(labels)
    members = [rng.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)]
    return np.sort(np.concatenate([one[: max(FEWEST, round(share * len(one)))] for one in members]))


def _p_values(statistics):
    """Return each candidate's p-value, alone and corrected for their number; column 0 holds the real labels.

    The corrected one is the share of labellings, the real one among them, for which the smallest p of all candidates is
    as small: Westfall, P. H. and Young, S. S. (1993), Resampling-based multiple testing, Wiley. It holds whatever the
    candidates have to do with each other, and is never larger than Bonferroni's.
    """
    if not len(statistics):
        return np.zeros((2, 0))
    rounded = statistics.round(9)  # the order of a sum may decide on the last bit
    every = np.stack([(len(row) - np.searchsorted(np.sort(row), row)) / len(row) for row in rounded])  # (candidates, P)
    return every[:, 0], np.mean(every.min(axis=0) <= every[:, :1] + 1e-9, axis=1)


def _standardised(numbers):
    """Bring each column to a mean of 0 and a standard deviation of 1."""
    spread = numbers.std(axis=0)
    return ((numbers - numbers.mean(axis=0)) / np.where(spread > 1e-6, spread, 1)).astype(np.float32)


def _accuracies(prediction, numbers, labellings, fold, classes):
    """Return the out-of-fold balanced accuracy for each of many labellings: (n, d), (P, n), (n,) -> (P,)."""
    at_once = max(1, NUMBERS_AT_ONCE // (classes * max(numbers.shape)))
    result = []
    for start in range(0, len(labellings), at_once):
        rows = labellings[start : start + at_once]
        member = (rows.T[..., None] == np.arange(classes)).astype(np.float32)  # (n, p, classes)
        predictions = np.empty(rows.shape, int)
        for one in np.unique(fold):
            known, out = fold != one, fold == one
            predictions[:, out] = prediction(numbers[known], member[known], numbers[out]).T
        result.append(balanced_accuracy(predictions, rows, classes))
    return np.concatenate(result)


def _by_ridge(known, member, unknown):
    """Predict by ridge regression on the classes: (k, d), (k, p, classes), (u, d) -> (u, p).

    Each class' score has its border halfway between the mean scores of that class and of the others, so that
    classes of different sizes do as well as equal ones.
    """
    k, p, classes = member.shape
    mean = known.mean(axis=0)
    known, unknown = known - mean, unknown - mean
    penalty = PENALTY * np.square(known).sum() / k + 1e-6
    if known.shape[1] > k:
        inverse = known.T @ np.linalg.inv(known @ known.T + penalty * np.eye(k, dtype=np.float32))
    else:
        inverse = np.linalg.solve(known.T @ known + penalty * np.eye(known.shape[1], dtype=np.float32), known.T)
    targets = (member - member.mean(axis=0)).reshape(k, -1)
    weights = inverse @ targets  # (d, p * classes)
    counts = np.maximum(member.sum(axis=0), 1)  # (p, classes)
    middles = np.einsum("kpc,kd->pcd", member, known, optimize=True) / counts[..., None]  # of each class
    weights = weights.reshape(-1, p, classes)
    means = np.einsum("pcd,dps->pcs", middles, weights, optimize=True)  # of score s over class c
    own = np.einsum("pcc->pc", means)
    border = (own + (means.sum(axis=1) - own) / (classes - 1)) / 2
    scores = (unknown @ weights.reshape(len(weights), -1)).reshape(-1, p, classes)
    return (scores - border).argmax(axis=2)


def _by_spots(known, member, unknown):
    """Predict by the nearest class mean in the few columns that differ most between classes: as `_by_ridge`.

    Known photos have a mean of 0 and a sum of squares of nearly 1 in each column, of which `between` is the classes'
    share: the columns with the largest ratio of between to within are those with the largest `between`.
    """
    k, p, classes = member.shape
    mean = known.mean(axis=0)
    scale = 1 / np.sqrt(np.square(known - mean).sum(axis=0) + 1e-3 * k)
    known, unknown = (known - mean) * scale, (unknown - mean) * scale
    counts = np.maximum(member.sum(axis=0), 1)  # (p, classes)
    sums = (member[:, :, :-1].reshape(k, -1).T @ known).reshape(p, classes - 1, -1)  # those of the last add up to 0
    last = -sums.sum(axis=1)  # (p, d)
    between = np.square(last) / counts[:, -1:]
    for one in range(classes - 1):
        between += np.square(sums[:, one]) / counts[:, one, None]
    best = _largest(between, min(BEST, known.shape[1]))  # (p, best)
    inside = 1 - np.take_along_axis(between, best, axis=1)
    sums = np.concatenate([sums, last[:, None]], axis=1)
    means = np.take_along_axis(sums, best[:, None], axis=2) / counts[..., None]  # (p, classes, best)
    apart = unknown[:, best][:, :, None] - means  # (u, p, classes, best)
    return np.einsum("upcb,pb->upc", np.square(apart), 1 / inside).argmin(axis=2)


def _largest(values, number):
    """Return where the largest few values of each row are: (p, d) -> (p, number)."""
    left, rows = values.copy(), np.arange(len(values))
    places = np.empty((len(values), number), int)
    for place in range(number):  # for a few, faster than argpartition
        places[:, place] = left.argmax(axis=1)
        left[rows, places[:, place]] = -1
    return places
