"""A last layer for more photos than fit into memory: ridge regression, held out, from two passes over the features."""

from typing import ClassVar

import numpy as np

from catsex.evaluation.metrics import balanced_accuracy
from catsex.evaluation.probabilities.wrong_labels import judge
from catsex.evaluation.ridge import PENALTY
from catsex.evaluation.splits import stratified_folds
from catsex.evaluation.streaming.blocks import in_parts, in_turn, mean_of, row_blocks
from catsex.evaluation.streaming.sums import Sums, together
from catsex.network.on_disk.rows import MOST_BYTES
from catsex.products import at_once
from catsex.progress import following

MANY = 100_000  # rows, for more of which no last layers are trained step by step
HALVINGS = 5  # points of the learning curve
AT_ONCE = 8192  # rows: of fewer, a cell has too few for its products to be worked out at full speed


def by_sums(features):
    """Return whether there are so many features that ridge regression learns from sums over them."""
    return len(features) > MANY or 4 * features.shape[0] * features.shape[1] > MOST_BYTES


class Ridge:
    """Cross-validation of ridge regression from sums over rows: it answers what `learners.Heads` answers.

    Each row is in one cell: in a fold, and in the smallest part of the other rows of its fold that a point of the
    learning curve takes. One pass makes the sums of all cells, which together make those of any set to learn from, such
    as all but a fold, or a quarter of these. A second pass scores each row by what has not seen its fold.

    Parameters
    ----------
    rng : numpy.random.Generator
    sample : Sample
        n rows, more than features.
    folds : int
    spread : callable, optional
        What goes over parts of the rows at the same time, as `permutation_test` takes it.
    """

    name = "ridge regression"
    counted: ClassVar[dict] = {}  # no heads

    def __init__(self, rng, sample, folds, spread=None):
        self.sample, self.folds, self._spread = sample, folds, spread or in_turn
        self.columns = np.array([1] if sample.classes == 2 else range(sample.classes))
        fold = stratified_folds(rng, sample.labels[None], sample.groups, folds)[0].astype(np.int16)
        largest = min(len(np.unique(sample.groups[sample.labels == label])) for label in range(sample.classes))
        largest = int(largest * (folds - 1) / folds)
        self.sizes = sorted({max(1, largest >> halving) for halving in range(HALVINGS)})
        level = _levels(rng, sample, fold, np.maximum(1, np.round(np.array(self.sizes) / (folds - 1))))
        self.photos = [int((level <= number).sum()) for number in range(len(self.sizes))]
        blocks = row_blocks(sample.features, AT_ONCE)
        middle, parts = mean_of(sample.features, blocks).astype(np.float32), in_parts(blocks)
        linear = self._fitted(fold, level, middle, parts)
        self._score(fold, linear, middle, parts)

    def _fitted(self, fold, level, middle, parts):
        """Return for each fold the models fitted on all other folds and on parts of these, the smallest first."""
        folds, levels, features = self.folds, len(self.sizes) + 1, self.sample.features
        cells = [[Sums(features.shape[1], len(self.columns)) for _ in range(levels)] for _ in range(folds)]
        items = [(part, out) for part in parts for out in range(folds)]  # one fold at a time: five take 200 MB
        found = self._spread(_sums, (features, middle, self.sample.labels, self.columns, fold, level, levels), items)
        for (_, out), sums in zip(items, following(found, len(items), "part"), strict=True):
            for whole, more in zip(cells[out], sums, strict=True):
                whole.include(more)
        linear = []
        for out in range(folds):
            of_level = [[cells[one][k] for one in range(folds) if one != out] for k in range(levels)]
            sums = together(of_level[0])
            for number, more in enumerate([*of_level[1:], []]):
                linear.append(sums.linear(PENALTY))
                sums = together([sums, *more]) if number < levels - 1 else sums
        return [linear[start : start + levels] for start in range(0, len(linear), levels)]

    def _score(self, fold, linear, middle, parts):
        n, m = len(self.sample), len(self.columns)
        self.scores = np.empty((n, m), np.float32)  # of what was learned from all other folds
        self.predicted = np.empty((len(self.sizes), n), np.int16)  # by what was learned from parts of these
        found = self._spread(_scores, (self.sample.features, middle, fold, linear), parts)
        for part, (scores, predicted) in zip(parts, following(found, len(parts), "part"), strict=True):
            rows = np.concatenate(part)
            self.scores[rows], self.predicted[:, rows] = scores, predicted

    def predictions(self):
        """Return the class predicted for each row while it was held out: (1, n)."""
        return _classes(self.scores)[None]

    def learning_curve(self):
        """Return what `cross_validation.learning_curve` returns, from one repeat."""
        labels, classes = self.sample.labels, self.sample.classes
        share = (self.folds - 1) / self.folds / classes
        points = [
            {
                "groups_per_class": size,
                "photos_per_class": round(photos * share),
                "accuracy": float(balanced_accuracy(predicted[None], labels[None], classes)[0]),
                "spread": 0.0,
            }
            for size, photos, predicted in zip(self.sizes, self.photos, self.predicted, strict=True)
        ]
        full, half = (self.predicted[max(0, len(self.sizes) - back)] == labels for back in (1, 2))
        return points, full.astype(float), half.astype(float)

    def wrong_labels(self):
        """Return what `wrong_labels.find` returns, from the scores of held-out rows.

        How many of the labels are wrong is not said: nobody has counted how good such a number is.
        """
        scores = np.concatenate([-self.scores, self.scores], axis=1) if len(self.columns) == 1 else self.scores
        return judge(scores, self.sample.labels)._replace(expected=None)


