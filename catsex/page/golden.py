"""Golden files: what Python computes, for the page's modules to be held to. `web/test` and `tests/page` read them."""

import json

import numpy as np

from catsex.evaluation import cross_validation, metrics, shortcuts, verdict
from catsex.evaluation.cross_validation import permuted_labels
from catsex.evaluation.groups import units
from catsex.evaluation.splits import stratified_folds
from catsex.network.heads import initial_kernels, shuffled_batches, train_logits
from catsex.page.small_generator import SmallGenerator
from catsex.photos.preprocessing import preprocess
from catsex.prediction.strange import Familiar

ROWS_AT_ONCE, STREAMS = 8, 2**20  # those of web/src/evaluation/permutation_test.js
SIZES = ((300, 400), (53, 37), (224, 224), (1, 1), (1000, 3), (2, 700))  # height, width


def write(folder):
    """Write the golden files, except the features of photos, which depend on the weights: `write_photos`.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"generator": _generator(), "splits": _splits(), "sentences": _sentences(), "strange": _strange()}
    files |= {f"heads{classes}": _heads(classes) for classes in (2, 3)}
    files |= {f"results{classes}": _results(classes) for classes in (2, 3)}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, default=_as_list) + "\n", encoding="utf-8")
    for number, (height, width) in enumerate(SIZES):
        pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), dtype=np.uint8)
        rgba = np.concatenate([pixels, np.full((height, width, 1), 255, np.uint8)], axis=2)
        (folder / f"resize-{width}x{height}.rgba").write_bytes(rgba.tobytes())
        (folder / f"resize-{width}x{height}.f32").write_bytes(preprocess(pixels).astype("<f4").tobytes())


def _as_list(value):
    """Turn what JSON does not know into what it does."""
    return value.tolist()


def _generator():
    """Return draws of the small generator."""
    cases = [(1, 0), (2**32 - 1, 2**32 - 1), (12345, 678)]
    return [
        {
            "seed": seed,
            "stream": stream,
            "random": SmallGenerator(seed, stream).random(20),
            "permutation": SmallGenerator(seed, stream).permutation(17),
        }
        for seed, stream in cases
    ]


def _splits():
    """Return folds and permutations of photos, some of which belong together."""
    labels = np.array([0] * 9 + [1] * 8 + [2] * 6)
    unit = units(len(labels), [(0, 1, 1.0), (1, 2, 1.0), (9, 10, 1.0), (15, 16, 1.0), (3, 20, 1.0), (17, 18, 1.0)])
    permuted = permuted_labels(SmallGenerator(3, 1), labels, unit, 7)
    folds = stratified_folds(SmallGenerator(3, 2), permuted, unit, 5)
    return {"labels": labels, "unit": unit, "permuted": permuted, "folds": folds}


def _strange():
    """Return which of some photos look like none of others."""
    rng = np.random.default_rng(2)
    known, new = (np.abs(rng.normal(size=(n, 1280))).astype(np.float32).round(4) for n in (12, 9))
    new[:5] += 2 * known[:5]
    new[5:, ::2] = 0
    familiar = Familiar(known)
    found = {"threshold": familiar.threshold, "nearest": familiar.nearest(new), "strange": familiar.strange(new)}
    return {"known": known, "new": new} | found


def _photo_set(classes, n=30, d=98):
    """Return features, shape (n, d), and nine numbers of each of n photos that have something of their class."""
    rng = np.random.default_rng(classes)
    labels = np.sort(np.arange(n) % classes)
    features = np.abs(rng.normal(size=(n, d))).astype(np.float32)
    features[labels[:, None] == np.arange(d) % classes] += 0.5  # a share of the numbers is larger in each class
    trivial = rng.normal(size=(n, 9)).astype(np.float32)
    return features, trivial, labels


def _heads(classes):
    """Return the logits of a few heads, each trained on other photos with other labels."""
    features, _, labels = _photo_set(classes)
    n, d = features.shape
    random = np.random.default_rng(7)
    every = np.stack([labels, *(random.permutation(labels) for _ in range(5))])
    masks = random.random((6, n)) < 0.8
    rng = SmallGenerator(5, classes)
    batches = shuffled_batches(rng, n, 0.8)
    logits = train_logits(features, every, masks, initial_kernels(rng, d, 6, classes), batches)
    return {"features": features, "labels": every, "masks": masks.astype(int), "classes": classes, "logits": logits}


def _results(classes, seed=11, folds=5, repeats=3, permutations=99):
    """Return a whole evaluation, in Python's format, of the draws that the page makes."""
    features, trivial, labels = _photo_set(classes)
    unit = units(len(labels), [(0, 1, 0.95), (len(labels) - 1, len(labels) - 2, 0.93)])
    shape = {"classes": classes, "folds": folds, "repeats": repeats}
    answers, null, p_value = _permutation_test(seed, 0, features, labels, unit, permutations, **shape)
    accuracy = float(metrics.balanced_accuracy(answers, np.repeat(labels[None], repeats, axis=0), classes).mean())
    interval = metrics.interval(SmallGenerator(seed, 2**31 + 1), answers, labels, classes)
    detectable, good = metrics.detectable_accuracy(null), metrics.good_accuracy(classes)
    power = metrics.power(detectable, labels, classes, good)
    curve, gain = cross_validation.learning_curve(SmallGenerator(seed, 2**31), features, labels, unit, **shape)
    names = ["cat", "dog", "horse"][:classes]
    baselines = []
    standard = (trivial - trivial.mean(axis=0)) / trivial.std(axis=0)
    sets = shortcuts.SETS | {"all of these together": slice(0, 9)}
    for number, (name, columns) in enumerate(sets.items(), 1):
        columns_of_set = np.ascontiguousarray(standard[:, columns])
        rate = shortcuts.LEARNING_RATE
        found, _, p = _permutation_test(
            seed, number, columns_of_set, labels, unit, permutations, learning_rate=rate, **shape
        )
        score = metrics.balanced_accuracy(found, np.repeat(labels[None], repeats, axis=0), classes).mean()
        baselines.append({"features": name, "accuracy": float(score), "p_value": p})
    numbers = {"accuracy": accuracy, "interval": list(interval), "p_value": p_value, "permutations": permutations}
    numbers |= {"chance": 1 / classes, "power": power, "class_names": names, "null_sd": float(null.std())}
    judgement = verdict.judge(**numbers, detectable=detectable, good=good, shortcuts=baselines)
    expected = numbers | {
        "verdict": judgement.outcome,
        "sentence": judgement.sentence,
        "remarks": judgement.remarks,
        "detectable_accuracy": detectable,
        "null_mean": float(null.mean()),
        "null": [round(float(value), 6) for value in null],
        "confusion": metrics.confusion(answers, labels, classes),
        "learning_curve": curve,
        "still_rising": bool(gain[0] > 0),
        "shortcuts": baselines,
    }
    given = {"features": features, "trivial": trivial, "labels": labels, "unit": unit, "seed": seed}
    return {"given": given | {"folds": folds, "repeats": repeats}, "answers": answers, "expected": expected}


