"""Pixels of more than 8 bits, from microscopes, scanners and satellites, and which values are black and white."""

import sys
from typing import NamedTuple

import numpy as np

from catsex.errors import ImageError
from catsex.files import show

# TIFF 6.0
BITS_PER_SAMPLE, COMPRESSION, PHOTOMETRIC, SAMPLE_FORMAT, LOWEST, HIGHEST = 258, 259, 262, 339, 340, 341
WHITE_IS_ZERO, NOT_COMPRESSED, SIGNED = 0, 1, 2  # values of three of them
OTHER_BYTE = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


class Samples(NamedTuple):
    """Pixels as a file stores them.

    Attributes
    ----------
    values : ndarray, shape (H, W) or (H, W, C), of any number type
    mode : str
        What they mean, as a Pillow mode: L, LA, RGB, RGBA, RGBa or CMYK.
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
    """

    values: np.ndarray
    mode: str = "L"
    declared: tuple | None = None
    inverted: bool = False
    see_through: int | tuple | None = None
    orientation: int | None = None
    profile: bytes | None = None

    @property
    def kind(self):
        """The number type's name, such as uint16: the key of levels."""
        return self.values.dtype.name


def from_pillow(image):
    """Return the samples of a loaded Pillow image with one channel of more than 8 bits.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode F, I or I;16 in any byte order.
    """
    tags = getattr(image, "tag_v2", {})
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
    )


def is_cut_to_8_bits(image):
    """Return whether Pillow is going to keep only the upper bytes of an opened image's 16-bit colours."""
    return _raw_mode(image).startswith(("RGB;16", "RGBA;16", "CMYK;16"))


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
    )


def declared_range(tag, bits):
    """Return black and white as a TIFF's tags give them, or its number of bits if that is an odd one; or None."""
    lowest, highest = tag(LOWEST), tag(HIGHEST)
    if lowest is not None and highest is not None:
        lowest, highest = np.min(lowest), np.max(highest)
        if highest > lowest:
            return float(lowest), float(highest)
    return (0.0, 2.0**bits - 1) if 8 < bits < 16 else None


def to_eight_bits(samples, name, levels=None):
    """Return samples as a Pillow image with 8 bits a channel.

    What is black and what is white is what the file declares; else what `levels` says; else the whole range of
    16 bits, or 0 to 1 for floating-point values that lie between.

    Parameters
    ----------
    samples : Samples
    name : str or Path
        What to call the photo in an error.
    levels : dict of str to (float, float), optional
        Black and white by number type, as `levels.find_levels` finds them in a set of photos.

    Raises
    ------
    ImageError
        If nothing says what is white.
    """
    from PIL import Image

    values = samples.values
    low, high = samples.declared or (levels or {}).get(samples.kind) or _usual_range(values, name)
    scaled = np.nan_to_num((values.astype(np.float32) - np.float32(low)) * np.float32(255 / (high - low)))
    pixels = (np.clip(scaled, 0, 255) + np.float32(0.5)).astype(np.uint8)
    if samples.inverted:
        pixels = 255 - pixels if pixels.ndim == 2 else np.dstack([255 - pixels[..., :1], pixels[..., 1:]])
    mode = samples.mode
    if samples.see_through is not None and mode in ("L", "RGB"):
        alpha = (np.dstack([values]) != samples.see_through).any(axis=2)
        pixels, mode = np.dstack([pixels, alpha * np.uint8(255)]), mode + "A"
    image = Image.frombytes(mode, pixels.shape[1::-1], pixels.tobytes())
    if mode in ("La", "RGBa"):  # colours that alpha has darkened
        image = image.convert(mode.upper())
    if samples.profile:
        image.info["icc_profile"] = samples.profile
    return image


def _usual_range(values, name):
    """Return black and white of values about which nothing else is known."""
    if values.dtype == np.uint8:
        return 0, 255
    lowest, highest = extremes(values)
    floating = values.dtype.kind == "f"
    if lowest >= 0 and highest <= (1 if floating else 65535):
        return 0, (1 if floating else 65535)
    kind = "floating-point" if floating else f"{8 * values.dtype.itemsize}-bit"
    raise ImageError(
        f"{show(name)} has {kind} pixels; save it with 8 or 16 bits "
        f"(they go from {lowest:g} to {highest:g}, and nothing says which is white)"
    )


def extremes(values):
    """Return the smallest and the largest finite value, as floats; 0 and 0 if there is none."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
