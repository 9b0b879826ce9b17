"""Pixels of more than 8 bits to 8: which values are black and white, and what is no value."""

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.colour import to_rgb

ROWS = 256  # that are scaled at once
MASKS = (1, 255)  # what is opaque where alpha has fewer bits than the colours
ALL = "all"  # the key of levels that a user gives: they hold for every number type, whatever a file declares


def to_eight_bits(samples, name, levels=None):
    """Return samples as a Pillow image with 8 bits a channel.

    What is black and what is white is what the user says; else what the file declares; else what `levels` says; else
    the whole range of 16 bits, or 0 to 1 for floating-point values that lie between. What was not measured is black.

    Parameters
    ----------
    samples : Samples
    name : str or Path
        What to call the photo in an error.
    levels : dict of str to (float, float), optional
        Black and white by number type, as `levels.find_levels` finds them in a set of photos; those of `ALL` are
        the user's.

    Raises
    ------
    ImageError
        If nothing says what is white.
    """
    from PIL import Image

    levels, values = levels or {}, samples.colours
    low, high = (
        levels.get(ALL if values.dtype != np.uint8 else "")
        or samples.declared
        or levels.get(samples.kind)
        or samples.usual
        or _usual_range(samples.measured(), name)
    )
    pixels = _scaled(values, low, high)
    if samples.inverted:
        pixels = 255 - pixels
    if samples.nodata is not None:
        pixels[(values == samples.nodata).all(axis=2)] = 0
    mode = samples.mode
    if samples.alpha is not None:
        pixels = np.dstack([pixels, _scaled(samples.alpha, 0, _opaque(samples.alpha, high))])
    elif samples.see_through is not None and mode in ("L", "RGB"):
        alpha = (values != samples.see_through).any(axis=2)
        pixels, mode = np.dstack([pixels, alpha * np.uint8(255)]), mode + "A"
    if mode == "CMYKA":
        return _printed(pixels, samples.profile, name)
    image = Image.frombytes(mode, pixels.shape[1::-1], pixels.tobytes())
    if mode in ("La", "RGBa"):  # colours that alpha has darkened
        image = image.convert(mode.upper())
    if samples.profile:
        image.info["icc_profile"] = samples.profile
    return image


def _printed(pixels, profile, name):
    """Return CMYK with alpha, shape (H, W, 5), uint8, as an image of mode RGBA."""
    from PIL import Image

    colours = Image.fromarray(np.ascontiguousarray(pixels[..., :4]), "CMYK")
    colours.info["icc_profile"] = profile
    return Image.merge("RGBA", (*to_rgb(colours, name).split(), Image.fromarray(pixels[..., 4])))


def _scaled(values, low, high):
    """Return values as uint8: `low` as 0, `high` as 255; NaN as 0."""
    result = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), ROWS):  # a large photo is never held as floats
        block = values[start : start + ROWS].astype(np.float32) - np.float32(low)
        with np.errstate(over="ignore", invalid="ignore"):  # what stands for no value may be beyond all bounds
            scaled = np.nan_to_num(block * np.float32(255 / (high - low)))
        result[start : start + ROWS] = (np.clip(scaled, 0, 255) + np.float32(0.5)).astype(np.uint8)
    return result


def _opaque(alpha, white):
    """Return the value of alpha that stands for opaque.

    That is white, or the number type's largest value if alpha goes beyond white. Alpha that goes up to 1 or 255 only is
    a mask, or of 8 bits, as GDAL writes it beside values of 16; one of floats is a share.
    """
    whole = alpha.dtype.kind in "iu"
    most = alpha.max() if whole else np.nanmax(alpha, initial=0)
    if most in MASKS or (not whole and most <= 1):
        return most if whole else max(1, most)
    if most <= white:
        return white
    return np.iinfo(alpha.dtype).max if whole else float(most)


def _usual_range(values, name):
    """Return black and white of values about which nothing else is known."""
    if values.dtype == np.uint8:
        return 0, 255
    lowest, highest = _extremes(values)
    floating = values.dtype.kind == "f"
    most = 1 if floating else 32767 if values.dtype == np.int16 else 65535
    if lowest >= 0 and highest <= most:
        return 0, most
    kind = "floating-point" if floating else f"{8 * values.dtype.itemsize}-bit"
    raise ImageError(
        f"{show(name)} has {kind} pixels; save it with 8 or 16 bits "
        f"(they go from {lowest:g} to {highest:g}, and nothing says which is white)"
    )


def _extremes(values):
    """Return the smallest and the largest finite value, as floats; 0 and 0 if there is none."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
