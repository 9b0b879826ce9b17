"""Golden files: what Python computes, for the page's modules to be held to. `web/test` and `tests/page` read them."""

import json

import numpy as np

from catsex.evaluation import cross_validation, metrics, sample_size, shortcuts, verdict
from catsex.evaluation.difference import difference
from catsex.evaluation.exchanges import AMONG, BOTH, WITHIN, find_exchanges
from catsex.evaluation.groups import describe_groups, join
from catsex.evaluation.hints import TOGETHER
from catsex.evaluation.near_duplicates import find_duplicates
from catsex.evaluation.splits import stratified_folds
from catsex.network.heads import initial_kernels, shuffled_batches, train_logits
from catsex.page.small_generator import SmallGenerator
from catsex.photos.preprocessing import preprocess
from catsex.prediction.strange import Familiar

ROWS_AT_ONCE, STREAMS = 8, 2**20  # those of web/src/evaluation/permutation_test.js
CURVE, INTERVAL, _HEAD, GAIN, NEEDED, DIFFERENCE, GROUPING, SHORTCUTS = range(2**31, 2**31 + 8)  # of protocol.js
SHUFFLES = 499  # for differences between classes, where an evaluation makes 4,999: this generator is slow
# What the page knows of a photo without looking at its content, among Python's hints: by name, columns of nine numbers.
HINTS = {
    "mean colour": slice(0, 3),
    "brightness and contrast": slice(3, 5),
    "size and shape of the file": slice(5, 9),
    "all of these together": slice(0, 9),
}
SIZES = ((300, 400), (53, 37), (224, 224), (1, 1), (1000, 3), (2, 700))  # height, width


