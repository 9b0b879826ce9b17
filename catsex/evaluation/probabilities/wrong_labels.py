"""Which labels are probably wrong? Those that held-out predictions contradict; and how many of these are wrong?"""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.probabilities.out_of_fold import out_of_fold_logits, softmax
from catsex.network.heads import LEARNING_RATE

# Chosen on photos with planted wrong labels, of cats and dogs and of antelopes whose labels were dealt by lot;
# docs/method.md reports those of other photos.
SURE = 0.7  # how sure heads are, on average, where they contradict labels, if wrong ones stick out
LISTED, LISTED_IF_UNSURE = 0.25, 0.4  # a label whose probability is below is listed
SHARE = 0.75  # of the labels that heads would contradict by chance if they were as right as they say: they are righter
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

    @property
    def counted(self):
        """How many labels are listed, and how many of these are expected to be wrong, ready for JSON."""
        return {"listed": len(self.listed), "expected": None if self.expected is None else round(self.expected, 1)}


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
        `expected` is how many labels are listed beyond those that would be if all were right. Of photos for which heads
        give a class the probability p, about 1 - p belong to another, and are listed if p is high enough.
    """
    labels, options = sample.labels, {"folds": folds, "repeats": repeats, "learning_rate": learning_rate}
    first = probabilities = softmax(out_of_fold_logits(rng, sample, **options)).mean(axis=0)
    if is_sure(first, labels):
        for _ in range(ROUNDS):
            kept = label_probability(probabilities, labels) >= 0.5
            logits = out_of_fold_logits(rng, sample, weights=kept, **options)
            probabilities = softmax(logits).mean(axis=0)
    return listed(first, probabilities, labels)


def is_sure(probabilities, labels):
    """Return whether heads are sure of the labels that they contradict: (n, classes), (n,) -> bool."""
    doubt = label_probability(probabilities, labels)
    contradicted = doubt < 0.5
    return bool(not contradicted.any() or np.mean(1 - doubt[contradicted]) >= SURE)


def listed(first, last, labels):
    """Return `WrongLabels` by the probabilities of the last round, shape (n, classes), and those of the first."""
    sure, probability = is_sure(first, labels), label_probability(last, labels)
    found = np.flatnonzero(probability < (LISTED if sure else LISTED_IF_UNSURE))
    found = found[np.argsort(probability[found], kind="stable")]
    # Where heads are not sure, they contradict right labels for other reasons: there is nothing to count by.
    return WrongLabels(last, found, _beyond_chance(probability) if sure else None)


def _beyond_chance(probability):
    """Return how many more labels have a probability below `LISTED` than if all were right: (n,) -> float."""
    other = np.minimum(probability, 1 - probability)  # of the less likely of the label and the likeliest other class
    return max(0.0, float(np.sum(probability < LISTED) - SHARE * np.sum(other[other < LISTED])))


def label_probability(probabilities, labels):
    """Return the probability of each label if it is that or the likeliest other class: (n, classes) -> (n,)."""
    every = np.arange(len(labels))
    given = probabilities[every, labels]
    others = probabilities.copy()
    others[every, labels] = 0
    return given / np.maximum(given + others.max(axis=1), 1e-12)
