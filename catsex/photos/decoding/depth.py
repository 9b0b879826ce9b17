"""Pixels of more than 8 bits, from microscopes, scanners and satellites, as their files store them."""

import sys
from typing import Any, NamedTuple

import numpy as np

# TIFF 6.0
BITS_PER_SAMPLE, COMPRESSION, PHOTOMETRIC, CHANNELS, SAMPLE_FORMAT, LOWEST, HIGHEST = 258, 259, 262, 277, 339, 340, 341
NODATA = 42113  # GDAL's own tag: as text, the value that stands for no measurement
WHITE_IS_ZERO, NOT_COMPRESSED, SIGNED = 0, 1, 2  # values of three of them
COLOURS = {
    "L": 1,
    "LA": 1,
    "La": 1,
    "RGB": 3,
    "RGBA": 3,
    "RGBa": 3,
    "CMYK": 4,
    "CMYKA": 4,
}  # channels that are no transparency
OTHER_BYTE = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


class Samples(NamedTuple):
    """Pixels as a file stores them.

    Attributes
    ----------
    values : ndarray, shape (H, W) or (H, W, C), of any number type
    mode : str
        What they mean, as a Pillow mode: L, LA, RGB, RGBA, RGBa, CMYK; or CMYKA, which Pillow does not have.
    declared : (float, float) or None
        Black and white, where the file says.
    inverted : bool
        Whether white is the smaller one.
    see_through : int, tuple of int, or None
        The grey or colour that stands for transparency.
    orientation : int or None
        By which they must still be turned, as EXIF numbers it.
    profile : bytes or None
        The embedded colour profile.
    nodata : float or None
        The value that stands for what was not measured.
    usual : (float, float) or None
        Black and white, where neither the file says nor the set that it is in.
    """

    values: np.ndarray
    mode: str = "L"
    declared: tuple | None = None
    inverted: bool = False
    see_through: int | tuple | None = None
    orientation: int | None = None
    profile: bytes | None = None
    nodata: float | None = None
    usual: tuple | None = None

    @property
    def kind(self):
        """The number type's name, such as uint16: the key of levels."""
        return self.values.dtype.name

    @property
    def colours(self):
        """The values without the transparency: shape (H, W, colours)."""
        return np.atleast_3d(self.values)[..., : COLOURS[self.mode]]

    @property
    def alpha(self):
        """The transparency, shape (H, W), or None."""
        return self.values[..., -1] if self.mode[-1] in "Aa" else None

    def measured(self):
        """Return the values, shape (n,), that say how bright something is: no transparency, nothing unmeasured."""
        values = self.colours.ravel()
        return values if self.nodata is None else values[values != self.nodata]


def from_pillow(image):
    """Return the samples of a loaded Pillow image with one channel of more than 8 bits.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode F, I or I;16 in any byte order.
    """
    tags: Any = getattr(image, "tag_v2", {})
    values = np.asarray(image)
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    bits = tags.get(BITS_PER_SAMPLE, (0,))
    signed = tags.get(SAMPLE_FORMAT, (1,))[0] == SIGNED
    if image.mode == "I" and image.format == "TIFF" and not signed:
        values = values.view(np.uint32)  # Pillow has none, and lets them overflow
    elif image.mode == "I" and (bits[0] == 16 or image.format == "PNG"):
        values = values.astype(np.int16 if signed else np.uint16)
    if image.mode in ("F", "I") and tags.get(COMPRESSION, NOT_COMPRESSED) != NOT_COMPRESSED and tags.prefix == b"MM":
        values = values.byteswap()  # libtiff has put them in order, and Pillow again
    return Samples(
        values,
        declared=declared_range(tags.get, bits[0]),
        inverted=tags.get(PHOTOMETRIC) == WHITE_IS_ZERO,
        see_through=image.info.get("transparency"),
        profile=image.info.get("icc_profile"),
        nodata=nodata(tags.get),
    )


def is_cut_to_8_bits(image):
    """Return whether Pillow is going to keep only the upper bytes of an opened image's 16-bit colours."""
    return _raw_mode(image).startswith(("RGB;16", "RGBX;16", "RGBA;16", "RGBa;16", "CMYK;16"))


def keep_lower_bytes(image):
    """Let Pillow, which has no mode for colours of 16 bits, keep the lower bytes of an opened image instead."""
    raw_mode = _raw_mode(image)
    changed = raw_mode[:-1] + OTHER_BYTE[raw_mode[-1]]
    for number, tile in enumerate(image.tile):
        args = changed if isinstance(tile[3], str) else (changed, *tile[3][1:])
        image.tile[number] = tile._replace(args=args) if hasattr(tile, "_replace") else (*tile[:3], args)  # Pillow < 11


def _raw_mode(image):
    """Return how Pillow is going to unpack the pixels of an opened image."""
    tile = getattr(image, "tile", None)  # what another library has decoded has none
    args = tile[0][3] if tile else ""
    return args if isinstance(args, str) else str(args[0])


def from_two_bytes(upper, lower):
    """Return the samples of which two loaded Pillow images have the upper and the lower bytes."""
    return Samples(
        np.asarray(upper).astype(np.uint16) << 8 | np.asarray(lower),
        upper.mode,
        see_through=upper.info.get("transparency"),
        profile=upper.info.get("icc_profile"),
        nodata=nodata(getattr(upper, "tag_v2", {}).get),
    )


def nodata(tag):
    """Return the value that a TIFF's tags say stands for no measurement, or None."""
    try:
        return float(str(tag(NODATA)).strip("\0 "))
    except ValueError:
        return None


def declared_range(tag, bits):
    """Return black and white as a TIFF's tags give them, or its number of bits if that is an odd one; or None."""
    lowest, highest = tag(LOWEST), tag(HIGHEST)
    if lowest is not None and highest is not None:
        lowest, highest = np.min(lowest), np.max(highest)
        if highest > lowest:
            return float(lowest), float(highest)
    return (0.0, 2.0**bits - 1) if 0 < bits < 16 and bits != 8 else None
