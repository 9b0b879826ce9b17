"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import time

import numpy as np

from catsex.evaluation import cross_validation, methods, metrics, verdict, wrong_labels
from catsex.evaluation.asked import ask
from catsex.evaluation.canonical_order import canonical_order
from catsex.evaluation.grouping.alike import Alike, find_alike
from catsex.evaluation.grouping.copies import check_one_class_each
from catsex.evaluation.grouping.join import describe_groups, folds_for
from catsex.evaluation.grouping.near_duplicates import find_duplicates
from catsex.evaluation.permuting.permutation_test import permutation_test
from catsex.evaluation.shortcuts import scoring
from catsex.evaluation.shortcuts.candidates import find_candidates
from catsex.network.heads import LEARNING_RATE


def evaluate(
    photos,
    features,
    *,
    seed,
    network="MobileNetV2",
    folds=None,
    repeats=None,
    permutations=1000,
    near_duplicates=None,
    remember=False,
    spread=None,
):
    """Evaluate whether a network can learn to tell photos apart.

    Parameters
    ----------
    photos : PhotoSet
        n photos.
    features : ndarray, shape (n, d), float32
        The frozen network's output for them.
    seed : int
    network : str
        What it is called.
    folds : int, optional
        By default 5, but as many as the smallest class has groups, if fewer.
    repeats : int, optional
        By default 10, but fewer for more than 400 photos: the more photos, the less folds differ.
    permutations : int
    near_duplicates : float or "off", optional
        As `alike.find_alike` takes it.
    remember : bool
        Whether to count, in the cache folder, how often these photos are asked about, and to say so.
    spread : callable, optional
        Where the permutations of many photos are worked out, as `permutation_test` takes it.

    Returns
    -------
    dict
        As `evaluate_features` returns it, and `asked`, as `asked.ask` returns it.

    Raises
    ------
    DataError
        If there are too few photos in a class, or the same photo is in two.
    """
    results = evaluate_features(
        features,
        photos.labels,
        photos.class_names,
        entries=photos.entries,
        candidates=find_candidates(photos),
        groups=photos.groups,
        alike=find_alike(photos, features, near_duplicates),
        seed=seed,
        network=network,
        folds=folds,
        repeats=repeats,
        permutations=permutations,
        spread=spread,
    )
    results["asked"] = []
    if remember and not photos.is_demo:
        results["asked"], remarks = ask(photos.entries, seed, results)
        results["remarks"] += remarks
    return results


