"""What an evaluation says of each photo, made on demand: for a million photos it would not fit into memory."""

import itertools
from collections.abc import Sequence

import numpy as np

from catsex.evaluation.probabilities.wrong_labels import label_probability

AT_ONCE = 10_000


class PhotoRows(Sequence):
    """A dict for each photo, ready for JSON, that looks like a list of them.

    To what an entry says come `right` (0 to 1, how often it was right while it was held out) and `predictions` (how
    often it was put in which class); `prediction`, the likeliest class; `label_probability`, 0 to 1, as that function
    returns it; and `suggested`, the likeliest other class if the label is listed as probably wrong, else None.

    Parameters
    ----------
    entries : sequence of dict
        What each photo is, as `PhotoSet.entries` says it.
    predictions : ndarray, shape (repeats, n), int
    wrong : probabilities.wrong_labels.WrongLabels
        Of the photos and the classes in this order.
    sample : Sample
    """

    def __init__(self, entries, predictions, wrong, sample):
        self._entries, self._class_names, labels = entries, sample.class_names, sample.labels
        self._right = (predictions == labels).mean(axis=0)
        self._counts = np.stack([(predictions == one).sum(axis=0) for one in range(sample.classes)], axis=1)
        self._probability = label_probability(wrong.probabilities, labels).astype(np.float64).round(4)
        self._best = wrong.probabilities.argmax(axis=1)
        self._listed = np.zeros(len(labels), bool)
        self._listed[wrong.listed] = True

    def __len__(self):
        return len(self._right)

    def __getitem__(self, row):
        return next(self._rows(iter([self._entries[row]]), slice(row, row + 1)))

    def __iter__(self):
        entries = iter(self._entries)
        for start in range(0, len(self), AT_ONCE):
            yield from self._rows(entries, slice(start, start + AT_ONCE))

    def _rows(self, entries, rows):
        """Yield the rows of some photos, from as many entries."""
        columns = self._right, self._counts, self._best, self._probability, self._listed
        for right, counts, best, probability, listed in zip(*(one[rows].tolist() for one in columns), strict=True):
            prediction = self._class_names[best]
            yield next(entries) | {
                "right": right,
                "predictions": counts,
                "prediction": prediction,
                "label_probability": probability,
                "suggested": prediction if listed else None,
            }


class Told(Sequence):
    """One value of each entry, such as its path; for an entry without it, its name.

    Parameters
    ----------
    entries : sequence of dict
    key : str
    """

    def __init__(self, entries, key):
        self._entries, self._key = entries, key

    def __len__(self):
        return len(self._entries)

    def __getitem__(self, row):
        return self._told(self._entries[row])

    def __iter__(self):
        return map(self._told, self._entries)

    def _told(self, entry):
        return entry.get(self._key, entry["name"])


def digests_of(entries):
    """Return what tells files apart, their checksums or else their names, in half the memory that texts take.

    Returns
    -------
    ndarray, shape (n,), bytes
        In the order of the texts.
    """
    told = iter(Told(entries, "sha256"))
    blocks = iter(lambda: list(itertools.islice(told, AT_ONCE)), [])
    return np.concatenate([np.char.encode(np.array(block), "utf-8") for block in blocks])
