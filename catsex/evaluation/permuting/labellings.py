"""Many labellings of units, kept in as few bits as their classes need."""

import numpy as np

from catsex.progress import following

DRAWN = 64_000_000  # labels, a byte each, that are drawn at once


class Labellings:
    """Labellings with some numbers, each the same whichever others there are.

    Of two classes, a labelling takes a bit for each unit, of three or four classes two bits, and so on. So a thousand
    labellings of a million photos take 125 MB.

    Parameters
    ----------
    scheme : PermutationScheme
        Of T units.
    seed : int
    numbers : ndarray, shape (m,), int
        0 for the labels as they are.
    """

    def __init__(self, scheme, seed, numbers):
        self._numbers = len(numbers)
        units, planes = len(scheme.labels), bits(scheme.labels.max() + 1)
        self._planes = np.empty((planes, units, -(-len(numbers) // 8)), np.uint8)
        step = 8 * max(1, DRAWN // units // 8)
        starts = range(0, len(numbers), step)
        for start in following(starts, len(starts), "block"):
            labels = scheme.draw_numbered(seed, numbers[start : start + step])
            for plane, packed in enumerate(self._planes):
                packed[:, start // 8 : (start + step) // 8] = np.packbits(labels >> plane & 1, axis=1)

    def __len__(self):
        return self._numbers

    def __getitem__(self, units):
        """Return the labels of some units: (b,) -> (b, m), uint8 or, of more than 256 classes, uint16."""
        planes = np.unpackbits(self._planes[:, units], axis=2, count=self._numbers)
        labels = planes[0] if len(planes) <= 8 else planes[0].astype(np.uint16)
        for plane, its in enumerate(planes[1:], 1):
            labels |= its.astype(labels.dtype) << plane
        return labels


def bits(classes):
    """Return how many bits a label takes."""
    return max(1, int(classes - 1).bit_length())