def evaluate_features(
    features,
    labels,
    class_names,
    *,
    seed,
    groups=None,
    entries=None,
    candidates=None,
    alike=None,
    network=None,
    standardised=False,
    learning_rate=LEARNING_RATE,
    folds=None,
    repeats=None,
    permutations=1000,
    spread=None,
):
    """Evaluate whether heads on features of any kind can learn to tell classes apart.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
        Indices into `class_names`.
    class_names : list of str
    seed : int
    groups : ndarray, shape (n,), int, optional
        Rows with the same number belong together, such as several photos of one subject: they are held out, and
        exchange their labels, together. Groups of one row each say nothing, and are as none.
    entries : list of dict, optional
        What each row is, as `PhotoSet.entries` says it; by default its number and its class.
    candidates : dict of str to ndarray, shape (n, d), float32, optional
        What tells something of each row without looking at what it shows, as `candidates.find_candidates` returns it:
        to look for shortcuts in.
    alike : Alike, optional
        Rows that show the same thing again: held out together, and their labels permuted together. By default only the
        near-duplicates among the rows; `Alike()` if there are none.
    network : str, optional
        What has given the features of photos, if that is known.
    standardised : bool
        Whether they were brought to a mean of 0 and a standard deviation of 1, which is to be said.
    learning_rate : float
        Of the heads: the tutorial's suits MobileNetV2's 1280 features.
    folds, repeats, permutations, spread
        As `evaluate` takes them.

    Returns
    -------
    dict
        All results, ready for JSON: `kind` ("evaluation"), `verdict`, `sentence`, `remarks`, `accuracy`,
        `group_accuracy` (of groups, by the majority of their photos), `interval`, `p_value`, `observed` and `null` (the
        statistic of the real labels and of permuted ones, in standard deviations of chance), `as_good` (how many
        permutations do as well), `permutations`, `chance`, `null_mean`, `null_sd`, `detectable_accuracy`, `power`
        (of the accuracy of ridge regression under permuted labels), `class_names`, `confusion`, `learning_curve`,
        `still_rising`, `photos`, `groups`, `duplicates`, `bursts`, `frames`, `wrong_labels` (as
        `wrong_labels.say_of_each` returns it), `shortcuts`, `folds`, `repeats`, `heads`, `seconds`, `methods` (a
        paragraph for a paper) and `references` (for it, in BibTeX).

    Raises
    ------
    DataError
        As `evaluate` does.
    """
    started, n, classes = time.monotonic(), len(labels), len(class_names)
    entries = entries or [{"name": f"row {i}", "class": class_names[label]} for i, label in enumerate(labels)]
    digests = [entry.get("sha256", entry["name"]) for entry in entries]
    check_one_class_each([entry.get("path", entry["name"]) for entry in entries], labels, digests)
    known = groups is not None and len(np.unique(groups)) < n
    groups = groups if known else None
    found = Alike(find_duplicates(features, digests)) if alike is None else alike
    named = found.name([entry["name"] for entry in entries])
    together, units = found.together(n, groups), found.units(labels, groups)
    folds = folds_for(labels, class_names, together, folds, known=known, alike=named)
    repeats = repeats or max(1, min(10, 4000 // n))

    order = canonical_order(features, labels, digests if all("sha256" in entry for entry in entries) else None)
    rows = {"labels": order.labels(labels), "groups": order.groups(together), "classes": classes}
    vectors, units, rng = order.features(features), order.groups(units), np.random.default_rng(seed)
    test = {"permutations": permutations, "spread": spread}
    heads = {**rows, "folds": folds, "repeats": repeats, "learning_rate": learning_rate}
    predictions = order.given(_held_out(rng, vectors, **heads))
    numbers = _accuracy(predictions, labels, together, classes)
    numbers |= _test(permutation_test(vectors, **rows, alike=units, seed=seed, **test), **rows)
    numbers |= {"class_names": class_names, **_learning(rng, vectors, **heads)}
    numbers["groups"] = describe_groups(rng, **rows, alike=units, folds=folds)
    per_class = metrics.groups_per_class(labels, together, classes).tolist()
    numbers["groups"] |= {"known": known, "per_class": per_class}
    # Random numbers of their own, so that they change no other result.
    options = {**rows, "places": order.rows, "alike": units, "folds": folds}
    numbers["shortcuts"] = scoring.cross_validate(np.random.default_rng([seed, 3]), candidates or {}, **options)
    words = verdict.judge(numbers, np.bincount(labels, minlength=classes))
    results = {"kind": "evaluation", "verdict": words.outcome, "sentence": words.sentence}
    results |= {"remarks": words.remarks, **numbers, **named}
    results |= {"photos": _scored(entries, labels, predictions, classes), "folds": folds, "repeats": repeats}
    results["wrong_labels"] = _wrong_labels(np.random.default_rng([seed, 4]), results, order, vectors, **heads)
    results["heads"] = folds * repeats
    results["seconds"] = round(time.monotonic() - started, 1)
    said = {"learning_rate": learning_rate, "features": features.shape[1], "standardised": standardised}
    results["methods"], results["references"] = methods.describe(results, seed=seed, network=network, **said)
    return results


def _held_out(rng, features, *, labels, repeats, **options):
    """Return the class that each photo was put in while it was held out: (repeats, n)."""
    return cross_validation.out_of_fold(rng, features, np.tile(labels, (repeats, 1)), **options)


def _accuracy(predictions, labels, groups, classes):
    """Return what the predictions for held-out photos, shape (repeats, n), come to."""
    every = np.tile(labels, (len(predictions), 1))
    return {
        "accuracy": float(metrics.balanced_accuracy(predictions, every, classes).mean()),
        "group_accuracy": metrics.group_accuracy(predictions, labels, groups, classes),
        "interval": list(metrics.interval(predictions, labels, groups, classes)),
        "chance": 1 / classes,
        "confusion": metrics.confusion(predictions, labels, classes),
    }


def _test(found, *, labels, groups, classes):
    """Return what the permutation test has found, and what accuracy chance gives."""
    detectable = metrics.detectable_accuracy(found.accuracies)
    per_class = metrics.groups_per_class(labels, groups, classes)
    return {
        "p_value": found.p_value,
        "observed": round(found.observed, 6),
        "null": [round(float(value), 6) for value in found.null],
        "as_good": found.as_good,
        "permutations": len(found.null),
        "null_mean": float(found.accuracies.mean()),
        "null_sd": float(found.accuracies.std()),
        "detectable_accuracy": detectable,
        "power": metrics.power(detectable, per_class, metrics.good_accuracy(classes)),
    }


def _learning(rng, features, *, labels, groups, classes, **options):
    """Return the learning curve, and whether all photos gain clearly over half of them."""
    curve, full, half = cross_validation.learning_curve(rng, features, labels, groups, classes=classes, **options)
    (gain,), (variance,) = metrics.mean_and_variance((full - half)[None], labels, groups, classes)
    return {"learning_curve": curve, "still_rising": bool(gain > 1.96 * np.sqrt(variance))}


def _wrong_labels(rng, results, order, features, *, labels, **options):
    """Say of each photo what its label is while it is held out, and return how many labels are probably wrong."""
    found = wrong_labels.find(rng, features, labels=labels, **options)
    said, number = wrong_labels.say_of_each(found, labels, [results["class_names"][one] for one in order.classes])
    for place, more in zip(order.rows, said, strict=True):
        results["photos"][place] |= more
    return number


def _scored(entries, labels, predictions, classes):
    """Return what each row is, and how often it was put in which class while it was held out."""
    return [
        entry
        | {
            "right": float(np.mean(predictions[:, position] == label)),
            "predictions": np.bincount(predictions[:, position], minlength=classes).tolist(),
        }
        for position, (entry, label) in enumerate(zip(entries, labels, strict=True))
    ]
