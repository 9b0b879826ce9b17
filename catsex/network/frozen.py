"""The frozen part of a network by what identifies it; the network itself is loaded when it is first needed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from catsex.network.model import fingerprint

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Frozen:
    """The frozen part of a network.

    Attributes
    ----------
    fingerprint : str
        SHA-256 of what determines its output: its layers' kinds, configurations and weights.
    size : (int, int)
        Height and width of the photos that it takes, in pixels.
    length : int
        How many features it gives for a photo.
    load : callable
        Returns it: a keras.Model, (N, height, width, 3) in -1 to 1 -> (N, length).
    """

    fingerprint: str
    size: tuple[int, int]
    length: int
    load: Callable[[], "keras.Model"]

    @classmethod
    def of(cls, model: "keras.Model") -> "Frozen":
        """Describe a frozen network that is loaded already."""
        return cls(fingerprint(model), tuple(model.input_shape[1:3]), model.output_shape[-1], lambda: model)

    @cached_property
    def model(self) -> "keras.Model":
        """The network, loaded."""
        return self.load()
