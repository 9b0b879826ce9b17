"""The whole evaluation of a set of photos: every number, and the text that shows them."""

import time
from dataclasses import replace

import numpy as np

from catsex.evaluation import methods, metrics, verdict
from catsex.evaluation.asked import ask
from catsex.evaluation.canonical_order import canonical_order
from catsex.evaluation.grouping.alike import Alike, find_alike
from catsex.evaluation.grouping.copies import check_one_class_each
from catsex.evaluation.grouping.join import describe_groups, folds_for
from catsex.evaluation.grouping.near_duplicates import find_duplicates
from catsex.evaluation.learners import learner_for
from catsex.evaluation.permuting.permutation_test import permutation_test
from catsex.evaluation.photo_rows import PhotoRows, Told, digests_of
from catsex.evaluation.sample import Sample
from catsex.evaluation.shortcuts import scoring
from catsex.evaluation.shortcuts.candidates import find_candidates
from catsex.network.heads import LEARNING_RATE

MANY = 100_000  # photos, of more of which what is said of each is made when it is asked for


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
        What works out the sums and permutations of many photos, as `permutation_test` takes it.

    Returns
    -------
    dict
        As `evaluate_sample` returns it, and `asked`, as `asked.ask` returns it.

    Raises
    ------
    DataError
        If there are too few photos in a class, or the same photo is in two.
    """
    results = evaluate_sample(
        Sample.of(photos, features, photos.groups),
        entries=photos.entries,
        candidates=find_candidates(photos),
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


def evaluate_sample(
    sample,
    *,
    seed,
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
    sample : Sample
        Its groups are those that are known; groups of one row each count as unknown.
    seed : int
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
        `still_rising`, `photos`, `groups`, `duplicates`, `bursts`, `frames`, `wrong_labels` (`listed`,
        how many, and `expected`, how many of these are expected to be wrong, or None), `shortcuts`, `folds`, `repeats`,
        `learner` ("heads" or "ridge regression"), `heads`, `seconds`, `methods` and `references` (for a paper; BibTeX).

    Raises
    ------
    DataError
        As `evaluate` does.
    """
    started, n, class_names = time.monotonic(), len(sample), sample.class_names
    entries = entries or [{"name": f"row {i}", "class": class_names[label]} for i, label in enumerate(sample.labels)]
    digests = digests_of(entries)
    sample, known, named = _in_groups(sample, entries, digests, alike)
    folds, repeats = folds_for(sample, folds, known=known, alike=named), repeats or max(1, min(10, 4000 // n))

    if not all("sha256" in entry for entry in entries):
        digests = None
    order, rng = canonical_order(sample.features, sample.labels, digests), np.random.default_rng(seed)
    del digests  # of a million 64 MB
    ordered, training = order.sample(sample), {"repeats": repeats, "learning_rate": learning_rate}
    learner = learner_for(rng, ordered, seed=seed, folds=folds, spread=spread, **training)
    predictions = order.given(learner.predictions())
    test = permutation_test(ordered, seed=seed, permutations=permutations, spread=spread)
    numbers = _accuracy(predictions, sample) | _test(test, ordered) | {"class_names": class_names}
    numbers |= {"learner": learner.name} | _learning(learner, ordered)
    per_class = metrics.groups_per_class(sample).tolist()
    numbers["groups"] = describe_groups(rng, ordered, folds) | {"known": known, "per_class": per_class}
    own = np.random.default_rng([seed, 3])  # so that they change no other result
    places = {"places": order.rows, "folds": folds}
    numbers["shortcuts"] = scoring.cross_validate(own, candidates or {}, ordered, **places)

    words = verdict.judge(numbers, np.bincount(sample.labels, minlength=sample.classes))
    results = {"kind": "evaluation", "verdict": words.outcome, "sentence": words.sentence, "remarks": words.remarks}
    results |= numbers | named | _photos(entries, predictions, order.given_labels(learner.wrong_labels()), sample)
    results |= {"folds": folds, "repeats": len(predictions)} | learner.counted
    results["seconds"] = round(time.monotonic() - started, 1)
    said = {"learning_rate": learning_rate, "features": sample.features.shape[1], "standardised": standardised}
    results["methods"], results["references"] = methods.describe(results, seed=seed, network=network, **said)
    return results


def _in_groups(sample, entries, digests, alike):
    """Return a sample in the groups that are held out together, whether any were known, and what was found, by name.

    Raises
    ------
    DataError
        If the same photo is in two classes.
    """
    check_one_class_each(Told(entries, "path"), sample.labels, digests)
    known = len(np.unique(sample.groups)) < len(sample)
    told = sample.groups if known else None
    found = Alike(find_duplicates(sample.features, digests)) if alike is None else alike
    groups, units = found.together(len(sample), told), found.units(sample.labels, told)
    return replace(sample, groups=groups, units=units), known, found.name(Told(entries, "name"))


def _accuracy(predictions, sample):
    """Return the accuracy of predictions for held-out photos, shape (repeats, n), with its interval and confusion."""
    every = np.tile(sample.labels, (len(predictions), 1))
    return {
        "accuracy": float(metrics.balanced_accuracy(predictions, every, sample.classes).mean()),
        "group_accuracy": metrics.group_accuracy(predictions, sample),
        "interval": list(metrics.interval(predictions, sample)),
        "chance": 1 / sample.classes,
        "confusion": metrics.confusion(predictions, sample),
    }


def _test(found, sample):
    """Return what the permutation test has found, and what accuracy chance gives."""
    detectable = metrics.detectable_accuracy(found.accuracies)
    per_class = metrics.groups_per_class(sample)
    return {
        "p_value": found.p_value,
        "observed": round(found.observed, 6),
        "null": [round(float(value), 6) for value in found.null],
        "as_good": found.as_good,
        "permutations": len(found.null),
        "null_mean": float(found.accuracies.mean()),
        "null_sd": float(found.accuracies.std()),
        "detectable_accuracy": detectable,
        "power": metrics.power(detectable, per_class, metrics.good_accuracy(sample.classes)),
    }


def _learning(learner, sample):
    """Return the learning curve, and whether all photos gain clearly over half of them."""
    curve, full, half = learner.learning_curve()
    (gain,), (variance,) = metrics.mean_and_variance((full - half)[None], sample)
    return {"learning_curve": curve, "still_rising": bool(gain > 1.96 * np.sqrt(variance))}


def _photos(entries, predictions, wrong, sample):
    """Return a row for each photo, and how many labels are probably wrong."""
    photos = PhotoRows(entries, predictions, wrong, sample)
    return {"photos": photos if len(photos) > MANY else list(photos), "wrong_labels": wrong.counted}