def _permutation_test(seed, test, features, labels, unit, permutations, *, repeats, classes, folds, **options):
    """Do what `cross_validation.permutation_test` does, in the page's blocks, each with random numbers of its own."""
    shuffled = permuted_labels(SmallGenerator(seed, test * STREAMS), labels, unit, permutations)
    rows = np.repeat(np.concatenate([labels[None], shuffled]), repeats, axis=0)
    answers = np.concatenate(
        [
            cross_validation.out_of_fold(
                SmallGenerator(seed, test * STREAMS + 1 + start // ROWS_AT_ONCE),
                features,
                rows[start : start + ROWS_AT_ONCE],
                unit,
                classes=classes,
                folds=folds,
                **options,
            )
            for start in range(0, len(rows), ROWS_AT_ONCE)
        ]
    )
    statistics = metrics.balanced_accuracy(answers, rows, classes).reshape(-1, repeats).mean(axis=1)
    exceeding = np.sum(statistics[1:] >= statistics[0] - 1e-9)
    return answers[:repeats], statistics[1:], float((1 + exceeding) / (1 + permutations))


def _sentences():
    """Return verdicts of all kinds, with the numbers that led to them."""
    numbers = {
        "accuracy": 0.54,
        "interval": (0.43, 0.66),
        "p_value": 0.31,
        "permutations": 1000,
        "chance": 0.5,
        "detectable": 0.615,
        "power": 0.95,
        "good": 0.75,
        "class_names": ["female", "male"],
        "null_sd": 0.066,
    }
    shortcut = [{"features": name, "accuracy": 0.6, "p_value": 0.001} for name in shortcuts.SETS]
    shortcut.append({"features": "all of these together", "accuracy": 0.7, "p_value": 0.0009})
    changes = [
        {},
        {"p_value": 1 / 1001, "interval": (0.6, 0.8)},
        {"p_value": 1e-6, "interval": (0.6, 0.8), "permutations": 999_999},
        {"p_value": 0.03},
        {"p_value": 0.05, "power": 0.79},
        {"p_value": 0.0105},
        {"p_value": 0.125, "accuracy": 0.625, "interval": (0.465, 0.745)},
        {"p_value": 1.0, "accuracy": 0.5},
        {"p_value": 0.045, "shortcuts": shortcut},
        {"p_value": 0.2, "shortcuts": shortcut[:1]},
        {"class_names": ["a", "b", "c"], "chance": 1 / 3},
        {"class_names": [str(number) for number in range(60)], "chance": 1 / 60},
    ]
    cases = []
    for change in changes:
        given = numbers | {"shortcuts": []} | change
        judgement = verdict.judge(**given)
        given["detectable_accuracy"] = given.pop("detectable")
        cases.append({"given": given, "sentence": judgement.sentence, "remarks": judgement.remarks})
        cases[-1]["outcome"] = judgement.outcome
    return cases