def _sums(features, middle, labels, columns, fold, level, levels, item):
    """Return the `Sums` of each cell of a fold over the rows of some blocks: list of `levels`."""
    (blocks, out), sums = item, [Sums(features.shape[1], len(columns)) for _ in range(levels)]
    for rows in blocks:
        here = fold[rows] == out
        x = features[rows][here] - middle  # all are read: rows that lie side by side are read faster than some of them
        targets, its = (labels[rows[here], None] == columns).astype(np.float32), level[rows[here]]
        there = [(sums[one], x[its == one], targets[its == one]) for one in np.unique(its)[::-1]]  # the largest first
        at_once(lambda each: each[0].add(*each[1:]), there)
    return sums


def _scores(features, middle, fold, linear, blocks):
    """Return the scores of the rows of some blocks, (b, m), and the classes by each part of the others, (sizes, b)."""
    scores, predicted = [], []
    for rows in blocks:
        x, its = features[rows] - middle, fold[rows]
        scores.append(np.empty((len(rows), linear[0][0].weights.shape[1]), np.float32))
        predicted.append(np.empty((len(linear[0]) - 1, len(rows)), np.int16))
        for out, several in enumerate(linear):
            *of_parts, scores[-1][its == out] = [one.scores(x[its == out]) for one in several]
            predicted[-1][:, its == out] = [_classes(one) for one in of_parts]
    return np.concatenate(scores), np.concatenate(predicted, axis=1)


def _classes(scores):
    """Return the class with the highest score: (b, columns) -> (b,)."""
    return (scores[:, 0] > 0).astype(np.int64) if scores.shape[1] == 1 else scores.argmax(axis=1)


def _levels(rng, sample, fold, most):
    """Deal each row at random to a part of its fold: (n,), int8.

    Part k and those before it have ``most[k]`` groups of each class in each fold, groups that no part takes come last.
    """
    level = np.empty(len(sample), np.int8)
    for label in range(sample.classes):
        members = np.flatnonzero(sample.labels == label)
        _, first, group = np.unique(sample.groups[members], return_index=True, return_inverse=True)
        its_fold = fold[members[first]]
        order = np.lexsort((rng.random(len(first)), its_fold))
        rank = np.empty(len(first), int)
        counts = np.bincount(its_fold)
        rank[order] = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
        level[members] = np.searchsorted(most, rank, side="right")[group]
    return level