def write(folder):
    """Write the golden files; features of photos, which depend on the weights, are compared in the browser's own tests.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"generator": _generator(), "splits": _splits(), "sentences": _sentences(), "strange": _strange()}
    files["duplicates"] = _duplicates()
    files["differences"] = _differences()
    files |= {f"heads{classes}": _heads(classes) for classes in (2, 3)}
    files |= {f"results-{name}": _results(name) for name in SETS}
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
    """Return exchanged labels and folds of photos that belong together in all the ways there are."""
    labels = np.array([0] * 16 + [1] * 8)
    alike = join(len(labels), [(0, 1, 1.0), (2, 3, 1.0), (16, 17, 1.0)])
    by_themselves, numbers = np.arange(24), np.arange(24)
    cases = {
        "each by itself": by_themselves,
        "pairs": numbers // 2,
        "of many sizes": np.repeat(np.arange(9), [1, 2, 3, 4, 6, 1, 2, 2, 3]),
        "within": numbers % 8,
        "among and within": np.where(numbers < 12, numbers // 3, 4 + numbers % 4),
    }
    return [_split(name, labels, groups, alike) for name, groups in cases.items()]


def _split(name, labels, groups, alike):
    """Return what can be exchanged among groups of photos, some exchanges, and folds for each of these."""
    exchanges = find_exchanges(labels, groups, alike)
    permuted = exchanges.photos(SmallGenerator(3, 1), 7)
    folds = stratified_folds(SmallGenerator(3, 2), permuted, groups, 5)
    found = {"kind": exchanges.kind, "smallest_p": exchanges.smallest_p, "needed": exchanges.groups_needed()}
    given = {"name": name, "labels": labels, "groups": groups, "alike": alike}
    return given | found | {"permuted": permuted, "folds": folds}


def _duplicates():
    """Return near-duplicates in sets of photos that differ, and that are all alike; in both a chain of photos."""
    cases = []
    for common in (0.0, 1.2):
        rng = np.random.default_rng(4)
        features = np.abs(rng.normal(size=(24, 40)) + common).astype(np.float32)
        features[1] = features[0] + np.float32(0.1)
        for photo in range(4, 12):  # from one photo to another one, in small steps
            features[photo] = features[3] + np.float32((photo - 3) / 8) * (features[2] - features[3])
        features = features.round(4)
        digests = [str(photo) for photo in range(len(features))]
        cases.append({"features": features, "pairs": find_duplicates(features, digests)})
    return cases


def _strange():
    """Return which of some photos look like none of others, two of which show the same."""
    rng = np.random.default_rng(2)
    known, new = (np.abs(rng.normal(size=(n, 1280))).astype(np.float32).round(4) for n in (12, 9))
    known[1] = known[0] * 0.8 + known[1] * 0.2
    new[:5] += 2 * known[:5]
    new[5:, ::2] = 0
    groups = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 10, 10])
    familiar = Familiar(known, groups)
    found = {"threshold": familiar.threshold, "nearest": familiar.nearest(new), "strange": familiar.strange(new)}
    return {"known": known, "groups": groups, "new": new} | found


def _photo_set(classes, n=30, d=98, strength=0.5):
    """Return features, shape (n, d), and nine numbers of each of n photos that have something of their class."""
    rng = np.random.default_rng(classes)
    labels = np.sort(np.arange(n) % classes)
    features = np.abs(rng.normal(size=(n, d))).astype(np.float32)
    # A share of the numbers is larger in each class.
    features[labels[:, None] == np.arange(d) % classes] += np.float32(strength)
    trivial = rng.normal(size=(n, 9)).astype(np.float32)
    trivial[:, 3] += 0.8 * strength * labels
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


# Classes, photos, each photo's group where somebody has said it, how much there is to learn, permutations and repeats.
SETS = {
    "two": (2, 30, None, 0.5, 59, 2),
    "three": (3, 30, None, 0.5, 59, 2),
    "of many sizes": (2, 48, np.repeat(np.arange(15), [3, 2, 5, 2, 3, 4, 3, 2, 3, 2, 5, 2, 4, 3, 5]), 0.5, 59, 2),
    "within": (2, 32, np.arange(32) % 16, 0.5, 59, 2),
    "nothing to learn": (2, 20, None, 0.0, 299, 1),
}


def _results(name, seed=11, folds=5):
    """Return a whole evaluation, in Python's format, of the draws that the page makes."""
    classes, n, subjects, strength, permutations, repeats = SETS[name]
    features, trivial, labels = _photo_set(classes, n, strength=strength)
    duplicates = [(0, 1, 0.95), (n - 1, n - 2, 0.93)]
    groups, alike = join(n, duplicates, subjects), join(n, duplicates)
    rows = np.repeat(labels[None], repeats, axis=0)
    shape = {"classes": classes, "folds": folds, "repeats": repeats}
    everything = {"labels": labels, "groups": groups, "alike": alike, "permutations": permutations} | shape
    answers, null, p_value = _permutation_test(seed, 0, features, **everything)
    detectable, good = metrics.detectable_accuracy(null), metrics.good_accuracy(classes)
    curve, full, half = cross_validation.learning_curve(SmallGenerator(seed, CURVE), features, labels, groups, **shape)
    gain = metrics.bootstrap(SmallGenerator(seed, GAIN), full - half, labels, groups, classes)
    draws = [metrics.bootstrap(SmallGenerator(seed, NEEDED), s, labels, groups, classes) for s in (full, half)]
    per_class = metrics.groups_per_class(labels, groups, classes)
    needed = sample_size.foretell(*draws, int(per_class.min()), classes=classes, null_sd=float(null.std()))
    differ = _difference(SmallGenerator(seed, DIFFERENCE), features, labels, groups, alike, classes)
    grouping = describe_groups(SmallGenerator(seed, GROUPING), labels, groups, alike, classes, folds)
    hints = {hint: trivial[:, columns] for hint, columns in HINTS.items()}
    found = shortcuts.cross_validate(
        SmallGenerator(seed, SHORTCUTS), hints, labels, groups, classes=classes, alike=alike, folds=folds
    )
    confusion = metrics.confusion(answers, labels, classes)
    numbers = {
        "accuracy": float(metrics.balanced_accuracy(answers, rows, classes).mean()),
        "interval": list(metrics.interval(SmallGenerator(seed, INTERVAL), answers, labels, groups, classes)),
        "p_value": p_value,
        "permutations": len(null),
        "chance": 1 / classes,
        "power": metrics.power(detectable, per_class, good),
        "class_names": ["cat", "dog", "horse"][:classes],
        "null_sd": float(null.std()),
        "shortcuts": found,
    }
    grouping |= {"known": subjects is not None}
    words = verdict.judge(
        **numbers,
        detectable=detectable,
        good=good,
        grouping=grouping,
        difference=differ["p_value"],
        **_of_classes(labels, confusion),
    )
    expected = numbers | {
        "verdict": words.outcome,
        "sentence": words.sentence,
        "remarks": words.remarks,
        "group_accuracy": metrics.group_accuracy(answers, labels, groups, classes),
        "detectable_accuracy": detectable,
        "permutations_asked": permutations,
        "null_mean": float(null.mean()),
        "null": [round(float(value), 6) for value in null],
        "confusion": confusion,
        "learning_curve": curve,
        "still_rising": bool(np.quantile(gain, 0.025) > 0),
        "needed_per_class": needed,
        "groups": grouping,
        "difference": differ,
    }
    given = {"features": features, "trivial": trivial, "labels": labels, "groups": groups, "alike": alike}
    given |= {"known": grouping["known"], "seed": seed} | shape
    given |= {"permutations": permutations}
    return {"given": given, "answers": answers, "expected": expected}


