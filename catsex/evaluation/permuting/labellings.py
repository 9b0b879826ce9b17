"""Many labellings of units, kept in as few bits as their classes need."""

import numpy as np

from catsex.network.on_disk.rows import ROW, gathered
from catsex.progress import following

DRAWN = 64_000_000  # labels, a byte each, that are drawn at once
MOST_BYTES = 2**24  # of labellings in memory: a thousand of 130,000 photos of two classes; more lie in a temporary file


class Labellings:
    """Labellings with some numbers, each the same whichever others there are.

    Of two classes, a labelling takes a bit for each unit, of three or four classes two bits, and so on. So a thousand
    labellings of a million photos take 125 MB on disk, where units lie as they are read, so that those of a block are
    side by side.

    Parameters
    ----------
    scheme : PermutationScheme
        Of T units.
    seed : int
    numbers : ndarray, shape (m,), int
        0 for the labels as they are.
    order : ndarray, shape (T,), int
        The units as they are read.
    """

    def __init__(self, scheme, seed, numbers, order):
        units, planes = len(order), bits(scheme.labels.max() + 1)
        pieces = -(-len(numbers) // (8 * max(1, DRAWN // units // 8)))
        step = 8 * -(-len(numbers) // (8 * pieces))
        every = np.pad(numbers, (0, pieces * step - len(numbers))).reshape(pieces, step)

        def drawn():
            for some in following(every, pieces, "block"):
                labels = scheme.draw_numbered(seed, some)
                for plane in range(planes):
                    yield np.packbits(labels & 1 << plane, axis=1)[order]

        self._numbers, self._begins = len(numbers), units * np.arange(pieces * planes).reshape(pieces, planes, 1)
        self._places = np.empty(units, ROW)
        self._places[order] = np.arange(units)
        self._kept = gathered(drawn(), (pieces * planes * units, step // 8), np.uint8, MOST_BYTES)

    def __len__(self):
        return self._numbers

    def __getitem__(self, units):
        """Return the labels of some units: (b,) -> (b, m), uint8 or, of more than 256 classes, uint16."""
        places, which = np.unique(self._places[units], return_inverse=True)
        packed = self._kept[(self._begins + places).ravel()].reshape(*self._begins.shape[:2], len(places), -1)
        packed = packed[:, :, which].transpose(1, 2, 0, 3).reshape(packed.shape[1], len(units), -1)
        planes = np.unpackbits(packed, axis=2, count=self._numbers)
        labels = planes[0] if len(planes) <= 8 else planes[0].astype(np.uint16)
        for plane, its in enumerate(planes[1:], 1):
            labels |= its.astype(labels.dtype) << plane
        return labels


def bits(classes):
    """Return how many bits a label takes."""
    return max(1, int(classes - 1).bit_length())
