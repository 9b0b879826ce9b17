"""Do the labels say more of the photos than permuted labels would? In closed form, for all permutations at once."""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.metrics import balanced_accuracy
from catsex.evaluation.permuting.left_out import LeftOut
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme

NUMBERS_AT_ONCE = 20_000_000  # 160 MB
EQUAL = 1e-5  # standard deviations of chance: statistics of one labelling, drawn twice, differ by rounding alone


class Outcome(NamedTuple):
    """What a permutation test found.

    Attributes
    ----------
    p_value : float, above 0 to 1
    observed : float
        The statistic of the real labels, in standard deviations of chance.
    null : ndarray, shape (permutations,), float
        The statistic of permuted labels.
    accuracies : ndarray, shape (permutations,), float, 0 to 1
        The balanced accuracy of ridge regression under permuted labels, each photo's group left out.
    """

    p_value: float
    observed: float
    null: np.ndarray
    accuracies: np.ndarray

    @property
    def as_good(self):
        """How many permutations do as well as the real labels."""
        return int(_as_good(self.null, self.observed).sum())


def permutation_test(sample, *, seed, permutations=1000, spread=None):
    """Test whether the labels have anything to do with the features.

    Every photo gets a score for each class from linear classifiers that have not seen it or any other photo of its
    group (leave-one-group-out cross-validation). Two classifiers are asked, since which one sees more depends on what
    there is to see: ridge regression, light enough to use small differences of any feature, and the nearest class
    mean, which neither weak features nor wrong labels upset. What counts is by how much photos of a class score higher
    for their class than the others do:

    - of ridge regression the *separation*: the difference of the two mean scores, in standard deviations within the two
      sides; over several classes the root of the mean square, a negative one counting as negative.
    - of the nearest mean the *distance*: the difference itself, which is the cross-validated ("crossnobis")
      squared distance between class means of Walther, A., Nili, H., Ejaz, N., Alink, A., Kriegeskorte, N. and
      Diedrichsen, J. (2016), Reliability of dissimilarity measures for multi-voxel pattern analysis, NeuroImage 137,
      188-200; over several classes the mean. Unlike a distance of means it does not grow because one class is spread
      out more.

    Each is brought to one scale by all labellings: less their median, in root mean squares of their upper half. The
    statistic is the larger one (Westfall, P. H. and Young, S. S. (1993), Resampling-based multiple testing, Wiley). It
    has no upper bound, and is near 0 where there is nothing to learn. Its null distribution are the labellings of the
    `PermutationScheme`: ``p = #{T >= T(real labels)} / (1 + permutations)``, the real labels among them, or what so few
    different labellings allow (`smallest_p`), if that is larger. Test 1 of Ojala, M. and Garriga, G. C. (2010),
    Permutation tests for studying classifier performance, Journal of Machine Learning Research 11, 1833-1863.

    A group counts once, by the mean of its photos' scores. Where labels change places within groups only, the groups'
    means are taken off the scores.

    What is left out does not depend on the labels, so that scores are linear in them, and all labellings together are a
    few matrix products. There are no random folds: the only random numbers are the labellings. Labelling ``k``, from
    1, is drawn from stream ``k - 1`` of `RandomStreams`: block by block in ascending order, unit ``j`` of the block is
    given the label of its unit ``order[j]``. So the numbers depend on the order of the rows; `protocol` sorts them by
    the photos' checksums.

    Parameters
    ----------
    sample : Sample
        n photos.
    seed : int
    permutations : int
    spread : callable, optional
        What works blocks of labellings out at the same time, as `cluster.tasks.spread` does: (function, what all calls
        share, blocks) -> what the function returns for each. By default one is worked out after the other.

    Returns
    -------
    Outcome
    """
    classes = sample.classes
    scheme = find_permutation_scheme(sample.labels, sample.groups, sample.alike)
    labellings = np.concatenate([scheme.labels[None], scheme.draw_streams(seed, permutations)])  # (1 + P, units)
    blocks = np.array_split(labellings, 1 + labellings.shape[0] * len(sample) * classes // NUMBERS_AT_ONCE)
    shared = LeftOut(sample.features, sample.groups), scheme, classes
    found = (spread or _in_turn)(_of_labellings, shared, blocks)
    separations, distances, accuracies = np.concatenate(found, axis=1)
    statistics = np.maximum(_in_deviations(separations), _in_deviations(distances))
    p_value = max(np.mean(_as_good(statistics, statistics[0])), scheme.smallest_p)
    return Outcome(float(p_value), float(statistics[0]), statistics[1:], accuracies[1:])


def _in_turn(function, shared, items):
    return [function(*shared, item) for item in items]


def _of_labellings(left_out, scheme, classes, labellings):
    """Return the separation, the distance and the accuracy for labellings of the units: (m, units) -> (3, m)."""
    units, photos = labellings.T, labellings.T[scheme.unit]  # (units, m), (n, m)
    scores, margins, distances = [], [], []
    for c in [1] if classes == 2 else range(classes):  # of two classes, one has the other's scores negated
        target = (photos == c).astype(left_out.dtype)
        scores.append(left_out.ridge(target))
        margins.append(_compare(_of_units(scores[-1], scheme), units == c)[1])
        distances.append(_compare(_of_units(left_out.nearest(target), scheme), units == c)[0])
    squares = np.mean(np.abs(margins) * margins, axis=0)
    predicted = scores[0] > 0 if classes == 2 else np.argmax(scores, axis=0)
    accuracies = balanced_accuracy(predicted.T, photos.T, classes)
    return np.sign(squares) * np.sqrt(np.abs(squares)), np.mean(distances, axis=0), accuracies


def _as_good(statistics, observed):
    """Return which statistics are as large as the observed one, give or take rounding."""
    return statistics >= observed - EQUAL


def _in_deviations(values):
    """Bring a statistic of all labellings to one scale: less its median, in root mean squares of the upper half.

    A statistic whose chance values are skewed reaches high more often than its standard deviation says.
    """
    values = values - np.median(values)
    above = np.sqrt(2 * np.mean(np.square(np.maximum(values, 0))))
    return values / above if above > 0 else np.zeros_like(values)


def _of_units(scores, scheme):
    """Return the mean score of each unit's photos, less the mean of its block's units: (n, m) -> (units, m)."""
    return _less_means(_means(scores, scheme.unit), scheme.block)


def _means(scores, part):
    """Return the mean of the rows of each part, numbered from 0: (n, m) -> (parts, m)."""
    order = np.argsort(part, kind="stable")
    sizes = np.bincount(part)
    return np.add.reduceat(scores[order], np.cumsum(sizes) - sizes, axis=0) / sizes[:, None]


def _less_means(scores, block):
    _, part = np.unique(block, return_inverse=True)
    return scores - _means(scores, part)[part]


def _compare(scores, member):
    """Compare the units of a class with all others.

    Parameters
    ----------
    scores : ndarray, shape (units, m), float
    member : ndarray, shape (units, m), bool

    Returns
    -------
    raw, margin : ndarray, shape (m,)
        The difference of their mean scores, and the same in standard deviations within both.
    """
    units, inside = len(scores), member.sum(axis=0)
    sums = np.einsum("um,um->m", scores, member, dtype=np.float64)
    squares = np.einsum("um,um->m", scores, scores, dtype=np.float64)
    high, low = sums / inside, (scores.sum(axis=0, dtype=np.float64) - sums) / (units - inside)
    within = (squares - inside * high**2 - (units - inside) * low**2) / units
    return high - low, (high - low) / np.sqrt(np.maximum(within, np.maximum(1e-12 * squares / units, 1e-300)))
