"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import hashlib
import time

import numpy as np

from catsex.errors import DataError
from catsex.evaluation import cross_validation, metrics, sample_size, shortcuts, verdict
from catsex.evaluation.difference import difference
from catsex.evaluation.exchanges import find_exchanges
from catsex.evaluation.groups import find_duplicates, join
from catsex.evaluation.splits import stratified_folds
from catsex.files import show
from catsex.photos import images


def evaluate(photos, features, *, seed, folds=5, repeats=None, permutations=1000):
    """Evaluate whether a network can learn to tell photos apart.

    Parameters
    ----------
    photos : datasets.PhotoSet
        n photos.
    features : ndarray, shape (n, d), float32
        The frozen network's output for them.
    seed : int
    folds : int
    repeats : int, optional
        By default 10, but fewer for more than 400 photos: the more photos, the less folds differ.
    permutations : int

    Returns
    -------
    dict
        All results, ready for JSON: `verdict`, `sentence`, `remarks`, `accuracy`, `group_accuracy` (of groups, by the
        majority of their photos), `interval`, `p_value`, `chance`, `detectable_accuracy`, `power`,
        `null_mean`, `null_sd`, `null`, `class_names`, `confusion`, `learning_curve`, `still_rising`,
        `needed_per_class` (as `sample_size.groups_needed` returns it), `photos`, `groups`,
        `difference` (as `difference.difference` returns it), `duplicates`, `shortcuts`, `folds`, `repeats`,
        `permutations`, `heads` and `seconds`.

    Raises
    ------
    DataError
        If there are too few photos in a class, or the same photo is in two.
    """
    labels, names, classes = photos.labels, photos.class_names, len(photos.class_names)
    photo_names = photos.names
    digests = [hashlib.sha256(images.read_bytes(path)).digest() for path in photos.paths]
    duplicates = find_duplicates(features, digests)
    # All views of the demo set show the same cat and are labelled at random: they are meant to be alike.
    pairs = [] if photos.name == "demo" else duplicates
    groups, alike = join(len(labels), pairs, photos.groups), join(len(labels), pairs)
    check_classes(photos, digests, groups, folds)
    repeats = repeats or max(1, min(10, 4000 // len(labels)))

    started = time.monotonic()
    rng = np.random.default_rng(seed)
    shape = {"classes": classes, "folds": folds, "repeats": repeats}
    answers, null, p_value = cross_validation.permutation_test(
        rng, features, labels, groups, alike=alike, permutations=permutations, **shape
    )
    accuracy = metrics.balanced_accuracy(answers, np.repeat(labels[None], repeats, axis=0), classes).mean()
    interval = metrics.interval(rng, answers, labels, groups, classes)
    detectable = metrics.detectable_accuracy(null)
    good = metrics.good_accuracy(classes)
    power = metrics.power(detectable, metrics.groups_per_class(labels, groups, classes), good)
    curve, full, half = cross_validation.learning_curve(rng, features, labels, groups, **shape)
    gain = np.quantile(metrics.bootstrap(rng, full - half, labels, groups, classes), [0.025, 0.975])
    needed = sample_size.groups_needed(
        [seed, 2], full, half, labels, groups, classes=classes, null_sd=float(null.std())
    )
    trivial = np.stack([shortcuts.trivial_features(path) for path in photos.paths])
    baselines = shortcuts.cross_validate(rng, trivial, labels, groups, alike=alike, permutations=permutations, **shape)
    # Numbers of its own, so that it changes no other result.
    differ = difference(np.random.default_rng([seed, 1]), features, labels, groups, classes=classes, alike=alike)
    grouping = _grouping(rng, photos, groups, alike, folds)
    judgement = verdict.judge(
        accuracy=float(accuracy),
        interval=interval,
        p_value=p_value,
        permutations=permutations,
        chance=1 / classes,
        detectable=detectable,
        power=power,
        good=good,
        class_names=names,
        null_sd=float(null.std()),
        shortcuts=baselines,
        grouping=grouping,
        difference=differ["p_value"],
        needed=needed,
    )
    return {
        "verdict": judgement.outcome,
        "sentence": judgement.sentence,
        "remarks": judgement.remarks,
        "accuracy": float(accuracy),
        "group_accuracy": metrics.group_accuracy(answers, labels, groups, classes),
        "interval": list(interval),
        "p_value": p_value,
        "chance": 1 / classes,
        "detectable_accuracy": detectable,
        "power": power,
        "null_mean": float(null.mean()),
        "null_sd": float(null.std()),
        "null": [round(float(value), 6) for value in null],
        "class_names": names,
        "confusion": metrics.confusion(answers, labels, classes),
        "learning_curve": curve,
        "still_rising": bool(gain[0] > 0),
        "needed_per_class": needed,
        "photos": _records(photos, answers),
        "groups": grouping,
        "difference": differ,
        "duplicates": [[photo_names[a], photo_names[b], round(cosine, 4)] for a, b, cosine in duplicates],
        "shortcuts": baselines,
        "folds": folds,
        "repeats": repeats,
        "permutations": permutations,
        "heads": folds * repeats * (1 + permutations),
        "seconds": round(time.monotonic() - started, 1),
    }


def _grouping(rng, photos, groups, alike, folds):
    """Return how the photos are grouped, what exchanges its labels, and what so many groups allow to find.

    Returns
    -------
    dict
        `known` (whether the set says which photos show the same subject), `number`, `photos` (of the smallest and the
        largest group), `per_class`, `fold_photos` and `fold_groups` (of the smallest and the largest fold of ten
        times), `exchange`, `smallest_p`, and `needed`: the number of groups that would make p < 0.05 possible.
    """
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    exchanges = find_exchanges(photos.labels, groups, alike)
    fold = stratified_folds(rng, np.tile(photos.labels, (10, 1)), groups, folds)
    in_fold = [np.bincount(row, minlength=folds) for row in fold]
    groups_in_fold = [[len(np.unique(group[row == one])) for one in range(folds)] for row in fold]
    return {
        "known": photos.groups is not None,
        "number": len(sizes),
        "photos": [int(sizes.min()), int(sizes.max())],
        "per_class": metrics.groups_per_class(photos.labels, groups, len(photos.class_names)).tolist(),
        "fold_photos": [int(np.min(in_fold)), int(np.max(in_fold))],
        "fold_groups": [int(np.min(groups_in_fold)), int(np.max(groups_in_fold))],
        "exchange": exchanges.kind,
        "smallest_p": exchanges.smallest_p,
        "needed": exchanges.groups_needed(),
    }


def _records(photos, answers):
    """Return each photo's own record: how often it was put in which class while it was held out."""
    return [
        {
            "name": name,
            "class": photos.class_names[label],
            "right": float(np.mean(answers[:, position] == label)),
            "answers": np.bincount(answers[:, position], minlength=len(photos.class_names)).tolist(),
        }
        for position, (name, label) in enumerate(zip(photos.names, photos.labels, strict=True))
    ]


def check_classes(photos, digests, groups, folds):
    """Raise `DataError` if cross-validation would make no sense on these photos.

    Parameters
    ----------
    photos : datasets.PhotoSet
        n photos.
    digests : sequence of n bytes
        A checksum of each file's content.
    groups : ndarray, shape (n,), int
        As `groups.join` returns it.
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
    sizes = metrics.groups_per_class(labels, groups, len(class_names))
    smallest = int(np.argmin(sizes))
    has = f"class {show(class_names[smallest])} has {sizes[smallest]}"
    if sizes[smallest] < 2:
        what = "photos that are not near-duplicates of others" if photos.groups is None else "groups of photos"
        raise DataError(f"{has} {what}; each class needs at least 2")
    if sizes[smallest] < folds:
        what = "photos (near-duplicates count once)" if photos.groups is None else "groups of photos"
        raise DataError(f"{has} {what}, too few for {folds} folds; use --folds {sizes[smallest]} or less")
