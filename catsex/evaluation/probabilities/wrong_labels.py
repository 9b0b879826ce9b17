"""Which labels are probably wrong, and how many of these?"""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.probabilities import label_noise
from catsex.evaluation.probabilities.kernel_ridge import left_out_scores

# A label is listed if it is wrong with more than the first probability, more where the list would be better so, and
# the photo shows that class, rather than the likeliest other, with less than the second. Chosen on photos with planted
# wrong labels, as docs/method.md says.
WRONG, CONTRADICTED = 0.2, 0.4


class WrongLabels(NamedTuple):
    """What photos that were left out say of labels.

    Attributes
    ----------
    probabilities : ndarray, shape (n, classes), float, 0 to 1
        Of what each photo shows, by all photos of other groups.
    listed : ndarray, shape (k,), int
        The photos whose label is probably wrong, the least probable label first.
    expected : float, 0 to k; or None
        How many of these labels are expected to be wrong; None if the photos do not tell.
    """

    probabilities: np.ndarray
    listed: np.ndarray
    expected: float | None

    @property
    def counted(self):
        """How many labels are listed, and how many of these are expected to be wrong, ready for JSON."""
        return {"listed": len(self.listed), "expected": None if self.expected is None else round(self.expected, 1)}


def find(rng, sample):
    """Find labels that are probably wrong.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n photos.

    Returns
    -------
    WrongLabels
        As `judge` returns it, by the scores of `kernel_ridge.left_out_scores`.
    """
    return judge(left_out_scores(rng, sample), sample.labels)


def judge(scores, labels):
    """Return `WrongLabels` by scores of photos that were left out: (n, classes), (n,)."""
    noise = label_noise.estimate(scores, labels)
    probability = label_probability(noise.probabilities, labels)
    listed = np.flatnonzero((noise.wrong > max(WRONG, _best_threshold(noise.wrong))) & (probability < CONTRADICTED))
    listed = listed[np.argsort(probability[listed], kind="stable")]
    return WrongLabels(noise.probabilities, listed, float(noise.wrong[listed].sum()) if noise.is_known else None)


def _best_threshold(wrong):
    """Return the probability from which to list labels, such that recall and precision are best: (n,) -> float.

    It is half of the F-measure that can be expected at best: Lipton, Z. C., Elkan, C. and Naryanaswamy, B. (2014),
    Optimal thresholding of classifiers to maximize F1 measure, ECML PKDD, 225-239.
    """
    found = np.cumsum(np.sort(wrong)[::-1])  # of the first k
    return float(np.max(found / (np.arange(1, len(wrong) + 1) + wrong.sum())))


def label_probability(probabilities, labels):
    """Return the probability of each label if it is that or the likeliest other class: (n, classes) -> (n,)."""
    every = np.arange(len(labels))
    given = probabilities[every, labels]
    others = probabilities.copy()
    others[every, labels] = 0
    return given / np.maximum(given + others.max(axis=1), 1e-12)
