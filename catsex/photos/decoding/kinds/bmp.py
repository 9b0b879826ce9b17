"""BMPs with masks for their colours: Pillow reads only a few of them, and ignores alpha in those of 16 bits."""

import struct

import numpy as np

from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.opening import check_size

WITH_ALPHA = 56  # bytes of the shortest header that has a mask for alpha
LEAST = 40  # bytes of a header that masks follow, or are in
BITFIELDS, ALPHA_BITFIELDS = 3, 6
# What Pillow reads as it is meant.
USUAL = [((0xF800, 0x7E0, 0x1F), 16), ((0x7C00, 0x3E0, 0x1F), 16), ((0xFF0000, 0xFF00, 0xFF), 32)]


def from_bmp(data, name, frame=0):
    """Return the samples of a BMP with masks for 16 or 32 bits a pixel, as browsers show it; None for all others.

    Raises
    ------
    ImageError
        If it is too large.
    Exception
        Of any kind, if the file is damaged.
    """
    start, header, width, height, _, bits, compression = struct.unpack_from("<IIiiHHI", data, 10)
    if frame or header < LEAST or bits not in (16, 32) or compression not in (BITFIELDS, ALPHA_BITFIELDS):
        return None
    number = 4 if header >= WITH_ALPHA or compression == ALPHA_BITFIELDS else 3
    masks = struct.unpack_from(f"<{number}I", data, 54)
    if any(mask >> bits or not _is_one_piece(mask) for mask in masks) or (masks, bits) in USUAL:
        return None
    check_size(width, abs(height), name)
    row = (width + 1) // 2 * 2 if bits == 16 else width  # pixels, with what fills it up to four bytes
    pixels = np.frombuffer(data, f"<u{bits // 8}", row * abs(height), start).reshape(abs(height), row)[:, :width]
    pixels = pixels[::-1] if height > 0 else pixels
    values = np.dstack([_channel(pixels, mask) for mask in masks])
    if number == 4 and not values[..., 3].any():  # written as zeros by programs that know no alpha
        values = values[..., :3]
    return Samples(values, "RGB" if values.shape[2] == 3 else "RGBA")


def bmp_profile(data):
    """Return the colour profile that a BMP of Windows 5 holds, which Pillow passes over, or None."""
    if len(data) < 138 or struct.unpack_from("<I", data, 14)[0] < 124 or data[70:74] != b"DEBM":  # "MBED", embedded
        return None
    at, length = struct.unpack_from("<2I", data, 126)
    return data[14 + at : 14 + at + length] or None


def _channel(pixels, mask):
    """Return the bits of a mask, scaled to 0 to 255."""
    if not mask:
        return np.zeros(pixels.shape, np.uint8)
    lowest = mask & -mask
    most = mask // lowest
    return (((pixels & mask) // lowest).astype(np.uint64) * 255 // most).astype(np.uint8)


def _is_one_piece(mask):
    """Return whether the bits of a mask lie one beside another."""
    return not mask or not (piece := mask // (mask & -mask)) & (piece + 1)
