"""Which photos are held out together: stratified folds, and near-duplicates that must never be split."""

import numpy as np

from catsex.errors import DataError


def stratified_folds(rng, labels, unit, folds):
    """Assign photos to folds at random, each class spread as evenly as possible and units never split.

    Parameters
    ----------
    rng : numpy.random.Generator
    labels : ndarray, shape (M, n), int
        M labellings, each of which gets its own folds.
    unit : ndarray, shape (n,), int
        As `units` returns it. A unit counts as its first photo.
    folds : int

    Returns
    -------
    ndarray, shape (M, n), int, 0 to folds - 1
    """
    first, position = np.unique(unit, return_inverse=True)
    sorted_by_class = np.argsort(labels[:, first] + rng.random((len(labels), len(first))), axis=1)
    fold = np.empty_like(sorted_by_class)
    np.put_along_axis(fold, sorted_by_class, np.arange(len(first))[None] % folds, axis=1)  # dealt like cards
    return rng.permuted(np.tile(np.arange(folds), (len(labels), 1)), axis=1)[
        np.arange(len(labels))[:, None], fold[:, position]
    ]


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


def held_out_answers(answers, fold, folds):
    """Pick, for each photo, the answer of the head that was not trained on it: (M * folds, n) -> (M, n)."""
    by_fold = answers.reshape(-1, folds, fold.shape[1])
    return np.take_along_axis(by_fold, fold[:, None], axis=1)[:, 0]


def hold_out(photos, seed=None):
    """Return which photos to hold out: those that their folders say, or else a quarter of each class.

    Photos of one subject, where that is known, are held out together.

    Parameters
    ----------
    photos : PhotoSet
    seed : int, optional
        Draws that quarter at random; by default it is the last photos of each class.

    Returns
    -------
    ndarray, shape (N,), bool

    Raises
    ------
    DataError
        If a class has fewer than two photos, so that none would be left to train on.
    """
    if photos.held_out is not None:
        return photos.held_out
    if seed is None:
        return last_of_each_class(photos.labels, groups=photos.groups)
    return some_of_each_class(photos.labels, seed, groups=photos.groups)


def last_of_each_class(labels, share=0.25, groups=None):
    """Return a mask of the last photos of each class, the ones to hold out.

    Parameters
    ----------
    labels : ndarray, shape (N,), int
    share : float
        Of each class, rounded down but at least one photo: of 20 photos, the last 5.
    groups : ndarray, shape (N,), int, optional
        Photos with the same number are held out together: the last groups, as many as come closest to that share.

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
            raise DataError(f"class {label} has {len(members)} photo; holding some out takes at least 2")
        wanted = max(1, int(len(members) * share))
        for group in dict.fromkeys(groups[members][::-1].tolist()):
            so_far, more = held_out[members].sum(), (groups[members] == group).sum()
            if so_far and so_far + more / 2 > wanted:  # as far above as below without it, or farther
                break
            held_out[groups == group] = True
    for label in np.unique(labels):
        if len(np.unique(held_out[labels == label])) < 2:
            raise DataError(
                f"class {label} cannot be parted without parting its groups of photos; add photos of others"
            )
    return held_out


def some_of_each_class(labels, seed, share=0.25, groups=None):
    """Return a mask of photos drawn at random, the same share of each class, to hold out.

    Parameters
    ----------
    labels : ndarray, shape (N,), int
    seed : int
    share, groups
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
    held_out[order] = last_of_each_class(labels[order], share, None if groups is None else groups[order])
    return held_out
