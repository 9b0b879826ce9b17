"""Golden evaluations: whole ones, of the draws that the page makes."""

from dataclasses import replace

import numpy as np

from catsex.evaluation import cross_validation, methods, metrics, verdict
from catsex.evaluation.grouping.alike import Alike
from catsex.evaluation.grouping.join import describe_groups
from catsex.evaluation.permuting.permutation_test import permutation_test
from catsex.evaluation.photo_rows import PhotoRows
from catsex.evaluation.probabilities import wrong_labels
from catsex.evaluation.probabilities.calibration import find_scale
from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits
from catsex.evaluation.sample import Sample
from catsex.evaluation.shortcuts import scoring
from catsex.network.heads import LEARNING_RATE
from golden.small_generator import SmallGenerator

CURVE, _HEAD, HELD_OUT, GROUPING, SHORTCUTS, WRONG_LABELS, CALIBRATION = range(2**31, 2**31 + 7)  # of protocol.js
# What the page knows of a photo without looking at its content, among Python's candidates: by name, columns of 35
# numbers.
HINTS = {
    "mean colour": slice(0, 3),
    "brightness and contrast": slice(3, 5),
    "size and shape of the file": slice(5, 9),
    "sharpness and noise": slice(9, 27),
    "a small spot of one colour, anywhere in the picture": slice(27, 35),
    "all of these together": slice(0, 35),
}


def photo_set(classes, n=30, d=98, strength=0.5):
    """Return features, shape (n, d), and 35 numbers of each of n photos that have something of their class."""
    rng = np.random.default_rng(classes)
    labels = np.sort(np.arange(n) % classes)
    features = np.abs(rng.normal(size=(n, d))).astype(np.float32)
    # A share of the numbers is larger in each class.
    features[labels[:, None] == np.arange(d) % classes] += np.float32(strength)
    trivial = rng.normal(size=(n, 35)).astype(np.float32)
    trivial[:, 3] += 0.8 * strength * labels
    return features, trivial, labels


# Classes, photos, each photo's group where somebody has said it, how much there is to learn, permutations and repeats.
SETS = {
    "two": (2, 30, None, 0.5, 59, 2),
    "three": (3, 30, None, 2.2, 59, 2),
    "of many sizes": (2, 48, np.repeat(np.arange(15), [3, 2, 5, 2, 3, 4, 3, 2, 3, 2, 5, 2, 4, 3, 5]), 0.5, 59, 2),
    "within": (2, 32, np.arange(32) % 16, 0.5, 59, 2),
    "joined": (2, 32, np.arange(32) // 2, 1.2, 59, 2),
    "wrong labels": (3, 36, None, 2.2, 59, 2),
    "nothing to learn": (2, 20, None, 0.0, 299, 1),
}


def results(name, seed=11, folds=5):
    """Return a whole evaluation, in Python's format, of the draws that the page makes."""
    classes, n, subjects, strength, permutations, repeats = SETS[name]
    features, trivial, labels = photo_set(classes, n, strength=strength)
    if name == "wrong labels":
        labels[5::9] = (labels[5::9] + 1) % classes
    duplicates = [(0, 1, 0.95), (n - 1, n - 2, 0.93)]
    if name == "joined":  # subjects of different classes, by a pair that shows the same
        duplicates = [(0, n - 1, 0.95), (1, 2, 0.94)]
    found_alike = Alike(duplicates=duplicates)
    groups, alike = found_alike.together(n, subjects), found_alike.units(labels, subjects)
    rows = np.repeat(labels[None], repeats, axis=0)
    shape = {"folds": folds, "repeats": repeats}
    sample = Sample(features, labels, groups, alike)
    predictions = cross_validation.out_of_fold(SmallGenerator(seed, HELD_OUT), sample, rows, folds=folds)
    test = permutation_test(sample, seed=seed, permutations=permutations)
    detectable, good = metrics.detectable_accuracy(test.accuracies), metrics.good_accuracy(classes)
    curve, full, half = cross_validation.learning_curve(SmallGenerator(seed, CURVE), sample, **shape)
    (gain,), (variance,) = metrics.mean_and_variance((full - half)[None], sample)
    interval = metrics.interval(predictions, sample)
    per_class = metrics.groups_per_class(sample)
    grouping = describe_groups(SmallGenerator(seed, GROUPING), sample, folds)
    candidates = {candidate: trivial[:, columns] for candidate, columns in HINTS.items()}
    found = scoring.cross_validate(SmallGenerator(seed, SHORTCUTS), candidates, sample, folds=folds)
    confusion = metrics.confusion(predictions, sample)
    numbers = {
        "accuracy": float(metrics.balanced_accuracy(predictions, rows, classes).mean()),
        "interval": list(interval),
        "p_value": test.p_value,
        "observed": test.observed,
        "as_good": test.as_good,
        "permutations": len(test.null),
        "chance": 1 / classes,
        "power": metrics.power(detectable, per_class, good),
        "class_names": ["cat", "dog", "horse"][:classes],
        "null_sd": float(test.accuracies.std()),
        "shortcuts": found,
        "detectable_accuracy": detectable,
        "confusion": confusion,
        "groups": grouping | {"known": subjects is not None},
    }
    words = verdict.judge(numbers, np.bincount(labels, minlength=classes))
    expected = numbers | {
        "verdict": words.outcome,
        "sentence": words.sentence,
        "remarks": words.remarks,
        "group_accuracy": metrics.group_accuracy(predictions, sample),
        "null_mean": float(test.accuracies.mean()),
        "null": test.null,
        "learning_curve": curve,
        "still_rising": bool(gain > 1.96 * np.sqrt(variance)),
    }
    wrong = wrong_labels.find(SmallGenerator(seed, WRONG_LABELS), sample)
    rows = PhotoRows([{}] * n, predictions, wrong, replace(sample, class_names=numbers["class_names"]))
    said = [{key: row[key] for key in ("prediction", "label_probability", "suggested")} for row in rows]
    logits = out_of_fold_logits(SmallGenerator(seed, CALIBRATION), sample, **shape)
    right = float(np.mean(logits.argmax(axis=2) == labels))
    scale = find_scale(logits, right, len(np.unique(groups)))
    expected |= {
        "photos": said,
        "wrong_labels": wrong.counted,
        "calibration": {"right_of_100": round(100 * right), "scale": scale},
    }
    given = {"features": features, "trivial": trivial, "labels": labels, "groups": groups, "alike": alike}
    given |= {"known": subjects is not None, "subjects": subjects, "seed": seed, "duplicates": duplicates} | shape
    given["classes"] = classes
    given |= {"permutations": permutations}
    return {"given": given, "predictions": predictions, "expected": expected, "paper": _paper(given, expected)}


def _paper(given, expected):
    """Return what to write in a paper."""
    photos = [{"class": expected["class_names"][label]} for label in given["labels"]]
    results = expected | {name: given[name] for name in ("duplicates", "folds", "repeats")} | {"photos": photos}
    paragraph, references = methods.describe(
        results,
        seed=given["seed"],
        learning_rate=LEARNING_RATE,
        features=given["features"].shape[1],
        network="MobileNetV2",
        software="this",
    )
    return {"methods": paragraph, "references": references}
