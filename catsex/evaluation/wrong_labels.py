"""Which labels are probably wrong? Those that heads contradict which have not seen them, and how many of these are."""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.splits import stratified_folds, training_masks
from catsex.network.heads import LEARNING_RATE, initial_kernels, shuffled_batches, train_logits

# Chosen on photos of cats and dogs with planted wrong labels; docs/method.md reports those of other photos.
SURE = 0.72  # how sure heads are, on average, of the labels that they contradict, where wrong ones stick out
LISTED, LISTED_IF_UNSURE = 0.25, 0.4  # a label whose probability is below is listed
ROUNDS = 2  # of training without the labels that the round before contradicts
COLUMNS = 2000  # of heads that are trained at once


class WrongLabels(NamedTuple):
    """What out-of-fold probabilities say of labels.

    Attributes
    ----------
    probabilities : ndarray, shape (n, classes), float, 0 to 1
        Of each class, the mean over the repeats in which the photo was held out.
    listed : ndarray, shape (k,), int
        The photos whose label is probably wrong, the least probable label first.
    expected : float, 0 to k; or None
        How many of these labels are expected to be wrong; None if the heads are not sure enough to say so.
    """

    probabilities: np.ndarray
    listed: np.ndarray
    expected: float | None


def find(rng, sample, *, folds=5, repeats=10, learning_rate=LEARNING_RATE):
    """Find labels that are probably wrong.

    Heads are cross-validated. If they are sure of the labels that they contradict, new heads are trained without those
    labels, and say once more what each photo is: wrong labels then mislead them less. Photos are ranked by the mean
    out-of-fold probability of their label against the likeliest other class (the normalised margin of Northcutt, C. G.,
    Jiang, L. and Chuang, I. L. (2021), Confident learning, Journal of Artificial Intelligence Research 70, 1373-1411).
    To train anew without what a first round contradicts is from Brodley, C. E. and Friedl, M. A. (1999), Identifying
    mislabeled training data, Journal of Artificial Intelligence Research 11, 131-167.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n photos.
    folds, repeats : int
    learning_rate : float

    Returns
    -------
    WrongLabels
        `expected` is the sum of one minus the probabilities of the first round, when nothing has been left out.
    """
    labels, options = sample.labels, {"folds": folds, "repeats": repeats, "learning_rate": learning_rate}
    first = probabilities = out_of_fold_probabilities(rng, sample, **options)
    doubt = label_probability(first, labels)
    contradicted = doubt < 0.5
    sure = not contradicted.any() or np.mean(1 - doubt[contradicted]) >= SURE
    if sure:
        for _ in range(ROUNDS):
            kept = label_probability(probabilities, labels) >= 0.5
            probabilities = out_of_fold_probabilities(rng, sample, kept=kept, **options)
    probability = label_probability(probabilities, labels)
    listed = np.flatnonzero(probability < (LISTED if sure else LISTED_IF_UNSURE))
    listed = listed[np.argsort(probability[listed], kind="stable")]
    # Where heads are not sure, they contradict right labels for other reasons: a sum of probabilities would mislead.
    return WrongLabels(probabilities, listed, float(np.sum(1 - doubt[listed])) if sure else None)


def label_probability(probabilities, labels):
    """Return the probability of each label if it is that or the likeliest other class: (n, classes) -> (n,)."""
    every = np.arange(len(labels))
    given = probabilities[every, labels]
    others = probabilities.copy()
    others[every, labels] = 0
    return given / np.maximum(given + others.max(axis=1), 1e-12)


def out_of_fold_probabilities(rng, sample, *, folds, repeats, learning_rate, kept=None):
    """Cross-validate heads, and return the mean probability of each class for photos while they were held out.

    Parameters
    ----------
    rng, sample, folds, repeats, learning_rate
        As `find` takes them.
    kept : ndarray, shape (n,), bool, optional
        The photos to train on; by default all.

    Returns
    -------
    ndarray, shape (n, classes), float64, 0 to 1
    """
    n, d = sample.features.shape
    total = np.zeros((n, sample.classes))
    batches = shuffled_batches(rng, n, (folds - 1) / folds)
    at_once = max(1, COLUMNS // (folds * sample.classes))
    for start in range(0, repeats, at_once):
        rows = np.repeat(sample.labels[None], min(at_once, repeats - start), axis=0)
        fold = stratified_folds(rng, rows, sample.groups, folds)  # (m, n)
        masks = training_masks(fold, folds)  # (m * folds, n)
        masks &= True if kept is None else kept
        kernels = initial_kernels(rng, d, len(masks), sample.classes)
        every = train_logits(sample.features, np.repeat(rows, folds, axis=0), masks, kernels, batches, learning_rate)
        for row, held_out_in in enumerate(fold):
            total += _softmax(every[np.arange(n), folds * row + held_out_in].astype(float))
    return total / repeats


def _softmax(logits):
    """Return probabilities, shape (n, classes), of logits; (n, 1) are those of the second of two classes."""
    if logits.shape[1] == 1:
        logits = np.concatenate([np.zeros_like(logits), logits], axis=1)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def say_of_each(found, labels, class_names):
    """Return what to say of each photo and of the set, ready for JSON.

    Returns
    -------
    photos : list of n dict
        `prediction`: the likeliest class while the photo was held out. `label_probability`, 0 to 1, as
        `label_probability` returns it. `suggested`: the likeliest other class if the label is listed, else None.
    wrong_labels : dict
        `listed` (how many) and `expected` (how many of these are expected to be wrong, or None).
    """
    probability = label_probability(found.probabilities, labels)
    best = found.probabilities.argmax(axis=1)
    listed = set(found.listed.tolist())
    photos = [
        {
            "prediction": class_names[best[i]],
            "label_probability": round(float(probability[i]), 4),
            "suggested": class_names[best[i]] if i in listed else None,
        }
        for i in range(len(labels))
    ]
    expected = None if found.expected is None else round(found.expected, 1)
    return photos, {"listed": len(listed), "expected": expected}
