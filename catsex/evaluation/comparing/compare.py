"""Would another configuration do better? Several configurations on the same photos and folds, compared."""

import functools
import time
from itertools import combinations
from types import SimpleNamespace

import numpy as np

from catsex.evaluation import metrics
from catsex.evaluation.comparing import out_of_fold, paired, wording
from catsex.evaluation.comparing.winner import corrected_accuracy
from catsex.evaluation.grouping.alike import find_alike
from catsex.evaluation.grouping.copies import check_one_class_each
from catsex.evaluation.grouping.join import folds_for
from catsex.evaluation.grouping.near_duplicates import how_alike
from catsex.evaluation.splits import stratified_folds


def compare(photos, configurations, load, *, seed, folds=None, repeats=5, cache=True):
    """Compare configurations: each predicts every photo while it is held out, all with the same folds.

    Parameters
    ----------
    photos : PhotoSet
    configurations : list of configurations.Configuration
        At least two.
    load : callable
        (name of a network, or None; size in pixels, or None) -> `pretrained.Pretrained`.
    seed : int
    folds : int, optional
        By default 5, but as many as the smallest class has groups, if fewer.
    repeats : int
    cache : bool
        Whether to keep features on disk for the next run, and to look them up there.

    Returns
    -------
    dict
        All results, ready for JSON: `kind` ("comparison"), `sentence`, `remarks`, `configurations` (a list of dicts:
        `name`, `method`, `network`, `size`, `weights`, `fingerprint`, `accuracy`, `interval` and `seconds`, those of
        its features among them even where another configuration shares them), `pairs` (as `compare_predictions` returns
        them, `first` and `second` by name, with `differ` and a `sentence`), `best` (its name), `best_accuracy`,
        `corrected_accuracy`, `chance`, `class_names`, `photos` (with `right`, a share for each configuration), `groups`
        (`number`, `known`), `duplicates`, `bursts`, `frames`, `folds`, `repeats` and `seconds`.

    Raises
    ------
    DataError
        If there are too few photos in a class, or the same photo is in two.
    """
    started = time.monotonic()
    labels, names, classes = photos.labels, photos.class_names, len(photos.class_names)
    sources = {}
    for source in dict.fromkeys(configuration.source for configuration in configurations):
        sources[source] = out_of_fold.Source(photos, functools.partial(load, *source), cache)
    entries = photos.entries
    digests = [entry["sha256"] for entry in entries]
    check_one_class_each(photos.paths, labels, digests)
    alike = _alike(photos, list(sources.values()))
    named = alike.name([entry["name"] for entry in entries])
    together = alike.together(len(labels), photos.groups)
    folds = folds_for(labels, names, together, folds, known=photos.groups is not None, alike=named)
    fold = stratified_folds(np.random.default_rng(seed), np.tile(labels, (repeats, 1)), together, folds)

    found, spent = [], []
    for configuration in configurations:
        began = time.monotonic()
        rng = np.random.default_rng([seed, 1])  # anew, so that no configuration depends on which others there are
        found.append(out_of_fold.predictions_of(configuration, rng, sources[configuration.source], fold, folds))
        spent.append(round(sources[configuration.source].seconds + time.monotonic() - began, 2))
    predictions = np.stack(found)
    compared = compare_predictions(np.random.default_rng([seed, 2]), predictions, labels, together, classes)
    described = [
        {"name": configuration.name, "method": configuration.method, **sources[configuration.source].describe()}
        | {"accuracy": accuracy, "interval": interval, "seconds": took}
        for configuration, accuracy, interval, took in zip(
            configurations, compared["accuracies"], compared["intervals"], spent, strict=True
        )
    ]
    pairs = [wording.pair_in_words(pair, described) for pair in compared["pairs"]]
    best = described[compared["best"]]
    right = (predictions == labels).mean(axis=1).T.round(4).tolist()  # (n, S)
    return {
        "kind": "comparison",
        "sentence": wording.sentence(pairs, described),
        "remarks": wording.remarks(pairs, described, best, compared["corrected"]),
        "configurations": described,
        "pairs": pairs,
        "best": best["name"],
        "best_accuracy": best["accuracy"],
        "corrected_accuracy": compared["corrected"],
        "chance": 1 / classes,
        "class_names": names,
        "photos": [entry | {"right": shares} for entry, shares in zip(entries, right, strict=True)],
        "groups": {"number": len(np.unique(together)), "known": photos.groups is not None},
        **named,
        "folds": folds,
        "repeats": repeats,
        "seconds": round(time.monotonic() - started, 1),
    }


def first_source(results):
    """Return where the first configuration's network comes from, as a record says it."""
    first = results["configurations"][0]
    return SimpleNamespace(network=first["network"], source=first["weights"], fingerprint=first["fingerprint"])


def _alike(photos, sources):
    """Return which photos show the same again, by MobileNetV2's features if they are there, else copies of one file."""
    best = next((source for source in sources if how_alike(source.loaded.network) is None), sources[0])
    return find_alike(photos, best.features, how_alike(best.loaded.network))


def compare_predictions(rng, predictions, labels, groups, classes):
    """Compare the out-of-fold predictions of several configurations for the same photos.

    Parameters
    ----------
    rng : numpy.random.Generator
    predictions : ndarray, shape (S, repeats, n), int
        The class that each of S configurations put each photo in while it was held out, with the same folds.
    labels : ndarray, shape (n,), int
    groups : ndarray, shape (n,), int
        Photos with the same number belong together: they count as one.
    classes : int

    Returns
    -------
    dict
        `accuracies` (S floats, 0 to 1), `intervals` (S pairs), `pairs` (a list of dicts: `first` and `second`, which
        configurations; `difference`, the second one's balanced accuracy minus the first one's; `interval`; `p_value`
        and `corrected_p`, by Holm's method over all pairs; `detectable`, the difference that would have been seen in
        four of five sets of this size), `best` (which configuration) and `corrected` (`corrected_accuracy` of the
        choice).
    """
    configurations, repeats, _ = predictions.shape
    right = (predictions == labels).mean(axis=1)  # (S, n), how often each photo was right
    rows = np.tile(labels, (repeats, 1))
    accuracies = [float(metrics.balanced_accuracy(one, rows, classes).mean()) for one in predictions]
    pairs = list(combinations(range(configurations), 2))
    p_values = paired.p_values(rng, right, labels, groups, classes, pairs)
    compared = []
    for (first, second), p_value, corrected in zip(pairs, p_values, paired.holm(p_values), strict=True):
        found = accuracies[second] - accuracies[first]
        limits, deviation = paired.difference_interval(right[second] - right[first], labels, groups, classes)
        compared.append(
            {
                "first": first,
                "second": second,
                "difference": found,
                "interval": list(limits),
                "p_value": p_value,
                "corrected_p": corrected,
                "detectable": paired.detectable_difference(deviation, len(pairs)),
            }
        )
    return {
        "accuracies": accuracies,
        "intervals": [list(metrics.interval(one, labels, groups, classes)) for one in predictions],
        "pairs": compared,
        "best": int(np.argmax(accuracies)),
        "corrected": corrected_accuracy(rng, right, labels, groups, classes),
    }
