"""Masks whose names do not tell: pictures of two values beside photos of the same size."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

LOSSLESS = {".png", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp"}
FEW_BYTES = 0.2  # for a pixel: what has two values is packed to less
CHUNK = 4096  # bytes from the middle of a file that is not packed


def masks_among(paths: Sequence[Path]) -> list[Path]:
    """Return which of the pictures in a folder are probably masks of others.

    They have at most two values (some of them two: of one value are masks with nothing in them), and there are as many
    pictures of the same size that have more. Of most photos only the beginning is read, of JPEGs beside none nothing.

    Parameters
    ----------
    paths : sequence of Path
    """
    values = {path: _values(path) for path in paths if path.suffix.lower() in LOSSLESS and _may_be(path)}
    found = [path for path, number in values.items() if number]
    if 2 not in values.values():
        return []
    sizes = {path: _size(path) for path in paths}
    photos = Counter(sizes[path] for path in paths if path not in set(found))
    masks = Counter(sizes[path] for path in found)
    return [path for path in found if sizes[path] and masks[sizes[path]] <= photos[sizes[path]]]


def _size(path):
    """Return the shorter and the longer side of a picture, for it may lie; None if that cannot be told."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            return tuple(sorted(image.size))
    except Exception:  # whoever reads it says what is wrong
        return None


def _may_be(path):
    """Return whether a file has few bytes for each of its pixels, or few values, without decoding it."""
    size = _size(path)
    if not size:
        return False
    length = path.stat().st_size
    if length < FEW_BYTES * size[0] * size[1] + CHUNK:
        return True
    with open(path, "rb") as file:
        file.seek(length // 2)
        return len(set(file.read(CHUNK))) <= 2


def _values(path):
    """Return how many values a picture has, 1 or 2; 0 if more."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            if image.mode[0] in "IF":
                number = len(np.unique(np.asarray(image)))
                return number if number <= 2 else 0
            return len((image.convert("RGB") if len(image.getbands()) > 1 else image).getcolors(2) or ())
    except Exception:  # whoever reads it says what is wrong
        return 0
