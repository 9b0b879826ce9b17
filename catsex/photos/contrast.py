"""Photos of one colour all over, or nearly."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from catsex.errors import DataError, ImageError
from catsex.photos.decoding.images import read_bytes
from catsex.progress import following

log = logging.getLogger(__name__)

LEAST = 2  # of 255: the standard deviation of the brightness below which nothing is to be seen
MOST = 0.1  # of the photos of a set
NAMED = 5  # photos
LOOKED_AT = 100  # photos of a set, before anything is computed
SMALL = 16  # pixels of a side that a JPEG keeps there
ADVICE = "look at them; --levels, --frames and --bands say what is read of files that hold more (docs/own-photos.md)"


def is_flat(pixels):
    """Return whether pixels, shape (H, W, 3), uint8, are of one colour, or nearly."""
    return float(pixels.mean(axis=2, dtype=np.float32).std()) < LEAST


def look_ahead(photos):
    """Name the photos of one colour before anything is computed; refuse a set in which they are more than a tenth.

    Of more than `LOOKED_AT` photos as many are looked at, evenly spread, and all if one of those is of one colour;
    `check_contrast` looks at the others once they have been read.

    Parameters
    ----------
    photos : PhotoSet

    Raises
    ------
    DataError
        If they are more than `MOST` of all.
    """
    chosen = sorted(set(np.linspace(0, len(photos) - 1, min(len(photos), LOOKED_AT)).round().astype(int).tolist()))
    with ThreadPoolExecutor() as pool:
        flat = dict(zip(chosen, pool.map(lambda position: _is_flat(photos, position), chosen), strict=True))
        if any(flat.values()) and len(chosen) < len(photos):
            others = [position for position in range(len(photos)) if position not in flat]
            coming = following(pool.map(lambda position: _is_flat(photos, position), others), len(others))
            flat |= dict(zip(others, coming, strict=True))
    names = photos.names
    _say_which(photos, [names[position] for position in sorted(flat) if flat[position]])


def _is_flat(photos, position):
    """Return whether a photo is of one colour, as far as it can be read."""
    path = photos.paths[position]
    try:
        data = read_bytes(path)
        # What is not flat at an eighth of the size is not at all; the reverse is looked at.
        small = replace(photos.decoder, reduce_to=SMALL).decode(data, path)[0]
        return is_flat(small) and is_flat(photos.decoder.whole().decode(data, path)[0])
    except ImageError:
        return False  # said when it is read


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
    _say_which(
        photos,
        [
            name
            for name, path, found in zip(photos.names, photos.paths, photos.descriptions, strict=True)
            if 255 * float(found.numbers[4]) < LEAST and path not in known
        ],
    )


def _say_which(photos, flat):
    """Say that photos, by their names, are of one colour, or refuse the set."""
    if not flat:
        return
    photos.reader.looked_at.update(photos.paths)
    more = f" and {len(flat) - NAMED} more" if len(flat) > NAMED else ""
    text = f"{len(flat)} of {len(photos)} photos are of one colour, nothing is to be seen in them: "
    text += f"{', '.join(flat[:NAMED])}{more}"
    if len(flat) > MOST * len(photos):
        raise DataError(f"{text}; {ADVICE}")
    log.warning("%s", text)
