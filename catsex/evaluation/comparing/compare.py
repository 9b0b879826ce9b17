"""Would another configuration do better? Several configurations on the same photos and folds, compared."""

import functools
import time
from itertools import combinations
from typing import NamedTuple

import numpy as np

from catsex.evaluation import metrics
from catsex.evaluation.comparing import out_of_fold, paired, wording
from catsex.evaluation.comparing.winner import corrected_accuracy
from catsex.evaluation.grouping.alike import find_alike
from catsex.evaluation.grouping.copies import check_one_class_each
from catsex.evaluation.grouping.join import folds_for
from catsex.evaluation.grouping.near_duplicates import how_alike
from catsex.evaluation.sample import Sample
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
    started, sources = time.monotonic(), {}
    for source in dict.fromkeys(configuration.source for configuration in configurations):
        sources[source] = out_of_fold.Source(photos, functools.partial(load, *source), cache)
    entries = photos.entries
    check_one_class_each(photos.paths, photos.labels, [entry["sha256"] for entry in entries])
    alike = _alike(photos, list(sources.values()))
    named, known = alike.name([entry["name"] for entry in entries]), photos.groups is not None
    groups = alike.together(len(photos), photos.groups)
    sample = Sample.of(photos, None, groups)
    folds = folds_for(sample, folds, known=known, alike=named)
    predictions, seconds = _predict(configurations, sources, sample, seed=seed, folds=folds, repeats=repeats)
    compared = compare_predictions(np.random.default_rng([seed, 2]), predictions, sample)
    described = [
        {"name": configuration.name, "method": configuration.method, **sources[configuration.source].describe()}
        | {"accuracy": accuracy, "interval": interval, "seconds": took}
        for configuration, accuracy, interval, took in zip(
            configurations, compared["accuracies"], compared["intervals"], seconds, strict=True
        )
    ]
    right = (predictions == sample.labels).mean(axis=1).T.round(4).tolist()  # (n, S)
    return {
        "kind": "comparison",
        **_in_words(compared, described),
        "chance": 1 / sample.classes,
        "class_names": sample.class_names,
        "photos": [entry | {"right": shares} for entry, shares in zip(entries, right, strict=True)],
        "groups": {"number": len(np.unique(groups)), "known": known},
        **named,
        "folds": folds,
        "repeats": repeats,
        "seconds": round(time.monotonic() - started, 1),
    }


def _predict(configurations, sources, sample, *, seed, folds, repeats):
    """Return each configuration's out-of-fold predictions, shape (S, repeats, n), and the seconds that each took."""
    rows = np.tile(sample.labels, (repeats, 1))
    fold = stratified_folds(np.random.default_rng(seed), rows, sample.groups, folds)
    found, seconds = [], []
    for configuration in configurations:
        began, source = time.monotonic(), sources[configuration.source]
        rng = np.random.default_rng([seed, 1])  # anew, so that no configuration depends on which others there are
        found.append(out_of_fold.predictions_of(configuration, rng, source, fold, folds))
        seconds.append(round(source.seconds + time.monotonic() - began, 2))
    return np.stack(found), seconds


def _in_words(compared, described):
    """Return what `compare_predictions` has found with the configurations' names, and the sentences that say it."""
    pairs = [wording.pair_in_words(pair, described) for pair in compared["pairs"]]
    best = described[compared["best"]]
    return {
        "sentence": wording.sentence(pairs, described),
        "remarks": wording.remarks(pairs, described, best, compared["corrected"]),
        "configurations": described,
        "pairs": pairs,
        "best": best["name"],
        "best_accuracy": best["accuracy"],
        "corrected_accuracy": compared["corrected"],
    }


class NetworkUsed(NamedTuple):
    """Where a network comes from, as a record says it."""

    network: str
    source: str
    fingerprint: str


def first_network(results):
    """Return where the first configuration's network comes from."""
    first = results["configurations"][0]
    return NetworkUsed(first["network"], first["weights"], first["fingerprint"])


def _alike(photos, sources):
    """Return which photos belong together, near-duplicates by MobileNetV2's features; without these only copies."""
    best = next((source for source in sources if how_alike(source.loaded.network) is None), sources[0])
    return find_alike(photos, best.features, how_alike(best.loaded.network))


def compare_predictions(rng, predictions, sample):
    """Compare the out-of-fold predictions of several configurations for the same photos.

    Parameters
    ----------
    rng : numpy.random.Generator
    predictions : ndarray, shape (S, repeats, n), int
        The class that each of S configurations put each photo in while it was held out, with the same folds.
    sample : Sample
        n photos, of which those of one group count as one.

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
    right = (predictions == sample.labels).mean(axis=1)  # (S, n), how often each photo was right
    rows = np.tile(sample.labels, (repeats, 1))
    accuracies = [float(metrics.balanced_accuracy(one, rows, sample.classes).mean()) for one in predictions]
    pairs = list(combinations(range(configurations), 2))
    p_values = paired.p_values(rng, right, sample, pairs)
    compared = []
    for (first, second), p_value, corrected in zip(pairs, p_values, paired.holm(p_values), strict=True):
        found = accuracies[second] - accuracies[first]
        limits, deviation = paired.difference_interval(right[second] - right[first], sample)
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
        "intervals": [list(metrics.interval(one, sample)) for one in predictions],
        "pairs": compared,
        "best": int(np.argmax(accuracies)),
        "corrected": corrected_accuracy(rng, right, sample),
    }
