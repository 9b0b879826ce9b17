"""Pixels in any colours to sRGB: embedded profiles, CMYK, palettes, transparency."""

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from catsex.photos.decoding.notices import say_once

NO_CACHE: Any = 0x0040  # cmsFLAGS_NOCACHE of lcms2.h: threads can share the transform
LEAST_WHITE = 128  # of 255: a profile by which white is darker is damaged
NEARLY_WHITE = 250  # of 255: lighter than this on white, nothing is to be seen


def to_rgb(image, name):
    """Convert a loaded Pillow image with 8 bits a channel to mode RGB.

    An embedded profile (ICC) is applied with the relative colorimetric intent; one that is damaged, or for other
    colours than the image has, is passed over. Transparency is laid over white, or over black where
    nothing would be seen on white.

    Parameters
    ----------
    image : PIL.Image.Image
    name : str or Path
        What to call the photo in a notice.

    Returns
    -------
    PIL.Image.Image
        Of mode RGB.
    """
    if image.mode == "RGB" and not image.info.keys() & {"transparency", "icc_profile"}:
        return image
    profile = image.info.get("icc_profile")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _over_background(_in_srgb(_with_alpha(image), profile).convert("RGBA"), name)
    if image.mode in ("P", "1", "YCbCr", "HSV"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return _in_srgb(image, profile).convert("RGB")


def _with_alpha(image):
    """Return an image of mode LA or RGBA."""
    if image.mode in ("La", "L"):
        return image.convert("LA")
    return image if image.mode in ("LA", "RGBA") else image.convert("RGBA")


def _over_background(layer, name):
    """Lay an image of mode RGBA over white, or over black if it would not be seen on white."""
    from PIL import Image

    result = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    if np.asarray(result).min() >= NEARLY_WHITE and layer.getextrema()[3][1] > 255 - NEARLY_WHITE:
        shown = Image.alpha_composite(Image.new("RGBA", layer.size, "black"), layer).convert("RGB")
        if shown.getextrema() != result.getextrema():  # else it is white all over
            say_once("white on a transparent background, and so laid over black: %s", name, Path(name).parent)
            return shown
    return result


def _in_srgb(image, profile):
    """Convert a Pillow image of mode RGB, RGBA, L, LA, CMYK or LAB by its profile, if that says anything."""
    from PIL import Image, ImageCms

    if image.mode == "LA":
        grey, alpha = image.split()
        coloured = _in_srgb(grey, profile)
        return image if coloured is grey else Image.merge("RGBA", (*coloured.split(), alpha))
    if image.mode in ("RGB", "RGBA") and profile and profile[16:20] == b"GRAY":  # grey, in three equal channels
        red, *others = image.split()
        if any(other.tobytes() != red.tobytes() for other in others[:2]):
            return image
        coloured = _in_srgb(red, profile)
        return image if coloured is red else Image.merge(image.mode, (*coloured.split(), *others[2:]))
    transform = _transform(profile, image.mode) if profile or image.mode == "LAB" else None
    if transform is None:
        return image
    return ImageCms.applyTransform(image, transform)


@lru_cache(maxsize=16)  # the photos of one camera have one profile; the largest, for CMYK, have some 2 MB
def _transform(profile, mode):
    """Return the transform from a profile, as bytes, to sRGB; None if there is none or nothing to do."""
    from PIL import Image, ImageCms

    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.createProfile("LAB"),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGBA" if mode == "RGBA" else "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            NO_CACHE,
        )
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None  # damaged, or for other colours
    if mode not in ("RGB", "RGBA"):
        return transform
    steps = [255 * step // 8 for step in range(9)]
    cube = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b, 255)[: len(mode)])
    probe = Image.frombytes(mode, (9, 81), cube)
    ImageCms.applyTransform(probe, transform, inPlace=True)
    if min(probe.tobytes()[-len(mode) :][:3]) < LEAST_WHITE:  # its last pixel was white
        return None
    moved = max(abs(a - b) for a, b in zip(probe.tobytes(), cube, strict=True))
    return transform if moved > 1 else None  # most profiles are sRGB itself