def _difference(rng, features, labels, groups, alike, classes):
    """Return a test of whether the classes differ, of fewer shuffles."""
    return difference(rng, features, labels, groups, classes=classes, alike=alike, permutations=SHUFFLES)


def _differences():
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


def _of_classes(labels, confusion):
    """Return what the verdict is told of single classes."""
    return {"shares": np.diag(confusion), "photos": np.bincount(labels, minlength=len(confusion))}


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
    exchanges = find_exchanges(labels, groups, alike)
    shuffled = exchanges.photos(SmallGenerator(seed, test * STREAMS), permutations)
    rows = np.repeat(np.concatenate([labels[None], shuffled]), repeats, axis=0)
    answers = np.concatenate(
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
    statistics = metrics.balanced_accuracy(answers, rows, classes).reshape(-1, repeats).mean(axis=1)
    enough = np.flatnonzero(cross_validation._as_good(statistics))[cross_validation.ENOUGH :]
    statistics = statistics[: enough[0] + 1] if len(enough) else statistics
    return answers[:repeats], statistics[1:], cross_validation._p_value(statistics, exchanges)


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
    together = {"known": False, "number": 40, "per_class": [20, 20], "exchange": AMONG, "smallest_p": 1e-6, "needed": 4}
    shortcut = [{"features": name, "accuracy": 0.6, "p_value": 0.001, "corrected": 0.003} for name in list(HINTS)[:3]]
    shortcut.append({"features": TOGETHER, "accuracy": 0.7, "p_value": 0.0009, "corrected": 0.002})
    missed = {"shares": [0.1, 0.98], "photos": [12, 40]}
    changes = [
        {},
        {"p_value": 1 / 1001, "interval": (0.6, 0.8)},
        {"p_value": 1e-6, "interval": (0.6, 0.8), "permutations": 999_999},
        {"p_value": 0.03},
        {"p_value": 0.03, "grouping": together | {"known": True}},
        {"p_value": 0.05, "power": 0.79},
        {"p_value": 0.0105},
        {"p_value": 0.125, "accuracy": 0.625, "interval": (0.465, 0.745)},
        {"p_value": 1.0, "accuracy": 0.5},
        {"p_value": 0.045, "shortcuts": shortcut},
        {"p_value": 0.2, "shortcuts": shortcut[:1]},
        {"p_value": 0.2, "shortcuts": shortcut[3:]},
        {"p_value": 0.04, "shortcuts": [*shortcut, shortcut[0] | {"features": "the camera", "accuracy": 0.65}]},
        {"p_value": 0.2, "shortcuts": [shortcut[0] | {"corrected": 0.06}]},
        missed,
        {
            "p_value": 0.02,
            "shares": [0.7, 0.35, 0.6],
            "photos": [9, 9, 9],
            "class_names": ["a", "b", "c"],
            "accuracy": 0.6,
        },
        {"difference": 0.0123},
        {"difference": 0.0002, "class_names": ["a", "b", "c"], "chance": 1 / 3},
        {"class_names": [str(number) for number in range(60)], "chance": 1 / 60},
        {"grouping": together | {"smallest_p": 0.1, "per_class": [3, 3], "number": 6}},
        {"grouping": together | {"smallest_p": 0.125, "exchange": WITHIN, "number": 4, "needed": 6, "known": True}},
        {"power": 0.5, "grouping": together | {"smallest_p": 0.1, "exchange": BOTH, "number": 5}, "difference": 0.04},
    ]
    cases = []
    for change in changes:
        given = numbers | {"shortcuts": [], "grouping": together, "difference": 1.0} | change
        given |= {"shares": given.get("shares", [0.5] * 3), "photos": given.get("photos", [20] * 3)}
        words = verdict.judge(**given)
        given["detectable_accuracy"], given["groups"] = given.pop("detectable"), given.pop("grouping")
        given["difference"] = {"p_value": given["difference"]}
        given["photos_of"], shares = given.pop("photos"), given.pop("shares")
        given["confusion"] = np.diag(shares)
        cases.append({"given": given, "outcome": words.outcome, "sentence": words.sentence, "remarks": words.remarks})
    return cases
