"""A canonical order of rows, columns and classes: results do not depend on the order in which they came."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from catsex.evaluation.streaming.blocks import row_blocks
from catsex.evaluation.streaming.ridge_learner import by_sums
from catsex.network.on_disk.rows import ROW, RowsOnDisk, rows_of

MANY_BYTES = 2**26  # of features, of more of which no second copy is made


class Ordered:
    """Features in another order, into which rows are brought when they are asked for: a copy of many would be large.

    Parameters
    ----------
    features : ndarray, shape (n, d)
    rows : ndarray, shape (n,), int
        Which row comes first, second, ….
    columns : ndarray, shape (d,), int, or None
        Which column, if these have another order too.
    """

    def __init__(self, features, rows, columns):
        self._features, self._rows, self._columns = features, rows, columns
        self.shape, self.dtype = features.shape, features.dtype

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, chosen):
        """Return rows as an array, (m, d)."""
        rows = self._features[self._rows[chosen]]
        return rows if self._columns is None else rows.take(self._columns, axis=1)


class CanonicalOrder(NamedTuple):
    """The canonical order of the rows, columns and classes of a set.

    Attributes
    ----------
    rows : ndarray, shape (n,), int
        Which photo comes first, second, ….
    columns : ndarray, shape (d,), int, or None
        Which feature; None if features keep their order.
    classes : ndarray, shape (classes,), int
        Which class: the one whose photo comes first, then the next.
    """

    rows: np.ndarray
    columns: np.ndarray | None
    classes: np.ndarray

    def features(self, features):
        """Return the features in this order: (n, d) -> (n, d)."""
        if by_sums(features):  # of which the order of columns changes nothing, and a copy would be too large
            return (features if isinstance(features, RowsOnDisk) else rows_of(features)).reordered(self.rows)
        ordered = Ordered(features, self.rows, self.columns)
        return ordered if features.nbytes > MANY_BYTES else ordered[:]

    def groups(self, groups):
        """Return the groups in this order, each called by the place of its first photo: (n,) -> (n,)."""
        _, first, group = np.unique(groups[self.rows], return_index=True, return_inverse=True)
        return first.astype(ROW)[group]

    def labels(self, labels):
        """Return the labels in this order, classes numbered as they come: (n,) -> (n,)."""
        return np.argsort(self.classes)[labels[self.rows]]

    def sample(self, sample):
        """Return a `Sample` in this order, but for the order of its class names."""
        units = None if sample.units is None else self.groups(sample.units)
        rows = {"labels": self.labels(sample.labels), "groups": self.groups(sample.groups), "units": units}
        return replace(sample, features=self.features(sample.features), **rows)

    def given_labels(self, wrong):
        """Bring `WrongLabels` back into the order in which photos and classes were given."""
        probabilities = np.empty_like(wrong.probabilities)
        probabilities[np.ix_(self.rows, self.classes)] = wrong.probabilities
        return wrong._replace(probabilities=probabilities, listed=self.rows[wrong.listed])

    def given(self, predictions):
        """Bring predictions back into the order in which photos and classes were given: (M, n) -> (M, n)."""
        result = np.empty_like(predictions)
        result[:, self.rows] = self.classes[predictions]
        return result


def canonical_order(features, labels, digests=None):
    """Find the order of rows by their checksums, or of rows and columns by their numbers where there are none.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    labels : ndarray, shape (n,), int
    digests : sequence of n str or bytes, optional
        Checksums of the photos' files.

    Returns
    -------
    CanonicalOrder
    """
    columns = None
    if digests is None:  # neither a largest number nor a sum depends on the order, but for a sum's last digit
        rows, columns = _by_numbers(features)
    else:
        rows = np.argsort(np.asarray(digests), kind="stable").astype(ROW)
    _, first = np.unique(labels[rows], return_index=True)
    return CanonicalOrder(rows, columns, np.argsort(first))


def _by_numbers(features):
    """Return the order of rows and of columns by their largest number, and by the sum of their sizes."""
    n, d = features.shape
    (of_rows, of_columns), (largest, largest_of_columns) = (
        (np.zeros(n), np.zeros(d)),
        (np.empty(n), np.full(d, -np.inf)),
    )
    for rows in row_blocks(features):
        block = features[rows]
        sizes = np.abs(block)
        of_rows[rows], largest[rows] = sizes.sum(axis=1, dtype=np.float64), block.max(axis=1)
        of_columns += sizes.sum(axis=0, dtype=np.float64)
        np.maximum(largest_of_columns, block.max(axis=0), out=largest_of_columns)
    return np.lexsort([of_rows, largest]), np.lexsort([of_columns, largest_of_columns])
