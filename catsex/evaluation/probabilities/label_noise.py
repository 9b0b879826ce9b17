"""How many labels are wrong, as far as scores of photos that were left out can tell?"""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.probabilities.out_of_fold import softmax

SHARES = 25  # that are tried of labels that may be wrong, from none to a half
SCALES, FLATTEST, STEEPEST = 30, 0.1, 50.0  # that are tried, if scores are divided by their mean size
UNCERTAIN = 0.6  # as the share may still be, if it was 1 before; chosen as docs/method.md says
ENOUGH = 5000  # photos to learn both from
LEAST = 1e-6  # a smaller posterior probability is not worth the work


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
    robust logistic regression and its applications, ECML PKDD, 143-158. Neither the scale nor the share is chosen: the
    result is an average over many of both, weighted by how well they explain the labels. Beforehand all shares up to a
    half are as probable.

    Parameters
    ----------
    scores : ndarray, shape (n, classes), float
        Of photos that were left out, the larger, the more a photo seems to be of that class.
    labels : ndarray, shape (n,), int

    Returns
    -------
    LabelNoise
    """
    scores = scores + _shares(scores, labels)
    scores -= scores[np.arange(len(labels)), labels][:, None]  # of each label now 0
    scales = np.geomspace(FLATTEST, STEEPEST, SCALES) / max(float(np.abs(scores).mean()), 1e-12)
    shares, others = (np.arange(SHARES) + 0.5) / (2 * SHARES), scores.shape[1] - 1
    posterior = _posterior(scores, shares, scales)
    probabilities, wrong = np.zeros(scores.shape), np.zeros(len(labels))
    for scale, weights in zip(scales, posterior.T, strict=True):
        if weights.sum() > LEAST:
            shown = softmax(scale * scores)
            probabilities += weights.sum() * shown
            right = shown[np.arange(len(labels)), labels]
            for share, weight in zip(shares, weights, strict=True):
                odds = share / others * (1 - right)
                wrong += weight * odds / (odds + (1 - share) * right)
    of_share = posterior.sum(axis=1)
    spread = np.sqrt(of_share @ np.square(shares - of_share @ shares))
    return LabelNoise(probabilities, wrong, bool(spread < UNCERTAIN * shares.std()))


def _shares(scores, labels):
    """Return the classes' shares, as far as scores tell photos of a class from others: of a rare one all are low."""
    own = np.eye(scores.shape[1])[labels]
    shares = own.mean(axis=0)
    targets = own - shares
    return shares * (np.sum(targets * scores) / np.sum(targets**2))


def _posterior(scores, shares, scales):
    """Return the probability of each share of wrong labels and each scale: (n, classes) -> (shares, scales)."""
    scores, others = scores[:: -(-len(scores) // ENOUGH)], scores.shape[1] - 1
    right = np.array([1 / np.exp(np.clip(scale * scores, -50, 50)).sum(axis=1) for scale in scales])
    logarithms = [np.log((1 - share) * right + share / others * (1 - right)).sum(axis=1) for share in shares]
    powers = np.exp(logarithms - np.max(logarithms))
    return powers / powers.sum()
