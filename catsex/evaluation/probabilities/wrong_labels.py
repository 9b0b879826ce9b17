"""Which labels are probably wrong? Those that heads contradict which have not seen them, and how many of these are."""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits, softmax
from catsex.network.heads import LEARNING_RATE

# Chosen on photos of cats and dogs with planted wrong labels; docs/method.md reports those of other photos.
SURE = 0.72  # how sure heads are, on average, of the labels that they contradict, where wrong ones stick out
LISTED, LISTED_IF_UNSURE = 0.25, 0.4  # a label whose probability is below is listed
ROUNDS = 2  # of training without the labels that the round before contradicts


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
    first = probabilities = softmax(out_of_fold_logits(rng, sample, **options)).mean(axis=0)
    doubt = label_probability(first, labels)
    contradicted = doubt < 0.5
    sure = not contradicted.any() or np.mean(1 - doubt[contradicted]) >= SURE
    if sure:
        for _ in range(ROUNDS):
            kept = label_probability(probabilities, labels) >= 0.5
            logits = out_of_fold_logits(rng, sample, weights=kept, **options)
            probabilities = softmax(logits).mean(axis=0)
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
