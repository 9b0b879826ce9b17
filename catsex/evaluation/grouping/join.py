"""Photos that belong together, because they show the same subject or nearly the same: never split, and counted once."""

import numpy as np

from catsex.constants import FOLDS
from catsex.errors import DataError
from catsex.evaluation import metrics
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
from catsex.evaluation.splits import stratified_folds
from catsex.files import show
from catsex.network.on_disk.rows import ROW

TIMES = 10  # that folds are drawn to say how large they are
LABELS_AT_ONCE = 1_000_000  # of these, 100 MB with what it takes to draw their folds


def join(n, pairs, groups=None):
    """Return which photos belong together: those of one group, and those that a chain of near-duplicates joins.

    Parameters
    ----------
    n : int
        Number of photos.
    pairs : list of (int, int, float)
        As `near_duplicates.find_duplicates` returns them.
    groups : ndarray, shape (n,), int, optional
        Photos with the same number show the same subject. Where near-duplicates join two groups, they become one:
        of groups within groups, the coarsest counts.

    Returns
    -------
    ndarray, shape (n,), int
        The first photo of each photo's group; most photos are groups of their own.
    """
    rows, columns = np.array([pair[:2] for pair in pairs], int).reshape(-1, 2).T
    if groups is None and not len(rows):
        return np.arange(n, dtype=ROW)
    from scipy.sparse import coo_array  # a fifth of a second, for those that need it
    from scipy.sparse.csgraph import connected_components

    if groups is not None:
        _, first, group = np.unique(groups, return_index=True, return_inverse=True)
        rows, columns = np.concatenate([rows, first[group]]), np.concatenate([columns, np.arange(n)])
    _, part = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n)), directed=False)
    return np.unique(part, return_index=True)[1].astype(ROW)[part]


def describe_groups(rng, sample, folds):
    """Return how the photos are grouped, how labels are permuted, and which p-values so many groups allow.

    Returns
    -------
    dict
        `number`, `photos` (of the smallest and the largest group), `per_class`, `fold_photos` and `fold_groups` (of the
        smallest and the largest fold of ten times), `permutation_scheme`, `smallest_p`, and `needed`: the number of
        groups that would make p < 0.05 possible.
    """
    labels, groups = sample.labels, sample.groups
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    scheme = find_permutation_scheme(sample)
    in_fold, groups_in_fold = [], []
    pieces = min(TIMES, -(-TIMES * len(labels) // LABELS_AT_ONCE))
    for drawn in np.array_split(np.arange(TIMES), pieces):
        for fold in stratified_folds(rng, np.tile(labels, (len(drawn), 1)), groups, folds):
            in_fold.append(np.bincount(fold, minlength=folds))
            groups_in_fold.append([len(np.unique(group[fold == one])) for one in range(folds)])
    return {
        "number": len(sizes),
        "photos": [int(sizes.min()), int(sizes.max())],
        "per_class": metrics.groups_per_class(sample).tolist(),
        "fold_photos": [int(np.min(in_fold)), int(np.max(in_fold))],
        "fold_groups": [int(np.min(groups_in_fold)), int(np.max(groups_in_fold))],
        "permutation_scheme": scheme.kind,
        "smallest_p": scheme.smallest_p,
        "needed": scheme.groups_needed(),
    }


def folds_for(sample, folds=None, known=False, alike=None):
    """Return in how many folds to cross-validate: `FOLDS`, or as many as the smallest class has groups, if fewer.

    Parameters
    ----------
    sample : Sample
        n photos, in groups as `join` returns them.
    folds : int, optional
        As many are asked for.
    known : bool
        Whether the set says which photos show the same subject.
    alike : dict, optional
        The names of the photos that are taken for the same, as `alike.Alike.name` returns them; they are named.

    Returns
    -------
    int, 2 or more

    Raises
    ------
    DataError
        If there are too few photos, or groups of photos, in a class for any, or for as many as are asked for.
    """
    if len(sample) < 4:
        raise DataError(f"{len(sample)} photos are too few to evaluate; at least 4 are needed")
    sizes = metrics.groups_per_class(sample)
    smallest = int(np.argmin(sizes))
    has = f"class {show(sample.class_names[smallest])} has {sizes[smallest]}"
    pairs = [pair for found in (alike or {}).values() for pair in found]
    taken_as_one = (
        f"; {len(pairs)} pairs are taken for the same, such as {pairs[0][0]} and {pairs[0][1]}: if they are not, "
        "--near-duplicates off"
        if pairs
        else ""
    )
    if sizes[smallest] < 2:
        what = "groups of photos" if known else "photos that are not near-duplicates of others"
        raise DataError(f"{has} {what}; each class needs at least 2{taken_as_one}")
    if folds is not None and sizes[smallest] < folds:
        what = "groups of photos" if known else "photos (near-duplicates count once)"
        most = f"use --folds {sizes[smallest]} or less"
        raise DataError(f"{has} {what}, too few for {folds} folds; {most}{taken_as_one}")
    return folds or min(FOLDS, int(sizes[smallest]))
