"""Golden evaluations: whole ones, and tests of differences, of the draws that the page makes."""

import numpy as np

from catsex.evaluation import cross_validation, methods, metrics, verdict
from catsex.evaluation.difference import difference
from catsex.evaluation.grouping.join import describe_groups, join
from catsex.evaluation.permutation_scheme import find_permutation_scheme
from catsex.evaluation.shortcuts import scoring
from catsex.network.heads import LEARNING_RATE
from golden.small_generator import SmallGenerator

ROWS_AT_ONCE, STREAMS = 8, 2**20  # those of web/src/evaluation/permutation_test.js
CURVE, _HEAD, DIFFERENCE, GROUPING, SHORTCUTS = range(2**31, 2**31 + 5)  # of protocol.js
SHUFFLES = 499  # for differences between classes, where an evaluation makes 4,999: this generator is slow
# What the page knows of a photo without looking at its content, among Python's candidates: by name, columns of nine
# numbers.
HINTS = {
    "mean colour": slice(0, 3),
    "brightness and contrast": slice(3, 5),
    "size and shape of the file": slice(5, 9),
    "all of these together": slice(0, 9),
}


def photo_set(classes, n=30, d=98, strength=0.5):
    """Return features, shape (n, d), and nine numbers of each of n photos that have something of their class."""
    rng = np.random.default_rng(classes)
    labels = np.sort(np.arange(n) % classes)
    features = np.abs(rng.normal(size=(n, d))).astype(np.float32)
    # A share of the numbers is larger in each class.
    features[labels[:, None] == np.arange(d) % classes] += np.float32(strength)
    trivial = rng.normal(size=(n, 9)).astype(np.float32)
    trivial[:, 3] += 0.8 * strength * labels
    return features, trivial, labels


# Classes, photos, each photo's group where somebody has said it, how much there is to learn, permutations and repeats.
SETS = {
    "two": (2, 30, None, 0.5, 59, 2),
    "three": (3, 30, None, 0.5, 59, 2),
    "of many sizes": (2, 48, np.repeat(np.arange(15), [3, 2, 5, 2, 3, 4, 3, 2, 3, 2, 5, 2, 4, 3, 5]), 0.5, 59, 2),
    "within": (2, 32, np.arange(32) % 16, 0.5, 59, 2),
    "nothing to learn": (2, 20, None, 0.0, 299, 1),
}


def results(name, seed=11, folds=5):
    """Return a whole evaluation, in Python's format, of the draws that the page makes."""
    classes, n, subjects, strength, permutations, repeats = SETS[name]
    features, trivial, labels = photo_set(classes, n, strength=strength)
    duplicates = [(0, 1, 0.95), (n - 1, n - 2, 0.93)]
    groups, alike = join(n, duplicates, subjects), join(n, duplicates)
    rows = np.repeat(labels[None], repeats, axis=0)
    shape = {"classes": classes, "folds": folds, "repeats": repeats}
    everything = {"labels": labels, "groups": groups, "alike": alike, "permutations": permutations} | shape
    predictions, null, p_value = _permutation_test(seed, 0, features, **everything)
    detectable, good = metrics.detectable_accuracy(null), metrics.good_accuracy(classes)
    curve, full, half = cross_validation.learning_curve(SmallGenerator(seed, CURVE), features, labels, groups, **shape)
    (gain,), (variance,) = metrics.mean_and_variance((full - half)[None], labels, groups, classes)
    interval = metrics.interval(predictions, labels, groups, classes)
    per_class = metrics.groups_per_class(labels, groups, classes)
    differ = _difference(SmallGenerator(seed, DIFFERENCE), features, labels, groups, alike, classes)
    grouping = describe_groups(SmallGenerator(seed, GROUPING), labels, groups, alike, classes, folds)
    candidates = {candidate: trivial[:, columns] for candidate, columns in HINTS.items()}
    found = scoring.cross_validate(
        SmallGenerator(seed, SHORTCUTS), candidates, labels, groups, classes=classes, alike=alike, folds=folds
    )
    confusion = metrics.confusion(predictions, labels, classes)
    numbers = {
        "accuracy": float(metrics.balanced_accuracy(predictions, rows, classes).mean()),
        "interval": list(interval),
        "p_value": p_value,
        "permutations": len(null),
        "chance": 1 / classes,
        "power": metrics.power(detectable, per_class, good),
        "class_names": ["cat", "dog", "horse"][:classes],
        "null_sd": float(null.std()),
        "shortcuts": found,
        "detectable_accuracy": detectable,
        "confusion": confusion,
        "groups": grouping | {"known": subjects is not None},
        "difference": differ,
    }
    words = verdict.judge(numbers, np.bincount(labels, minlength=classes))
    expected = numbers | {
        "verdict": words.outcome,
        "sentence": words.sentence,
        "remarks": words.remarks,
        "group_accuracy": metrics.group_accuracy(predictions, labels, groups, classes),
        "permutations_asked": permutations,
        "null_mean": float(null.mean()),
        "null": [round(float(value), 6) for value in null],
        "learning_curve": curve,
        "still_rising": bool(gain > 1.96 * np.sqrt(variance)),
    }
    given = {"features": features, "trivial": trivial, "labels": labels, "groups": groups, "alike": alike}
    given |= {"known": subjects is not None, "seed": seed, "duplicates": duplicates} | shape
    given |= {"permutations": permutations}
    return {"given": given, "predictions": predictions, "expected": expected, "paper": _paper(given, expected)}


