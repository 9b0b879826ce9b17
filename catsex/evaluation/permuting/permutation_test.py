"""Do the labels say more of the photos than permuted labels would? In closed form, for all permutations at once."""

from typing import NamedTuple

import numpy as np

from catsex.evaluation.permuting.comparison import Comparison, means
from catsex.evaluation.permuting.labellings import Labellings
from catsex.evaluation.permuting.left_out import LeftOut
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
from catsex.evaluation.streaming.blocks import ROWS_AT_ONCE, added, in_turn
from catsex.network.on_disk.rows import ROW
from catsex.progress import following

NUMBERS_AT_ONCE = 20_000_000  # 160 MB: scores, at once
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
    few matrix products. There are no random folds: the only random numbers are the labellings, each drawn by its number
    (`PermutationScheme.draw_numbered`). So they depend on the order of the rows; `protocol` sorts these by the photos'
    checksums.

    Parameters
    ----------
    sample : Sample
        n photos.
    seed : int
    permutations : int
    spread : callable, optional
        What goes over parts of the photos at the same time, as `cluster.tasks.spread` does: (function, what all calls
        share, parts) -> what the function returns for each, in order. By default one part comes after the other.

    Returns
    -------
    Outcome
    """
    scheme, spread = find_permutation_scheme(sample), spread or in_turn
    left_out = LeftOut(sample.features, sample.groups, spread)
    order, numbers, found = _as_read(scheme.unit, left_out.parts), np.arange(1 + permutations), []
    for some in np.array_split(numbers, 1 + len(numbers) // _at_once(sample)):
        labellings = Labellings(scheme, seed, some, order)
        found.append(_of_labellings(left_out, _Asked(scheme, labellings, sample.classes, left_out.dtype), spread))
    separations, distances, accuracies = np.concatenate(found, axis=1)
    statistics = np.maximum(_in_deviations(separations), _in_deviations(distances))
    p_value = max(np.mean(_as_good(statistics, statistics[0])), scheme.smallest_p)
    return Outcome(float(p_value), float(statistics[0]), statistics[1:], accuracies[1:])


def _at_once(sample):
    """Return how many labellings are worked out at once: the more, the less often features are read."""
    columns = 1 if sample.classes == 2 else sample.classes
    return max(1, NUMBERS_AT_ONCE // (columns * min(len(sample), ROWS_AT_ONCE)))


def _as_read(unit, parts):
    """Return the units in the order in which their photos are read: ndarray, shape (T,), int."""
    _, first = np.unique(unit[np.concatenate([rows for part in parts for rows in part])], return_index=True)
    return np.argsort(first).astype(ROW)


class _Asked:
    """Some labellings of photos.

    Parameters
    ----------
    scheme : PermutationScheme
    labellings : Labellings
        m of them, of its units.
    classes : int
    dtype : numpy.dtype
        Of targets.
    """

    def __init__(self, scheme, labellings, classes, dtype):
        self.labellings, self.unit, self.block = labellings, scheme.unit, scheme.block
        self.columns = np.array([1] if classes == 2 else range(classes))  # of two, one's scores are the other's negated
        self.classes, self.dtype = classes, dtype

    def members(self, units):
        """Return labels of units as zeros and ones, the columns of a class side by side: (b,) -> (b, columns * m)."""
        labels = self.labellings[units]
        return (labels[:, None] == self.columns[:, None]).reshape(len(labels), -1).astype(self.dtype)

    def targets(self, rows):
        """Return the same for photos: (b,) -> (b, columns * m)."""
        return self.members(self.unit[rows])


def _of_labellings(left_out, asked, spread):
    """Return the separation, the distance and the accuracy for some labellings of the units: (3, m)."""
    totals = left_out.totals(asked.targets, spread)
    found = spread(_of_part, (left_out, asked, totals), left_out.parts)
    ridge, nearest, (right, photos) = added(following(found, len(left_out.parts), "part"))
    margins, distances = Comparison(ridge).margins(), Comparison(nearest).differences()
    squares = np.mean(np.abs(margins) * margins, axis=0)
    return np.sign(squares) * np.sqrt(np.abs(squares)), distances.mean(axis=0), (right / photos).mean(axis=0)


def _of_part(left_out, asked, totals, part):
    """Return the sums of `Comparison` for both classifiers, and which photos ridge regression gets right, of a part.

    The latter as how many of each class in each labelling, and of how many: (2, classes, m).
    """
    shape = len(asked.columns), len(asked.labellings)
    ridge, nearest = (Comparison(np.zeros((2, 5, *shape))) for _ in range(2))
    right, photos = np.zeros((2, asked.classes, shape[1]))
    for rows, *scores in left_out.scores(asked.targets, totals, part):
        unit, places = np.unique(asked.unit[rows], return_inverse=True)
        blocks, member = asked.block[unit], asked.members(unit)
        for comparison, its in zip((ridge, nearest), scores, strict=True):
            comparison.add(means(its, places), member, blocks)
        labels, by_class = asked.labellings[asked.unit[rows]], scores[0].reshape(len(rows), *shape)
        predicted = by_class[:, 0] > 0 if asked.classes == 2 else np.argmax(by_class, axis=1)
        for c in range(asked.classes):
            photos[c] += (labels == c).sum(axis=0)
            right[c] += ((labels == c) & (predicted == c)).sum(axis=0)
    return ridge.sums, nearest.sums, np.stack([right, photos])


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
