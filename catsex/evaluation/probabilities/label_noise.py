"""How many labels are wrong, as far as scores of photos that were left out can tell?"""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.probabilities.out_of_fold import softmax

SHARES = 25  # that are tried of labels that may be wrong, from none to a half
SCALES, FLATTEST, STEEPEST = 30, 0.1, 50.0  # that are tried, if scores are divided by their mean size
SLOPES, MOST_HIDDEN = 7, 8.0  # that are tried: wrong labels may hide all but an eighth of how scores follow classes
UNCERTAIN = 0.087  # standard deviation that the share may still have; chosen as docs/method.md says
ENOUGH = 5000  # photos to learn both from
LEAST = 1e-9  # a smaller posterior probability is not worth the work


class LabelNoise(NamedTuple):
    """What scores say of labels.

    Attributes
    ----------
    probabilities : ndarray, shape (n, classes), float, 0 to 1
        Of what each photo shows, whatever its label.
    wrong : ndarray, shape (n,), float, 0 to 1
        The probability that each label is wrong.
    is_known : bool
        Whether the scores have told how many are wrong: the standard deviation of their share has become small.
    """

    probabilities: np.ndarray
    wrong: np.ndarray
    is_known: bool


def estimate(scores, labels):
    """Estimate which labels are wrong.

    What a photo shows has the probabilities that a softmax makes of a scale times its scores; then a share of all
    labels is wrong, each of the other classes being as probable: Bootkrajang, J. and Kaban, A. (2012), Label-noise
    robust logistic regression and its applications, ECML PKDD, 143-158.

    The scores of a rare class are low for all photos, and what they lack is its share of the labels times the slope by
    which scores follow classes. Wrong labels flatten that slope, those of a rare class the most, since as many of them
    may be wrong as right: by the labels as they are one only knows its least. Neither the slope nor the scale nor the
    share of wrong labels is chosen: the result is an average over many of each, weighted by how well they explain the
    labels. Beforehand a share of wrong labels is the less probable the larger it is, down to not at all for a half.

    Parameters
    ----------
    scores : ndarray, shape (n, classes), float
        Of photos that were left out, the larger, the more a photo seems to be of that class.
    labels : ndarray, shape (n,), int

    Returns
    -------
    LabelNoise
    """
    labelled, others, lacking = np.arange(len(labels)), scores.shape[1] - 1, _lacking(scores, labels)
    size = max(float(np.abs(_against(scores, labels, lacking[0])).mean()), 1e-12)
    scales = np.geomspace(FLATTEST, STEEPEST, SCALES) / size
    shares = (np.arange(SHARES) + 0.5) / (2 * SHARES)
    posterior = _posterior(scores, labels, lacking, scales, shares)
    probabilities, wrong = np.zeros(scores.shape), np.zeros(len(labels))
    for own, of_slope in zip(lacking, posterior, strict=True):
        against = _against(scores, labels, own)
        for scale in np.flatnonzero(of_slope.sum(axis=1) > LEAST):
            shown = softmax(scales[scale] * against)
            probabilities += of_slope[scale].sum() * shown
            right = shown[labelled, labels]
            for share, weight in zip(shares, of_slope[scale], strict=True):
                odds = share / others * (1 - right)
                wrong += weight * odds / (odds + (1 - share) * right)
    of_share = posterior.sum(axis=(0, 1))
    spread = np.sqrt(of_share @ np.square(shares - of_share @ shares))
    return LabelNoise(probabilities, wrong, bool(spread < UNCERTAIN))


def _lacking(scores, labels):
    """Return what the classes' scores may lack, by slopes from that of scores on labels upwards: (slopes, classes)."""
    own = np.eye(scores.shape[1])[labels]
    means = own.mean(axis=0)
    slope = np.sum((own - means) * scores) / np.sum((own - means) ** 2)
    return slope * np.geomspace(1, MOST_HIDDEN, SLOPES)[:, None] * means


def _against(scores, labels, lacking):
    """Return scores with what they lack, (classes,), less that of each label: (n, classes)."""
    scores = scores + lacking
    return scores - scores[np.arange(len(labels)), labels][:, None]


def _posterior(scores, labels, lacking, scales, shares):
    """Return the probability of each slope, scale and share of wrong labels: (slopes, scales, shares)."""
    some, others = slice(None, None, -(-len(scores) // ENOUGH)), scores.shape[1] - 1
    right = np.empty((len(lacking), len(scales), len(labels[some])))
    for slope, own in enumerate(lacking):
        against = _against(scores[some], labels[some], own)
        for scale, factor in enumerate(scales):
            right[slope, scale] = 1 / np.exp(np.clip(factor * against, -50, 50)).sum(axis=1)
    logarithms = [np.log((1 - share) * right + share / others * (1 - right)).sum(axis=2) for share in shares]
    powers = (1 - 2 * shares) * np.exp(np.stack(logarithms, axis=2) - np.max(logarithms))
    return powers / powers.sum()
