"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import hashlib
import time

import numpy as np

from catsex import evaluation, images, learning_curve, shortcuts, verdict
from catsex.folds import check_classes, find_duplicates, units

WORTH_A_LOOK = 10  # photos listed at most


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
    answers, null, p_value = evaluation.permutation_test(
        rng, features, labels, unit, permutations=permutations, **shape
    )
    accuracy = evaluation.balanced_accuracy(answers, np.repeat(labels[None], repeats, axis=0), classes).mean()
    interval = evaluation.interval(rng, answers, labels, classes)
    detectable = evaluation.detectable_accuracy(null)
    good = evaluation.good_accuracy(classes)
    power = evaluation.power(detectable, labels, classes, good)
    curve, gain = learning_curve.learning_curve(rng, features, labels, unit, **shape)
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
        "confusion": evaluation.confusion(answers, labels, classes),
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


def text(results):
    """Return the results as a person reads them: the sentence first, then the numbers behind it.

    Parameters
    ----------
    results : dict
        As `evaluate` returns them.

    Returns
    -------
    str
    """
    lines = [results["sentence"], *results["remarks"], ""]
    lines += _table(results) + _confusion_lines(results) + _curve_lines(results) + _shortcut_lines(results)
    return "\n".join(lines + _photo_lines(results))


def _table(results):
    """Return the main numbers, a line each."""
    low, high = results["interval"]
    rows = [
        ("held-out photos right", f"{results['accuracy']:.1%}  (95 % interval {low:.1%} to {high:.1%})"),
        ("by chance", f"{results['chance']:.1%}"),
        ("p-value", f"{results['p_value']:.3g}  ({results['permutations']} permutations of the labels)"),
        (
            "with nothing to learn",
            f"{results['null_mean']:.1%} on average, standard deviation {results['null_sd']:.1%}",
        ),
        ("told from luck", f"an accuracy above {results['detectable_accuracy']:.1%}"),
        ("cross-validation", f"{results['folds']} folds, {results['repeats']} times"),
    ]
    return [f"{name:<24}{value}" for name, value in rows]


def _confusion_lines(results):
    """Return how often each class was taken for which."""
    names = results["class_names"]
    if len(names) > 12:
        return []
    width = max(9, *(len(name) + 2 for name in names))
    lines = ["", "true class".ljust(width + 4) + "".join(f"{name:>{width}}" for name in names)]
    for name, row in zip(names, results["confusion"], strict=True):
        lines.append(f"{name:<{width + 4}}" + "".join(f"{share:>{width}.0%}" for share in row))
    return lines


def _curve_lines(results):
    """Return the learning curve as bars."""
    lines = ["", "photos per class to train on, and held-out photos right (± standard deviation over repeats)"]
    for point in results["learning_curve"]:
        bar = "#" * round(40 * point["accuracy"])
        lines.append(
            f"{point['photos_per_class']:>6}  {point['accuracy']:>5.0%} ± {100 * point['spread']:>2.0f}  {bar}"
        )
    rising = "still rising: more photos should help" if results["still_rising"] else "not clearly rising any more"
    return [*lines, f"From half of the photos to all of them, it is {rising}."]


def _shortcut_lines(results):
    """Return what trivial features get."""
    lines = ["", "without looking at the content of the photos"]
    for baseline in results["shortcuts"]:
        lines.append(f"  {baseline['features']:<28}{baseline['accuracy']:.0%} right, p = {baseline['p_value']:.2g}")
    return lines


def _photo_lines(results):
    """Return the photos that a person should look at: those mostly wrong, and near-duplicates."""
    wrong = sorted((photo for photo in results["photos"] if photo["right"] < 0.5), key=lambda photo: photo["right"])
    lines = []
    if wrong:
        lines = ["", f"worth a look, mislabelled or unclear? {len(wrong)} photos are wrong in most repeats"]
        for photo in wrong[:WORTH_A_LOOK]:
            answer = results["class_names"][int(np.argmax(photo["answers"]))]
            lines.append(f"  {photo['name']}  is {photo['class']}, right in {photo['right']:.0%}, mostly {answer}")
        if len(wrong) > WORTH_A_LOOK:
            lines.append(f"  and {len(wrong) - WORTH_A_LOOK} more")
    if results["duplicates"]:
        lines += [
            "",
            f"near-duplicates: {len(results['duplicates'])} pairs, never split between training and held-out photos",
        ]
        lines += [f"  {a} and {b}, cosine {cosine:.3f}" for a, b, cosine in results["duplicates"][:WORTH_A_LOOK]]
    return lines
