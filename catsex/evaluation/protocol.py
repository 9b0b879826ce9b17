"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import time

import numpy as np

from catsex.evaluation import cross_validation, metrics, sample_size, shortcuts, verdict
from catsex.evaluation.copies import check_one_class_each
from catsex.evaluation.difference import difference
from catsex.evaluation.groups import check_classes, describe_groups, join
from catsex.evaluation.near_duplicates import NEAR_DUPLICATE, find_duplicates
from catsex.network.heads import LEARNING_RATE


def evaluate(photos, features, *, seed, folds=5, repeats=None, permutations=1000, near_duplicate=NEAR_DUPLICATE):
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
    near_duplicate : float
        As `find_duplicates` takes it: the default suits MobileNetV2, `SAME_FILE` any network.

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
        groups=photos.groups,
        # The photos of the demo set are cut from the same few and labelled at random: they are meant to be alike.
        separate_duplicates=not photos.is_demo,
        near_duplicate=near_duplicate,
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
    groups=None,
    entries=None,
    numbers=None,
    separate_duplicates=True,
    near_duplicate=NEAR_DUPLICATE,
    learning_rate=LEARNING_RATE,
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
    groups : ndarray, shape (n,), int, optional
        Rows with the same number belong together, such as several photos of one subject: they are held out, and
        exchange their labels, together.
    entries : list of dict, optional
        What each row is, as `PhotoSet.entries` says it; by default its number and its class.
    numbers : ndarray, shape (n, 9), float32, optional
        `PhotoSet.numbers`, to look for shortcuts in.
    separate_duplicates : bool
        Whether near-duplicates are looked for, held out together, and their labels shuffled together.
    near_duplicate : float
        As `find_duplicates` takes it.
    learning_rate : float
        Of the heads: the tutorial's suits MobileNetV2's 1280 features.
    folds, repeats, permutations
        As `evaluate` takes them.

    Returns
    -------
    dict
        All results, ready for JSON: `kind` ("evaluation"), `verdict`, `sentence`, `remarks`, `accuracy`,
        `group_accuracy` (of groups, by the majority of their photos), `interval`, `p_value`, `chance`,
        `detectable_accuracy`, `power`, `null_mean`, `null_sd`, `null`, `class_names`, `confusion`, `learning_curve`,
        `still_rising`, `needed_per_class` (as `sample_size.groups_needed` returns it), `photos`, `groups`,
        `difference` (as `difference.difference` returns it), `duplicates`, `shortcuts`, `folds`, `repeats`,
        `permutations`, `heads` and `seconds`.

    Raises
    ------
    DataError
        As `evaluate` does.
    """
    names, classes = class_names, len(class_names)
    entries = entries or [{"name": f"row {i}", "class": names[label]} for i, label in enumerate(labels)]
    digests = [entry.get("sha256", entry["name"]) for entry in entries]
    check_one_class_each([entry.get("path", entry["name"]) for entry in entries], labels, digests)
    duplicates = find_duplicates(features, digests, near_duplicate) if separate_duplicates else []
    together = join(len(labels), duplicates, groups)
    alike = join(len(labels), duplicates)
    check_classes(labels, names, together, folds, known=groups is not None)
    repeats = repeats or max(1, min(10, 4000 // len(labels)))

    started = time.monotonic()
    rng = np.random.default_rng(seed)
    shape = {"classes": classes, "folds": folds, "repeats": repeats}
    answers, null, p_value = cross_validation.permutation_test(
        rng, features, labels, together, alike=alike, permutations=permutations, learning_rate=learning_rate, **shape
    )
    accuracy = metrics.balanced_accuracy(answers, np.repeat(labels[None], repeats, axis=0), classes).mean()
    interval = metrics.interval(rng, answers, labels, together, classes)
    detectable = metrics.detectable_accuracy(null)
    good = metrics.good_accuracy(classes)
    power = metrics.power(detectable, metrics.groups_per_class(labels, together, classes), good)
    curve, full, half = cross_validation.learning_curve(
        rng, features, labels, together, learning_rate=learning_rate, **shape
    )
    gain = np.quantile(metrics.bootstrap(rng, full - half, labels, together, classes), [0.025, 0.975])
    needed = sample_size.groups_needed(
        [seed, 2], full, half, labels, together, classes=classes, null_sd=float(null.std())
    )
    baselines = []
    if numbers is not None:
        baselines = shortcuts.cross_validate(
            rng, numbers, labels, together, alike=alike, permutations=permutations, **shape
        )
    # Numbers of its own, so that it changes no other result.
    differ = difference(np.random.default_rng([seed, 1]), features, labels, together, classes=classes, alike=alike)
    grouping = describe_groups(rng, labels, together, alike, classes, folds) | {"known": groups is not None}
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
    )
    return {
        "kind": "evaluation",
        "verdict": judgement.outcome,
        "sentence": judgement.sentence,
        "remarks": judgement.remarks + cross_validation.remarks(len(labels)),
        "accuracy": float(accuracy),
        "group_accuracy": metrics.group_accuracy(answers, labels, together, classes),
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
        "photos": _judged(entries, labels, answers, classes),
        "groups": grouping,
        "difference": differ,
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
