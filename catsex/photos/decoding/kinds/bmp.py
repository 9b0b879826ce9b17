"""BMP of 16 bits a pixel with alpha, which Pillow passes over or does not read."""

import struct

import numpy as np

from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.opening import check_size

WITH_ALPHA = 56  # bytes of the shortest header that has a mask for alpha
BITFIELDS = 3


def from_bmp(data, name, frame=0):
    """Return the samples of a BMP with 16 bits a pixel of which some are alpha; None for all others.

    Raises
    ------
    ImageError
        If it is too large.
    Exception
        Of any kind, if the file is damaged.
    """
    start, header, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", data, 10)
    if frame or header < WITH_ALPHA or (bits, compression) != (16, BITFIELDS):
        return None
    masks = struct.unpack_from("<4I", data, 54)
    if not masks[3] or any(mask > 0xFFFF for mask in masks):
        return None
    check_size(width, abs(height), name)
    row = (width + 1) // 2 * 2  # pixels, with what fills it up to four bytes
    pixels = np.frombuffer(data, "<u2", row * abs(height), start).reshape(abs(height), row)[:, :width]
    pixels = pixels[::-1] if height > 0 else pixels
    values = np.dstack([_channel(pixels, mask) for mask in masks])
    if not values[..., 3].any():  # written as zeros by programs that know no alpha
        values = values[..., :3]
    return Samples(values, "RGB" if values.shape[2] == 3 else "RGBA")


def _channel(pixels, mask):
    """Return the bits of a mask, scaled to 0 to 255."""
    if not mask:
        return np.zeros(pixels.shape, np.uint8)
    lowest = mask & -mask
    most = mask // lowest
    return (((pixels & mask) // lowest).astype(np.uint16) * 255 // most).astype(np.uint8)
