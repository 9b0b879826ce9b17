"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import time
from collections import Counter

import numpy as np

from catsex.errors import DataError
from catsex.evaluation import cross_validation, metrics, shortcuts, verdict
from catsex.evaluation.groups import find_duplicates, units
from catsex.files import show


def evaluate(photos, features, *, seed, folds=5, repeats=None, permutations=1000):
    """Evaluate whether a network can learn to tell photos apart.

    Parameters
    ----------
    photos : PhotoSet
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
        As `evaluate_features` returns it.

    Raises
    ------
    DataError
        If there are too few photos in a class, or the same photo is in two.
    """
    return evaluate_features(
        features,
        photos.labels,
        photos.class_names,
        entries=photos.entries,
        numbers=photos.numbers,
        # The photos of the demo set are cut from the same few and labelled at random: they are meant to be alike.
        separate_duplicates=not photos.is_demo,
        seed=seed,
        folds=folds,
        repeats=repeats,
        permutations=permutations,
    )


def evaluate_features(
    features,
    labels,
    class_names,
    *,
    seed,
    entries=None,
    numbers=None,
    separate_duplicates=True,
    folds=5,
    repeats=None,
    permutations=1000,
):
    """Evaluate whether heads on features of any origin can learn to tell classes apart.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
        Indices into `class_names`.
    class_names : list of str
    seed : int
    entries : list of dict, optional
        What each row is, as `PhotoSet.entries` says it; by default its number and its class.
    numbers : ndarray, shape (n, 9), float32, optional
        `PhotoSet.numbers`, to look for shortcuts in.
    separate_duplicates : bool
        Whether near-duplicates are held out, and their labels shuffled, together.
    folds, repeats, permutations
        As `evaluate` takes them.

    Returns
    -------
    dict
        All results, ready for JSON: `kind` ("evaluation"), `verdict`, `sentence`, `remarks`, `accuracy`, `interval`,
        `p_value`, `chance`, `detectable_accuracy`, `power`, `null_mean`, `null_sd`, `null`, `class_names`, `confusion`,
        `learning_curve`, `still_rising`, `photos`, `duplicates`, `shortcuts`, `folds`, `repeats`, `permutations`,
        `heads` and `seconds`.

    Raises
    ------
    DataError
        As `evaluate` does.
    """
    names, classes = class_names, len(class_names)
    entries = entries or [{"name": f"row {i}", "class": names[label]} for i, label in enumerate(labels)]
    digests = [entry.get("sha256", entry["name"]) for entry in entries]
    duplicates = find_duplicates(features, digests)
    unit = units(len(labels), duplicates if separate_duplicates else [])
    check_classes(entries, digests, labels, names, unit, folds)
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
    baselines = []
    if numbers is not None:
        baselines = shortcuts.cross_validate(rng, numbers, labels, unit, permutations=permutations, **shape)
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
        "kind": "evaluation",
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
        "photos": _judged(entries, labels, answers, classes),
        "duplicates": [[entries[a]["name"], entries[b]["name"], round(cosine, 4)] for a, b, cosine in duplicates],
        "shortcuts": baselines,
        "folds": folds,
        "repeats": repeats,
        "permutations": permutations,
        "heads": folds * repeats * (1 + permutations),
        "seconds": round(time.monotonic() - started, 1),
    }


def _judged(entries, labels, answers, classes):
    """Return what each row is, and how often it was put in which class while it was held out."""
    return [
        entry
        | {
            "right": float(np.mean(answers[:, position] == label)),
            "answers": np.bincount(answers[:, position], minlength=classes).tolist(),
        }
        for position, (entry, label) in enumerate(zip(entries, labels, strict=True))
    ]


def check_classes(entries, digests, labels, class_names, unit, folds):
    """Raise `DataError` if cross-validation would make no sense on these photos.

    Parameters
    ----------
    entries : list of n dicts
        What each photo is, as `PhotoSet.entries` says it.
    digests : sequence of n str
        A checksum of each file's content.
    labels : ndarray, shape (n,), int
    class_names : list of str
    unit : ndarray, shape (n,), int
        As `units` returns it.
    folds : int
    """
    seen = {}
    for entry, label, digest in zip(entries, labels, digests, strict=True):
        other, other_label = seen.setdefault(digest, (entry, label))
        if label != other_label:
            raise DataError(f"{_place(other)} and {_place(entry)} are the same photo in two classes; remove one")
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


def _place(entry):
    """Return where a photo is, or else what it is called."""
    return show(entry.get("path", entry["name"]))
