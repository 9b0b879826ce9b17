"""What a PNG without a profile says of its colours: cICP, sRGB, gAMA and cHRM, in the order in which browsers ask."""

import struct

from catsex.photos.decoding.kinds.coded_colours import PRIMARIES, Colours, by_numbers

SIGNATURE_LENGTH = 8
KINDS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")  # PNG, third edition, 11.3.2
USUAL_GAMMA = 45455  # of which browsers take no notice if no primaries are named
FULL_RANGE, RGB = 1, 0


def png_colours(data):
    """Return the `Colours` of a PNG, or None if it is sRGB, has a profile or says nothing.

    As Chromium does: cICP goes before a profile, that before sRGB, that before gAMA; cHRM counts beside gAMA only.
    """
    chunks = _chunks(data)
    if b"cICP" in chunks:
        primaries, transfer, matrix, full = chunks[b"cICP"][:4].ljust(4, b"\0")
        if matrix == RGB and full == FULL_RANGE:
            return by_numbers(primaries, transfer)
    if b"gAMA" not in chunks or b"iCCP" in chunks or b"sRGB" in chunks:
        return None
    (gamma,) = struct.unpack(">I", chunks[b"gAMA"][:4].rjust(4, b"\0"))
    primaries = _primaries(chunks.get(b"cHRM", b""))
    if not gamma or (gamma == USUAL_GAMMA and primaries is None):
        return None
    return Colours(100_000 / gamma, primaries or PRIMARIES[1])


def _primaries(content):
    """Return the primaries that a cHRM chunk names, or None if they are impossible."""
    if len(content) != 32:
        return None
    numbers = [number / 100_000 for number in struct.unpack(">8I", content)]
    white, red, green, blue = (tuple(numbers[i : i + 2]) for i in range(0, 8, 2))
    area = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
    usable = all(0 < y < 1 and 0 <= x < 1 for x, y in (white, red, green, blue)) and abs(area) > 1e-3
    return (red, green, blue, white) if usable else None


def _chunks(data):
    """Return {kind: content} of the chunks before the pixels that say something of colours."""
    found: dict = {}
    at = SIGNATURE_LENGTH
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            break
        if kind in KINDS:
            found.setdefault(kind, data[at + 8 : at + 8 + min(length, 64)])
        at += 12 + length
    return found
