"""How the photos of a set are decoded, where that is a choice: the same in training, in prediction and in the cache."""

import json
from dataclasses import dataclass, field, replace

from catsex.photos.decoding.formats import image_format
from catsex.photos.decoding.images import PROJECTIONS, decode_image, decode_reduced

LEAST, MOST = 8, 4096  # pixels that `reduce_to` can ask for


@dataclass(frozen=True)
class Decoder:
    """How photos are decoded.

    Attributes
    ----------
    levels : dict of str to (float, float)
        What is black and white in files of more than 8 bits that do not say so, as `levels.find_levels` finds it; or
        in all of more than 8 bits, as a user says it.
    strict : bool
        Whether a photo that is cut off is refused even if most of it is there.
    reduce_to : int, optional
        Large JPEGs are decoded to a half, a quarter or an eighth of their size, as long as both sides keep so many
        pixels: faster, and not quite the same. By default all of them are decoded whole.
    frame : int, "max" or "mean", optional
        Which picture of a file that holds several, from 0; or what is largest in all of them, or their mean. By default
        the first, and that there are others is mentioned.
    bands : tuple of int
        Which channels of a TIFF are read, from 1: one or three. By default RGB, the first three, or the first.
    """

    levels: dict = field(default_factory=dict)
    strict: bool = False
    reduce_to: int | None = None
    frame: int | str | None = None
    bands: tuple = ()

    @property
    def key(self):
        """What tells results of this way of decoding from those of others; "" for the usual way."""
        usual, said = Decoder(), self.to_json() | {"strict": self.strict}
        return "" if self == usual else json.dumps(said, sort_keys=True)

    def whole(self):
        """Return this way of decoding, but with every photo whole."""
        return replace(self, reduce_to=None)

    def decode(self, data, name):
        """Decode the content of a photo's file.

        Returns
        -------
        (ndarray, (int, int))
            The pixels, shape (H, W, 3), uint8, 0 to 255, and the height and width of the whole photo.

        Raises
        ------
        ImageError
            As `images.decode_image`.
        """
        which = {"frame": self.frame, "bands": self.bands}
        if self.reduce_to and image_format(data) == "JPEG":
            return decode_reduced(data, name, self.reduce_to, levels=self.levels, strict=self.strict)
        pixels = decode_image(data, name, levels=self.levels, strict=self.strict, **which)
        return pixels, pixels.shape[:2]

    def to_json(self):
        """Return what a model has to know of its photos, ready for JSON; empty for the usual way."""
        said: dict = {"levels": {kind: list(pair) for kind, pair in self.levels.items()}} if self.levels else {}
        said |= {"reduce_to": self.reduce_to} if self.reduce_to else {}
        said |= {"frame": self.frame} if self.frame is not None else {}
        return said | ({"bands": list(self.bands)} if self.bands else {})

    @classmethod
    def from_json(cls, said, strict=False):
        """Return the way of decoding that `to_json` has described.

        Raises
        ------
        ValueError
            If it is none.
        """
        try:
            levels = {str(kind): (float(low), float(high)) for kind, (low, high) in said.get("levels", {}).items()}
            reduce_to, frame, bands = said.get("reduce_to"), said.get("frame"), tuple(said.get("bands", ()))
        except (AttributeError, TypeError, ValueError) as error:
            raise ValueError(f"it says of its photos: {said!r}"[:200]) from error
        in_order = all(low < high for low, high in levels.values())
        known = reduce_to is None or (isinstance(reduce_to, int) and LEAST <= reduce_to <= MOST)
        known &= frame in (None, *PROJECTIONS) or (isinstance(frame, int) and frame >= 0)
        known &= len(bands) in (0, 1, 3) and all(isinstance(band, int) and band > 0 for band in bands)
        if not in_order or not known:
            raise ValueError(f"it says of its photos: {said!r}"[:200])
        return cls(levels, strict, reduce_to, frame, bands)
