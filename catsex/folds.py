"""Which photos are held out together: stratified folds, and near-duplicates that must never be split."""

from collections import Counter

import numpy as np

from catsex.errors import DataError
from catsex.images import show

# Two different photos of the reference sets come no closer than a cosine of 0.81 (780 pairs of the tutorial's
# cats; 0.78 among 79,800 pairs of cats and dogs). The same photo recompressed, mirrored, made brighter by a fifth
# or cropped by a twentieth on each side stays above 0.90, at half its size in 95 of 100 cases.
NEAR_DUPLICATE = 0.90


def find_duplicates(features, digests, threshold=NEAR_DUPLICATE):
    """Find photos that are the same, or nearly.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    digests : sequence of n bytes
        A checksum of each file's content.
    threshold : float, -1 to 1
        Photos whose features have a larger cosine are near-duplicates.

    Returns
    -------
    list of (int, int, float)
        Pairs of photos with the cosine of their features, the closest first.
    """
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    pairs = []
    for start in range(0, len(unit), 1000):  # a slice at a time: memory does not grow with n * n
        cosines = unit[start : start + 1000] @ unit.T
        for row, column in zip(*np.nonzero(cosines > threshold), strict=True):
            if start + row < column:
                same = digests[start + row] == digests[column]
                pairs.append((int(start + row), int(column), 1.0 if same else min(1.0, float(cosines[row, column]))))
    return sorted(pairs, key=lambda pair: (-pair[2], pair))


def units(n, pairs):
    """Return which photos belong together because a chain of near-duplicates joins them.

    Returns
    -------
    ndarray, shape (n,), int
        The first photo of each photo's unit; most photos are units of their own.
    """
    unit = np.arange(n)
    for first, second, _ in pairs:
        low, high = sorted((unit[first], unit[second]))
        unit[unit == high] = low
    return unit


def check_classes(photos, digests, unit, folds):
    """Raise `DataError` if cross-validation would make no sense on these photos.

    Parameters
    ----------
    photos : datasets.PhotoSet
        n photos.
    digests : sequence of n bytes
        A checksum of each file's content.
    unit : ndarray, shape (n,), int
        As `units` returns it.
    folds : int
    """
    labels, class_names = photos.labels, photos.class_names
    seen = {}
    for path, label, digest in zip(photos.paths, labels, digests, strict=True):
        other, other_label = seen.setdefault(digest, (path, label))
        if label != other_label:
            raise DataError(f"{show(other)} and {show(path)} are the same photo in two classes; remove one")
    if len(labels) < 4:
        raise DataError(f"{len(labels)} photos are too few to evaluate; at least 4 are needed")
    distinct = np.unique(unit)
    sizes = Counter(labels[distinct].tolist())
    smallest = min(range(len(class_names)), key=lambda label: sizes[label])
    if sizes[smallest] < 2:
        raise DataError(
            f"class {show(class_names[smallest])} has {sizes[smallest]} photos that are not near-duplicates of others; "
            "each class needs at least 2"
        )
    if sizes[smallest] < folds:
        raise DataError(
            f"class {show(class_names[smallest])} has {sizes[smallest]} photos (near-duplicates count once), too few "
            f"for {folds} folds; use --folds {sizes[smallest]} or less"
        )


def permuted_labels(rng, labels, unit, permutations):
    """Draw label permutations: photos exchange labels, near-duplicates only as a whole and with units of their size.

    Returns
    -------
    ndarray, shape (permutations, n), int
    """
    result = np.repeat(labels[None], permutations, axis=0)
    members = [np.flatnonzero(unit == first) for first in np.unique(unit)]
    for size in {len(photos) for photos in members}:
        place = np.array([photos for photos in members if len(photos) == size])  # (units of that size, size)
        order = rng.permuted(np.tile(np.arange(len(place)), (permutations, 1)), axis=1)
        result[:, place] = labels[place][order]
    return result


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
