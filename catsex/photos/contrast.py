"""Photos of one colour all over, or nearly."""

import logging

import numpy as np

from catsex.errors import DataError

log = logging.getLogger(__name__)

LEAST = 2  # of 255: the standard deviation of the brightness below which nothing is to be seen
MOST = 0.1  # of the photos of a set
NAMED = 5  # photos
ADVICE = "look at them; --levels, --frames and --bands say what is read of files that hold more (docs/own-photos.md)"


def is_flat(pixels):
    """Return whether pixels, shape (H, W, 3), uint8, are of one colour, or nearly."""
    return float(pixels.mean(axis=2, dtype=np.float32).std()) < LEAST


def check_contrast(photos):
    """Name the photos of one colour, once in a run; refuse a set in which they are more than a tenth.

    Parameters
    ----------
    photos : PhotoSet
        Those that have not been read yet are read now.

    Raises
    ------
    DataError
        If they are more than `MOST` of all.
    """
    known = photos.reader.looked_at
    flat = [
        name
        for name, path, found in zip(photos.names, photos.paths, photos.descriptions, strict=True)
        if 255 * float(found.numbers[4]) < LEAST and path not in known
    ]
    if not flat:
        return
    known.update(photos.paths)
    more = f" and {len(flat) - NAMED} more" if len(flat) > NAMED else ""
    text = f"{len(flat)} of {len(photos)} photos are of one colour, nothing is to be seen in them: "
    text += f"{', '.join(flat[:NAMED])}{more}"
    if len(flat) > MOST * len(photos):
        raise DataError(f"{text}; {ADVICE}")
    log.warning("%s", text)
