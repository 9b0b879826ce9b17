"""Do the classes differ at all in what the network sees? A test that trains nothing."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from catsex.evaluation.permutation_scheme import WITHIN, find_permutation_scheme

MOST = 2000  # photos that are compared with each other: a matrix of 16 MB


def difference(rng, features, labels, groups, *, classes, alike=None, permutations=4999):
    """Test whether the classes' features are drawn from different distributions.

    The statistic is the energy distance between classes: how much farther apart two photos of different classes are
    than two of the same, ``2 E|X - Y| - E|X - X'| - E|Y - Y'|``, summed over pairs of classes, weighted by
    ``ab / 2n`` for classes of a and b among n. It has no upper bound; if the classes do not differ, its mean is 0.
    Each group counts once, by the mean of its photos' distances, and is not compared with itself. Its null
    distribution comes from the labellings that `PermutationScheme` draws: ``p = (1 + #{T(permuted) >= T}) / (1 +
    permutations)``.

    Székely, G. J. and Rizzo, M. L. (2013), Energy statistics: a class of statistics based on distances, Journal of
    Statistical Planning and Inference 143, 1249-1272; for more than two classes Rizzo, M. L. and Székely, G. J.
    (2010), DISCO analysis, The Annals of Applied Statistics 4, 1034-1055. Pairs of classes: Holm, S. (1979), A simple
    sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6, 65-70.

    Parameters
    ----------
    rng : numpy.random.Generator
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int, 0 to classes - 1
    groups : ndarray, shape (n,), int
        Photos with the same number belong together.
    classes : int
    alike : ndarray, shape (n,), int, optional
        As `find_permutation_scheme` takes it.
    permutations : int

    Returns
    -------
    dict
        `p_value`, `photos` (how many were compared), and for more than two classes `pairs`: a list of
        [class, class, Holm's p-value].
    """
    chosen = _some(rng, labels, MOST)
    features, labels, groups = features[chosen], labels[chosen], groups[chosen]
    scheme = find_permutation_scheme(labels, groups, None if alike is None else alike[chosen])
    if scheme.kind == WITHIN:  # what distinguishes the groups is not in question
        features = features - _means(features, groups)
    distances = unit_distances(features, scheme.unit)
    result = {"p_value": _p_value(rng, distances, scheme, classes, permutations), "photos": len(labels)}
    if classes > 2:
        result["pairs"] = _pairs(rng, distances, scheme, classes, permutations)
    return result


def _some(rng, labels, most):
    """Return which photos to compare: all, or a random `most` of them with each class' share kept."""
    if len(labels) <= most:
        return np.arange(len(labels))
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    return np.sort(order[np.linspace(0, len(labels) - 1, most).astype(int)])


def _means(features, groups):
    """Return for each photo the mean of its group's features: ndarray, shape (n, d)."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    sums = np.zeros((len(sizes), features.shape[1]), features.dtype)
    np.add.at(sums, group, features)
    return (sums / sizes[:, None].astype(features.dtype))[group]


def unit_distances(features, unit):
    """Return the mean distance between the photos of any two exchangeable units.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    unit : ndarray, shape (n,), int, 0 to T - 1

    Returns
    -------
    ndarray, shape (T, T), float32
        0 on the diagonal.
    """
    order = np.argsort(unit, kind="stable")
    starts = np.flatnonzero(np.diff(unit[order], prepend=-1))
    centred = (features - features.mean(axis=0))[order]
    squares = np.einsum("nd,nd->n", centred, centred)
    distances = np.maximum(squares[:, None] + squares - 2 * centred @ centred.T, 0)
    np.sqrt(distances, out=distances)
    sizes = np.diff(np.append(starts, len(unit)))
    sums = np.add.reduceat(np.add.reduceat(distances, starts, axis=0), starts, axis=1)
    means = sums / (sizes[:, None] * sizes)
    np.fill_diagonal(means, 0)
    return means


def energy(distances, labellings, classes):
    """Return the energy distance between classes, summed over their pairs, for each of many labellings.

    Parameters
    ----------
    distances : ndarray, shape (T, T), float32
        0 on the diagonal.
    labellings : ndarray, shape (P, T), int
        Each class at least once in each.
    classes : int

    Returns
    -------
    ndarray, shape (P,), float32
    """
    units = labellings.shape[1]
    result = np.empty(len(labellings))
    total = distances.sum(dtype=np.float64)
    for rows in np.array_split(np.arange(len(labellings)), 1 + labellings.size // 2_000_000):
        inside = 0
        for label in range(classes):
            member = (labellings[rows] == label).astype(np.float32)  # (p, T)
            pairs = np.maximum(member.sum(axis=1) - 1, 1)
            inside = inside + np.einsum("pt,pt->p", member @ distances, member) / pairs
        # The sum over pairs of classes of ab / 2n (2 D_ab - D_aa - D_bb), where D_aa is the mean over a (a - 1) pairs.
        result[rows] = (total - (units - 1) * inside) / (2 * units)
    return result


def _p_value(rng, distances, scheme, classes, permutations):
    """Return the share of labellings whose classes differ as much, the real one among them."""
    labellings = np.concatenate([scheme.labels[None].astype(np.int16), scheme.draw(rng, permutations)])
    statistics = energy(distances, labellings, classes)
    # The order of a sum may change the last digits of statistics that are equal.
    exceeding = np.sum(statistics[1:] >= statistics[0] - 1e-6 * np.abs(statistics).max())
    return float((1 + exceeding) / (1 + permutations))


def _pairs(rng, distances, scheme, classes, permutations):
    """Return [class, class, p] for each pair of classes, each p by its own permutations, corrected by Holm's method."""
    found = []
    for first, second in combinations(range(classes), 2):
        units = np.flatnonzero(np.isin(scheme.labels, [first, second]))
        labels = (scheme.labels[units] == second).astype(int)
        pair = replace(scheme, unit=np.arange(len(units)), labels=labels, block=scheme.block[units])
        p_value = _p_value(rng, distances[np.ix_(units, units)], pair, 2, permutations)
        found.append((p_value, first, second))
    worst, result = 0.0, []
    for rank, (p_value, first, second) in enumerate(sorted(found)):
        worst = max(worst, min(1.0, p_value * (len(found) - rank)))
        result.append([first, second, worst])
    return result
