"""How a photo was taken: camera, lens, time and place, from its EXIF metadata."""

import calendar
import math
import re
import time
from typing import NamedTuple

EXIF, GPS = 0x8769, 0x8825  # directories; these and all tags: Exif 2.32, CIPA DC-008
MAKE, MODEL, TAKEN, LENS = 0x010F, 0x0110, 0x9003, 0xA434
LATITUDE, LONGITUDE = (1, 2), (3, 4)  # which half of the world, and degrees, minutes and seconds
MOST = 256 * 1024  # bytes

# TIFF's header, after what announces it in JPEG, HEIF, AVIF and JPEG XL, in PNG, and in WebP. A TIFF begins with it.
_START = re.compile(rb"(?:\A|Exif\0\0|eXIf|EXIF.{4})(II\*\0|MM\0\*)", re.DOTALL)


def read_exif(data):
    """Return camera, lens, time and place from a file's EXIF metadata.

    Parameters
    ----------
    data : bytes
        The content of an image file. Nothing is decoded.

    Returns
    -------
    dict
        As far as it is said: `camera` and `lens` (str), `taken` (float, seconds by the camera's own clock), `latitude`
        and `longitude` (float, degrees).
    """
    from PIL import Image

    found = _START.search(data)
    if not found:
        return {}
    try:
        exif = Image.Exif()
        exif.load(b"Exif\0\0" + data[found.start(1) : found.start(1) + MOST])
        more, gps = exif.get_ifd(EXIF), exif.get_ifd(GPS)
    except Exception:  # damaged: Pillow raises nearly every built-in exception
        return {}
    camera = " ".join(filter(None, (_text(exif.get(tag)) for tag in (MAKE, MODEL))))
    latitude, longitude = (_degrees(gps, *tags) for tags in (LATITUDE, LONGITUDE))
    said = {"camera": camera, "lens": _text(more.get(LENS)), "taken": _seconds(more.get(TAKEN))}
    if latitude is not None and longitude is not None:
        said |= {"latitude": latitude, "longitude": longitude}
    return {name: value for name, value in said.items() if value not in ("", None)}


def _text(value):
    """Return a tag as printable text, without blanks around it."""
    return "".join(c for c in str(value or "") if c.isprintable()).strip()[:200]


def _seconds(value):
    """Return a time as seconds, or None."""
    try:
        return float(calendar.timegm(time.strptime(_text(value)[:19], "%Y:%m:%d %H:%M:%S")))
    except ValueError:
        return None


def _degrees(gps, half, angle):
    """Return a latitude or longitude, or None."""
    try:
        degrees, minutes, seconds = (float(part) for part in gps[angle])
        value = degrees + minutes / 60 + seconds / 3600
        value = -value if _text(gps.get(half)) in ("S", "W") else value
    except Exception:  # not there, or no numbers: Pillow's fractions raise what they like
        return None
    return round(value, 6) if math.isfinite(value) else None


class Taken(NamedTuple):
    """Which camera has taken a photo, and when, in seconds by its own clock."""

    camera: str
    seconds: float


def taken_of(exif):
    """Return a photo's `Taken` by its EXIF, as `read_exif` returns it; None if that does not say both."""
    return Taken(exif["camera"], exif["taken"]) if {"camera", "taken"} <= set(exif) else None
