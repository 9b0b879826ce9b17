"""By how much the units of a class score higher than all others, from sums over blocks of units."""

import numpy as np


def means(scores, part):
    """Return the mean of the rows of each part, numbered from 0: (b, m) -> (parts, m)."""
    sizes = np.bincount(part)
    if len(sizes) == len(part):
        return scores[np.argsort(part)]
    order = np.argsort(part, kind="stable")
    sums = np.add.reduceat(scores[order], np.cumsum(sizes) - sizes, axis=0)
    return sums / sizes[:, None].astype(sums.dtype)


class Comparison:
    """The scores of units of a class compared with those of all others, from sums that blocks of units add to.

    The mean of a block within which labels change places is taken off its units' scores.

    Parameters
    ----------
    sums : ndarray, shape (2, 5, columns, m), float64
        For each column, which compares a class with all others, in m labellings: how many units there are, how many of
        the class, and the sums of their scores, of those of the class, and of squares. Then the same of the units whose
        labels change places within groups only. Zeros to begin with; those of several parts of the units can be added.
    """

    def __init__(self, sums):
        self.sums = sums

    def add(self, scores, member, block):
        """Take some units: their scores and whether they are of the class, (u, columns * m), and their blocks, (u,).

        All units of a block but block 0 have to come at once.
        """
        free = block == 0
        if free.all():
            self.sums[0] += self._sums(scores, member)
            return
        self.sums[0] += self._sums(scores[free], member[free])
        scores, (_, part) = scores[~free], np.unique(block[~free], return_inverse=True)
        self.sums[1] += self._sums(scores - means(scores, part)[part], member[~free])

    def _sums(self, scores, member):
        exact, sums = np.float64, np.empty((5, scores.shape[1]))
        sums[0], sums[1], sums[2] = len(scores), member.sum(axis=0, dtype=exact), scores.sum(axis=0, dtype=exact)
        sums[3:] = [np.einsum("um,um->m", scores, other, dtype=exact) for other in (member, scores)]
        return sums.reshape(self.sums.shape[1:])

    def differences(self):
        """Return by how much the mean score of the class is higher: (columns, m)."""
        high, low, _, _ = self._sides()
        return high - low

    def margins(self):
        """Return the same in standard deviations within both sides."""
        high, low, within, squares = self._sides()
        return (high - low) / np.sqrt(np.maximum(within, np.maximum(1e-12 * squares, 1e-300)))

    def _sides(self):
        """Return the mean scores of both sides, the variance within them, and the mean square of all."""
        (units, inside, total, theirs, squares), within = self.sums
        mean = total / np.maximum(units, 1)
        all_units, all_inside = units + within[0], inside + within[1]
        theirs = theirs - mean * inside + within[3]
        squares = squares - mean * total + within[4]
        high, low = theirs / all_inside, -theirs / (all_units - all_inside)
        within = squares - all_inside * high**2 - (all_units - all_inside) * low**2
        return high, low, within / all_units, squares / all_units
