"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import hashlib
import time
from collections import Counter

import numpy as np

from catsex.errors import DataError
from catsex.evaluation import cross_validation, metrics, shortcuts, verdict
from catsex.evaluation.groups import find_duplicates, units
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
        All results, ready for JSON: `verdict`, `sentence`, `remarks`, `accuracy`, `interval`, `p_value`, `chance`,
        `detectable_accuracy`, `power`, `null_mean`, `null_sd`, `null`, `class_names`, `confusion`,
        `learning_curve`, `still_rising`, `photos`, `duplicates`, `shortcuts`, `folds`, `repeats`, `permutations`,
        `heads` and `seconds`.

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
    unit = units(len(labels), [] if photos.name == "demo" else duplicates)
    check_classes(photos, digests, unit, folds)
    repeats = repeats or max(1, min(10, 4000 // len(labels)))

    started = time.monotonic()
    rng = np.random.default_rng(seed)
    shape = {"classes": classes, "folds": folds, "repeats": repeats}
    answers, null, p_value = cross_validation.permutation_test(
        rng, features, labels, unit, permutations=permutations, **shape
    )
    accuracy = metrics.balanced_accuracy(answers, np.repeat(labels[None], repeats, axis=0), classes).mean()
    interval = metrics.interval(rng, answers, labels, classes)
    detectable = metrics.detectable_accuracy(null)
    good = metrics.good_accuracy(classes)
    power = metrics.power(detectable, labels, classes, good)
    curve, gain = cross_validation.learning_curve(rng, features, labels, unit, **shape)
    trivial = np.stack([shortcuts.trivial_features(path) for path in photos.paths])
    baselines = shortcuts.cross_validate(rng, trivial, labels, unit, permutations=permutations, **shape)
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
    )
    return {
        "verdict": judgement.outcome,
        "sentence": judgement.sentence,
        "remarks": judgement.remarks,
        "accuracy": float(accuracy),
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
        "photos": _records(photos, answers),
        "duplicates": [[photo_names[a], photo_names[b], round(cosine, 4)] for a, b, cosine in duplicates],
        "shortcuts": baselines,
        "folds": folds,
        "repeats": repeats,
        "permutations": permutations,
        "heads": folds * repeats * (1 + permutations),
        "seconds": round(time.monotonic() - started, 1),
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
