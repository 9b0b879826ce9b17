"""Which values are black and white in a set of photos whose files do not say."""

import logging

import numpy as np

from catsex.errors import ImageError
from catsex.photos.decoding.depth import extremes
from catsex.photos.decoding.formats import FIRST_BYTES, image_format
from catsex.photos.decoding.images import read_bytes, stored_samples

log = logging.getLogger(__name__)

BITS = (8, 10, 12, 14, 16)  # what sensors give


def find_levels(paths):
    """Find the range of the values in photos of more than 8 bits a channel.

    Cameras for microscopes and science put 10 or 12 bits into files of 16, which then look black; floating-point
    values can be anything. One photo alone does not tell: it may be dark.

    Parameters
    ----------
    paths : iterable of str or Path
        Others than those of more than 8 bits cost the reading of their first bytes. Files that cannot be
        read are passed over.

    Returns
    -------
    dict of str to (float, float)
        For `images.decode_image`: black and white by number type ("uint16", "float32", …). Empty if all photos
        have 8 bits, or say themselves what is white, or use the usual range. What is in it is logged.
    """
    found = {}
    for path in paths:
        for kind, lowest, highest in _values(path):
            before = found.get(kind, (lowest, highest))
            found[kind] = min(before[0], lowest), max(before[1], highest)
    levels = {}
    for kind, (lowest, highest) in sorted(found.items()):
        chosen = _levels(kind, lowest, highest)
        if chosen:
            levels[kind] = chosen
            log.warning(
                "These photos have %s values from %g to %g: %g is read as black, %g as white",
                *(kind, lowest, highest, *chosen),
            )
    return levels


def _values(path):
    """Yield (number type, smallest value, largest value) if a photo has more than 8 bits and does not say the range."""
    try:
        with open(path, "rb") as file:
            start = file.read(FIRST_BYTES)
        if image_format(start) == "TIFF" or (image_format(start) == "PNG" and start[24:25] == b"\x10"):
            samples = stored_samples(read_bytes(path), path)
            if samples is not None and not samples.declared:
                yield samples.kind, *extremes(samples.values)
    except (OSError, ImageError):
        return  # for `decode_image` to say


def _levels(kind, lowest, highest):
    """Return black and white for values of a type, or None if they are the usual ones or there is only one."""
    whole = np.dtype(kind).kind in "iu"
    if whole and lowest >= 0 and highest <= 65535:
        bits = next(bits for bits in BITS if highest < 2**bits)
        return (0.0, 2.0**bits - 1) if bits < 16 and kind != "uint8" and highest > 0 else None
    if not whole and lowest >= 0 and highest <= 1:
        return None
    return (lowest, highest) if highest > lowest else None
