"""What all sets of labelled things share, be they photos on disk, photos in object storage, or rows of features."""

from typing import Any, Protocol

import numpy as np


class Labelled(Protocol):
    """Things with their classes."""

    @property
    def name(self) -> str:
        """What the set is called."""

    @property
    def labels(self) -> np.ndarray:
        """The class of each of N things, shape (N,), int64, as an index into `class_names`."""

    @property
    def class_names(self) -> list[Any]:
        """What the classes are called."""

    @property
    def groups(self) -> np.ndarray | None:
        """Which subject each shows, shape (N,), int; None if that is not known."""

    @property
    def headline(self) -> str:
        """One line that says which they are."""

    def __len__(self) -> int: ...


def class_counts(things: Labelled) -> str:
    """Return how many there are of each class, such as "20 female, 20 male"."""
    counts = np.bincount(things.labels, minlength=len(things.class_names)).tolist()
    return ", ".join(f"{count} {name}" for count, name in zip(counts, things.class_names, strict=True))


def of_subjects(things: Labelled) -> str:
    """Return of how many subjects they are, such as " of 12 subjects"; nothing if that is not known."""
    return "" if things.groups is None else f" of {len(np.unique(things.groups))} subjects"
