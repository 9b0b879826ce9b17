"""Which values are black and white in a set of photos whose files do not say."""

import logging

import numpy as np

from catsex.errors import ImageError
from catsex.photos.decoding.formats import FIRST_BYTES, image_format
from catsex.photos.decoding.images import count_frames, read_bytes, stored_samples
from catsex.photos.decoding.spread import Spread

log = logging.getLogger(__name__)

BITS = (8, 10, 12, 14, 16)  # what sensors give
USED = 0.25  # of the range that a number of bits has: where less is used, both ends are found
ADVICE = "--levels {} {} fixes it"
DEEP = {"TIFF", "JPEG2000", "NPY", "DICOM"}  # formats that may have more than 8 bits; PNG says so at once


def find_levels(paths, frame=None, bands=(), advice=ADVICE):
    """Find the range of the values in photos of more than 8 bits a channel.

    Cameras for microscopes and science put 10 or 12 bits into files of 16, which then look black; floating-point
    values can be anything. One photo alone does not tell: it may be dark. So the range is found in all that is read:
    all pixels, channels and frames of the set, without transparency and without what the files say is no value.

    Parameters
    ----------
    paths : iterable of str or Path
        Others than those of more than 8 bits cost the reading of their first bytes. Files that cannot be
        read are passed over.
    frame, bands
        Which pictures and channels are read, as `images.decode_image` takes them; "all" for all pictures.
    advice : str
        What the notice ends with; {} and {} stand for black and white.

    Returns
    -------
    dict of str to (float, float)
        For `images.decode_image`: black and white by number type ("uint16", "float32", …). Empty if all photos
        have 8 bits, or say themselves what is white, or use the usual range. What is in it is logged.
    """
    found: dict = {}
    for path in paths:
        for kind, values in _values(path, frame, bands):
            found.setdefault(kind, Spread()).add(values)
    levels = {}
    for kind, spread in sorted(found.items()):
        if not spread.pictures:
            continue
        lowest, highest, alone = spread.ends()
        chosen = _levels(kind, lowest, highest)
        if chosen and (chosen != _usual(kind) or not chosen[0] <= spread.least <= spread.most <= chosen[1]):
            levels[kind] = chosen
            log.warning("%s", _in_words(kind, chosen, alone, advice))
    return levels


def _values(path, frame, bands):
    """Yield (number type, values) of each picture in a file of more than 8 bits that does not say the range."""
    try:
        with open(path, "rb") as file:
            start = file.read(FIRST_BYTES)
        file_format = image_format(start)
        if file_format not in DEEP and not (file_format == "PNG" and start[24:25] == b"\x10"):
            return
        data = read_bytes(path)
        frames = range(count_frames(data, path, bands)) if isinstance(frame, str) else [frame]
        for number in frames:
            samples = stored_samples(data, path, number, bands)
            if samples is None:
                return
            if not samples.declared:
                yield samples.kind, samples.measured()
    except (OSError, ImageError):
        return  # for `decode_image` to say


def _usual(kind):
    """Return black and white of a number type where nothing says otherwise."""
    return 0.0, 1.0 if np.dtype(kind).kind == "f" else 32767.0 if kind == "int16" else 65535.0


def _levels(kind, lowest, highest):
    """Return black and white for values of a type, or None if there is only one value."""
    if kind == "uint8" or highest <= lowest:
        return None
    black, white = _usual(kind)
    if np.dtype(kind).kind in "iu":
        white = min([2.0**bits - 1 for bits in BITS if highest < 2**bits] + [white])
    within = black <= lowest and highest <= white and highest - lowest >= USED * white
    return (black, white) if within else (lowest, highest)


def _in_words(kind, levels, alone, advice):
    """Return a notice of which values are read as black and white, and which option changes that."""
    black, white = (f"{value:.10g}" for value in levels)
    number = np.dtype(kind)
    if number.kind == "f":
        what = "Floating-point values"
    elif levels[0] == 0 and levels[1] + 1 in [2**bits for bits in BITS]:
        what = f"{int(levels[1]).bit_length()}-bit values in {8 * number.itemsize}-bit files"
    else:
        what = f"Values from {black} to {white} in {8 * number.itemsize}-bit files"
    left_out = f" ({' and '.join(f'{value:.10g}' for value in alone)}, far from all others, left out)" if alone else ""
    return f"{what}{left_out}: {black} is black, {white} white; {advice.format(black, white)}"
