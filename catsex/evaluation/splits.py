"""Which photos are held out together: stratified folds that never split a group."""

import numpy as np

from catsex.errors import DataError
from catsex.files import show


def stratified_folds(rng, labels, groups, folds):
    """Assign photos to folds at random, each class spread as evenly as possible and groups never split.

    Groups of one size and one class each are dealt like cards, class by class. Otherwise the largest group
    comes first, and each goes to the fold that has least of its classes so far, as in scikit-learn's
    ``StratifiedGroupKFold``; among equals to the smallest, and among those to a random one.

    Parameters
    ----------
    rng : numpy.random.Generator
    labels : ndarray, shape (M, n), int
        M labellings, each of which gets its own folds.
    groups : ndarray, shape (n,), int
        Photos with the same number belong together.
    folds : int

    Returns
    -------
    ndarray, shape (M, n), int, 0 to folds - 1
    """
    _, first, group, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    if np.ptp(sizes) == 0 and (sizes[0] == 1 or (labels == labels[:, first][:, group]).all()):
        fold = _dealt(rng, labels[:, first], folds)
    else:
        fold = _balanced(rng, _counts(labels, group), folds)
    return fold[:, group]


def _dealt(rng, labels, folds):
    """Deal each class in turn to the folds: (M, g) -> (M, g)."""
    sorted_by_class = np.argsort(labels + rng.random(labels.shape), axis=1)
    fold = np.empty_like(sorted_by_class)
    np.put_along_axis(fold, sorted_by_class, np.arange(labels.shape[1])[None] % folds, axis=1)
    names = rng.permuted(np.tile(np.arange(folds), (len(labels), 1)), axis=1)
    return np.take_along_axis(names, fold, axis=1)


def _counts(labels, group):
    """Count the photos of each class in each group: (M, n) -> (M, g, classes), float32."""
    counts = np.zeros((len(labels), group.max() + 1, labels.max() + 1), np.float32)
    np.add.at(counts, (np.arange(len(labels))[:, None], group, labels), 1)
    return counts


def _balanced(rng, counts, folds):
    """Give each group to the fold that has least of its classes: (M, g, classes) -> (M, g)."""
    rows, groups, classes = counts.shape
    every = np.arange(rows)
    weights = 1 / np.maximum(counts.sum(axis=1), 1) ** 2  # a photo of a rare class weighs more: (M, classes)
    order = np.argsort(-counts.sum(axis=2) + rng.random((rows, groups)), axis=1)  # whole sizes: ties only are random
    so_far = np.zeros((rows, folds, classes), np.float32)
    fold = np.empty((rows, groups), np.int64)
    ties = rng.random((groups, rows, folds), np.float32)
    for step in range(groups):
        added = counts[every, order[:, step]]  # (M, classes)
        crowded = np.einsum("mfc,mc->mf", so_far, added * weights)
        size = so_far.sum(axis=2) / groups
        choice = np.argmin(crowded * 1e6 + size + 1e-3 * ties[step], axis=1)
        so_far[every, choice] += added
        fold[every, order[:, step]] = choice
    return fold


def training_masks(fold, folds):
    """Return which photos the head of each fold is trained on: all but those of that fold.

    Parameters
    ----------
    fold : ndarray, shape (M, n), int
        As `stratified_folds` returns it.
    folds : int

    Returns
    -------
    ndarray, shape (M * folds, n), bool
    """
    return (fold[:, None] != np.arange(folds)[:, None]).reshape(-1, fold.shape[1])  # (M, 1, n) != (folds, 1)


def held_out_predictions(predictions, fold, folds):
    """Pick, for each photo, the prediction of the head that was not trained on it: (M * folds, n) -> (M, n)."""
    by_fold = predictions.reshape(-1, folds, fold.shape[1])
    return np.take_along_axis(by_fold, fold[:, None], axis=1)[:, 0]


def last_of_each_class(labels, share=0.25, groups=None, class_names=None):
    """Return a mask of the last photos of each class, the ones to hold out.

    Parameters
    ----------
    labels : ndarray, shape (N,), int
    share : float
        Of each class, rounded down but at least one photo: of 20 photos, the last 5.
    groups : ndarray, shape (N,), int, optional
        Photos with the same number are held out together: the last groups, as many as come closest to that share.
    class_names : list of str, optional
        What an error calls the classes; by default their numbers.

    Returns
    -------
    ndarray, shape (N,), bool

    Raises
    ------
    DataError
        If a class has fewer than two photos, or photos of one group only, so that none would be left to train on.
    """
    groups = np.arange(len(labels)) if groups is None else groups
    held_out = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            name = _name(label, class_names)
            raise DataError(f"class {name} has {len(members)} photo; at least 2 are needed to hold some out")
        wanted = max(1, int(len(members) * share))
        for group in dict.fromkeys(groups[members][::-1].tolist()):
            so_far, more = held_out[members].sum(), (groups[members] == group).sum()
            if so_far and so_far + more / 2 > wanted:  # as far above as below without it, or farther
                break
            held_out[groups == group] = True
    for label in np.unique(labels):
        if len(np.unique(held_out[labels == label])) < 2:
            name = _name(label, class_names)
            raise DataError(f"class {name} cannot be split without splitting a group; add photos of other subjects")
    return held_out


def _name(label, class_names):
    """Return a class' name if it is known, else its number."""
    return show(class_names[label]) if class_names else label


def some_of_each_class(labels, seed, share=0.25, groups=None, class_names=None):
    """Return a mask of photos drawn at random, the same share of each class, to hold out.

    Parameters
    ----------
    labels : ndarray, shape (N,), int
    seed : int
    share, groups, class_names
        As `last_of_each_class` takes them.

    Returns
    -------
    ndarray, shape (N,), bool

    Raises
    ------
    DataError
        As `last_of_each_class` does.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    held_out = np.zeros(len(labels), bool)
    groups = None if groups is None else groups[order]
    held_out[order] = last_of_each_class(labels[order], share, groups, class_names)
    return held_out
