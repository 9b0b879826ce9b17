"""Which labels are exchangeable if there is nothing to learn: those of whole groups, or those within groups."""

import math
from dataclasses import dataclass

import numpy as np

from catsex.evaluation.permuting.random_streams import RandomStreams
from catsex.network.on_disk.rows import ROW

MANY_UNITS = 20_000
_LOW = np.uint64(2**32 - 1)
AMONG, WITHIN, BOTH = "among groups", "within groups", "among and within groups"


@dataclass(frozen=True)
class PermutationScheme:
    """Which exchangeable units swap their labels.

    Photos form exchangeable units: all photos of a unit have one label, in every permutation. Units form blocks:
    labels are permuted among the units of a block. A group whose photos are all of one class is a unit, and all such
    groups form one block, whatever their sizes. A group with several classes (before and after, left and right) is a
    block of its own, whose units are its photos, or those of its photos that keep one label (`Alike.units`).

    That is the multi-level block permutation of Winkler, A. M., Webster, M. A., Vidaurre, D., Nichols, T. E. and Smith,
    S. M. (2015), Multi-level block permutation, NeuroImage 123, 253-268: whole-block exchange of blocks with one
    label, within-block exchange in the others.

    Attributes
    ----------
    unit : ndarray, shape (n,), int, 0 to T - 1
        The unit of each photo.
    labels : ndarray, shape (T,), int8 or, of more than 127 classes, int16
        The label of each unit.
    block : ndarray, shape (T,), int
        The block of each unit.
    kind : str
        "among groups", "within groups" or "among and within groups".
    """

    unit: np.ndarray
    labels: np.ndarray
    block: np.ndarray
    kind: str

    def draw(self, rng, permutations):
        """Draw labellings of the units: ndarray, shape (permutations, T), int16. Index it by `unit` for photos."""
        result = np.empty((permutations, len(self.labels)), np.int16)  # a quarter of the memory of int64
        for block in np.unique(self.block):
            units = np.flatnonzero(self.block == block)
            labels = np.tile(self.labels[units].astype(np.int16), (permutations, 1))
            result[:, units] = rng.permuted(labels, axis=1)
        return result

    def photos(self, rng, permutations):
        """Draw labellings of the photos: ndarray, shape (permutations, n), int16."""
        return self.draw(rng, permutations)[:, self.unit]

    def draw_numbered(self, seed, numbers):
        """Return the labellings of the units with some numbers, each the same whichever others are asked for.

        Of up to `MANY_UNITS` units, number ``k`` is drawn from stream ``k - 1`` of `RandomStreams`, as the page draws
        it: block by block in ascending order, unit ``j`` of the block is given the label of its unit ``order[j]``. Of
        more by NumPy's own generator, seeded with ``seed`` and ``k``, in a hundredth of the time.

        Parameters
        ----------
        seed : int
        numbers : ndarray, shape (m,), int
            0 for the labels as they are.

        Returns
        -------
        ndarray, shape (T, m), as `labels`
        """
        labels = self.labels
        result = np.repeat(labels[:, None], len(numbers), axis=1)
        drawn = np.flatnonzero(numbers)
        if len(labels) <= MANY_UNITS:
            streams = RandomStreams(seed, numbers[drawn] - 1)
            for block in np.unique(self.block):
                units = np.flatnonzero(self.block == block)
                result[np.ix_(units, drawn)] = labels[units][streams.permutations(len(units))].T
            return result
        _, block = np.unique(self.block, return_inverse=True)
        by_block = np.argsort(block, kind="stable")
        for place in drawn:
            result[by_block, place] = _shuffled(np.random.default_rng([seed, numbers[place]]), labels, block)
        return result

    @property
    def counts(self):
        """How many units of each class each block has: ndarray, shape (blocks, classes), int."""
        _, block = np.unique(self.block, return_inverse=True)
        counts = np.zeros((block.max() + 1, self.labels.max() + 1), int)
        np.add.at(counts, (block, self.labels), 1)
        return counts

    @property
    def smallest_p(self):
        """The smallest p-value that so many different labellings can give.

        The statistic does not depend on the names of the classes, so labellings that only swap names count as one.
        """
        counts = self.counts
        alike = np.unique(counts, axis=1, return_counts=True)[1]  # classes with as many units in each block
        return math.exp(min(0.0, sum(math.lgamma(1 + k) for k in alike) - _log_labellings(counts)))

    def groups_needed(self, level=0.05):
        """Return how many groups would make a p-value below `level` possible: per class, or in all if within groups."""
        counts = self.counts
        if self.kind == AMONG:
            classes = counts.shape[1]
            each = 2
            while math.lgamma(1 + classes) - _log_labellings(np.full((1, classes), each)) >= math.log(level):
                each += 1
            return each
        per_block = _log_labellings(counts) / len(counts)
        names = math.lgamma(1 + counts.shape[1])
        return math.floor((names - math.log(level)) / max(per_block, 1e-9)) + 1


def _shuffled(rng, labels, block):
    """Return labels in random order, those of block 0 first, then those of block 1, …: (T,), (T,) -> (T,)."""
    order = rng.permutation(len(labels))
    if not block.any():
        return labels[order]
    block = block[order].astype(np.uint64)
    return labels[order[(np.sort(block << 32 | np.arange(len(order), dtype=np.uint64)) & _LOW).astype(np.int64)]]


def _log_labellings(counts):
    """Return the logarithm of the number of different labellings of blocks with (blocks, classes) such counts."""
    return sum(math.lgamma(1 + sum(row)) - sum(math.lgamma(1 + k) for k in row) for row in counts.tolist())


def find_permutation_scheme(sample):
    """Find out which labels are exchangeable.

    Parameters
    ----------
    sample : Sample
        n photos; those of one unit keep one label even within a group with several classes.

    Returns
    -------
    PermutationScheme
    """
    labels, groups = sample.labels, sample.groups
    units = np.arange(len(labels)) if sample.units is None else sample.units
    pure = of_one_class(labels, groups)
    together = np.where(of_one_class(labels, units), units, -1 - np.arange(len(labels)))
    block = np.where(pure, 0, 1 + np.unique(groups, return_inverse=True)[1])
    keys = np.stack([block, np.where(pure, groups, together)])
    found, first, unit = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    kind = AMONG if pure.all() else BOTH if pure.any() else WITHIN
    labels = labels[first].astype(np.int8 if labels.max() < 128 else np.int16)
    return PermutationScheme(unit.reshape(-1).astype(ROW), labels, found[0].astype(ROW), kind)


def of_one_class(labels, groups):
    """Return for each photo whether all photos of its group are of one class: ndarray, shape (n,), bool."""
    _, group = np.unique(groups, return_inverse=True)
    low, high = np.full(group.max() + 1, labels.max()), np.zeros(group.max() + 1, int)
    np.minimum.at(low, group, labels)
    np.maximum.at(high, group, labels)
    return (low == high)[group]