def _paper(given, expected):
    """Return what to write in a paper."""
    photos = [{"class": expected["class_names"][label]} for label in given["labels"]]
    results = expected | {name: given[name] for name in ("duplicates", "folds", "repeats")} | {"photos": photos}
    paragraph, references = methods.describe(
        results,
        seed=given["seed"],
        asked=given["permutations"],
        learning_rate=LEARNING_RATE,
        features=given["features"].shape[1],
        network="MobileNetV2",
        software="this",
    )
    return {"methods": paragraph, "references": references}


def _difference(rng, features, labels, groups, alike, classes):
    """Return a test of whether the classes differ, of fewer shuffles."""
    return difference(rng, features, labels, groups, classes=classes, alike=alike, permutations=SHUFFLES)


def differences():
    """Return tests of sets whose classes differ a little."""
    cases = []
    for name, (classes, n, subjects, *_) in SETS.items():
        rng = np.random.default_rng(n)
        features, labels = rng.normal(size=(n, 20)).astype(np.float32), np.sort(np.arange(n) % classes)
        features += 0.4 * labels[:, None].astype(np.float32)
        groups, alike = join(n, [(0, 1, 0.95)], subjects), join(n, [(0, 1, 0.95)])
        found = _difference(SmallGenerator(5, n), features, labels, groups, alike, classes)
        given = {"features": features, "labels": labels, "groups": groups, "alike": alike, "classes": classes}
        cases.append({"name": name, "stream": n, "given": given | {"shuffles": SHUFFLES}, "expected": found})
    return cases


def _permutation_test(
    seed,
    test,
    features,
    *,
    labels,
    groups,
    alike,
    permutations,
    repeats,
    classes,
    folds,
):
    """Do what `cross_validation.permutation_test` does, in the page's blocks, each with random numbers of its own."""
    scheme = find_permutation_scheme(labels, groups, alike)
    shuffled = scheme.photos(SmallGenerator(seed, test * STREAMS), permutations)
    rows = np.repeat(np.concatenate([labels[None], shuffled]), repeats, axis=0)
    predictions = np.concatenate(
        [
            cross_validation.out_of_fold(
                SmallGenerator(seed, test * STREAMS + 1 + start // ROWS_AT_ONCE),
                features,
                rows[start : start + ROWS_AT_ONCE],
                groups,
                classes=classes,
                folds=folds,
            )
            for start in range(0, len(rows), ROWS_AT_ONCE)
        ]
    )
    statistics = metrics.balanced_accuracy(predictions, rows, classes).reshape(-1, repeats).mean(axis=1)
    enough = np.flatnonzero(cross_validation.as_good(statistics))[cross_validation.ENOUGH :]
    statistics = statistics[: enough[0] + 1] if len(enough) else statistics
    return predictions[:repeats], statistics[1:], cross_validation._p_value(statistics, scheme)
