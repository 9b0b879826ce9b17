"""What an AVIF or HEIF without a profile says of its colours: the numbers of its nclx box."""

import struct

from catsex.photos.decoding.kinds.coded_colours import by_numbers

UNSPECIFIED, SRGB, BT709 = 2, 13, 1  # ITU-R H.273
REACH = 4096  # bytes from the numbers, in which the other properties lie
AS_SRGB = (1, 2, 6, 14, 15)  # transfer characteristics of television, and none: pictures in fact have that of sRGB


def box_colours(data):
    """Return the `Colours` of an AVIF or HEIF, or None if it is sRGB, has a profile or says nothing.

    As Chromium does: a profile goes before numbers, and the curves of television are taken for that of sRGB.
    """
    at = data.find(b"colrnclx")  # ISO 14496-12, 12.1.5
    if at < 0 or len(data) < at + 12 or b"colrprof" in data or b"colrrICC" in data:
        return None
    primaries, transfer = struct.unpack_from(">HH", data, at + 8)
    found = by_numbers(BT709 if primaries == UNSPECIFIED else primaries, SRGB if transfer in AS_SRGB else transfer)
    peak = _peak(data[: at + REACH])
    return found._replace(peak=peak) if found and peak else found


def _peak(data):
    """Return how bright the brightest pixel is, in nits; 0 if nothing says so."""
    at = data.find(b"clli")  # ISO 14496-12, 12.1.6
    return struct.unpack_from(">H", data, at + 4)[0] if 0 <= at <= len(data) - 6 else 0
