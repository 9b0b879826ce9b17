"""What an evaluation computes on: features of things with their classes, and which of them belong together."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from catsex.network.on_disk.rows import ROW


@dataclass(frozen=True)
class Sample:
    """n things that may be told apart.

    Attributes
    ----------
    features : ndarray, shape (n, d), float32; or None
        None where nothing is computed from them.
    labels : ndarray, shape (n,), int
        The class of each, as an index into `class_names`.
    groups : ndarray, shape (n,), int
        Those with the same number belong together, such as photos of one subject: they are held out, and their labels
        permuted, together. By default each is a group of its own.
    units : ndarray, shape (n,), int, optional
        Those with the same number keep one label even within a group of several classes, as `Alike.units` says.
    class_names : list of str
        By default the numbers of the classes.
    """

    features: np.ndarray | None
    labels: np.ndarray
    groups: Any = None
    units: np.ndarray | None = None
    class_names: tuple | list = ()

    def __post_init__(self) -> None:
        if self.groups is None:
            object.__setattr__(self, "groups", np.arange(len(self.labels), dtype=ROW))
        if not len(self.class_names):
            object.__setattr__(self, "class_names", [str(label) for label in range(int(self.labels.max()) + 1)])

    @classmethod
    def of(cls, photos: Any, features: np.ndarray | None, groups: np.ndarray | None) -> "Sample":
        """Return the sample of a set of photos, or of a table of features, in such groups."""
        return cls(features, photos.labels, groups, class_names=photos.class_names)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)

    def subset(self, chosen: np.ndarray) -> "Sample":
        """Return some of them: those at some positions, shape (m,), int, or where a mask, shape (n,), bool, is true."""
        features = None if self.features is None else self.features[chosen]
        units = None if self.units is None else self.units[chosen]
        return replace(self, features=features, labels=self.labels[chosen], groups=self.groups[chosen], units=units)
