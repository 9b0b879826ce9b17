"""WebP, BMP, TIFF and JPEG 2000 that are cut off: completed with zeros, so that what is there can be decoded."""

import struct
import zlib

MAX_RATIO = 1100  # zlib compresses to no less than 1/1032
KINDS = {3: "H", 4: "I"}  # SHORT and LONG of TIFF 6.0
OFFSETS, COUNTS, TILE_OFFSETS, TILE_COUNTS = 273, 279, 324, 325
WIDTH, BITS, COMPRESSION, CHANNELS, ROWS, TILE_WIDTH, TILE_ROWS = 256, 258, 259, 277, 278, 322, 323
START_OF_CODESTREAM, END_OF_CODESTREAM, START_OF_TILE = b"\xff\x4f\xff\x51", b"\xff\xd9", 0xFF90
PLAIN, DEFLATE = 1, (8, 32946)


def completed(data, file_format):
    """Return a file as if it were not cut off, and the share of its pixels that is there, 0 to 1.

    Parameters
    ----------
    data : bytes
    file_format : str
        As `formats.image_format` says.

    Returns
    -------
    (bytes, float) or None
        None if it is whole, or nothing can be done: other formats; a TIFF whose directory lay behind its pixels.
    """
    try:
        kinds = {"WEBP": _webp, "BMP": _bmp, "TIFF": _tiff, "JPEG2000": _jpeg2000}
        return kinds[file_format](data)
    except (struct.error, ZeroDivisionError, KeyError, ValueError):
        return None


def _padded(data, start, end):
    """Return data with zeros up to an end, and how much of what begins at `start` was there; None if less than half.

    Else a file of a few bytes could ask for any memory.
    """
    missing = end - len(data)
    if not 0 < missing <= len(data) or end <= start:
        return None
    return data + bytes(missing), max(0, len(data) - start) / (end - start)


def _webp(data):
    """Complete a RIFF file: the decoder takes zeros for flat blocks, row by row."""
    return _padded(data, 12, 8 + struct.unpack_from("<I", data, 4)[0])


def _bmp(data):
    """Complete the rows of a BMP that is not compressed."""
    start, header, width, height = struct.unpack_from("<IIii", data, 10)
    bits, compression = struct.unpack_from("<HI", data, 28)
    if header < 40 or compression not in (0, 3):
        return None
    return _padded(data, start, start + (width * bits + 31) // 32 * 4 * abs(height))


def _tiff(data):
    """Complete the strips or tiles of a TIFF that are not compressed, or put black ones in their place."""
    order = {b"II*\0": "<", b"MM\0*": ">"}[data[:4]]
    tags = _tags(data, order)
    tiled = TILE_OFFSETS in tags
    offsets = _values(data, order, tags[TILE_OFFSETS if tiled else OFFSETS])
    counts = _values(data, order, tags[TILE_COUNTS if tiled else COUNTS])
    total = sum(counts)
    there = sum(min(n, max(0, len(data) - at)) for at, n in zip(offsets, counts, strict=True)) / total
    if not 0.5 <= there < 1:
        return None
    codec = _values(data, order, tags[COMPRESSION])[0] if COMPRESSION in tags else PLAIN
    if codec == PLAIN:
        padded = _padded(data, 0, max(at + n for at, n in zip(offsets, counts, strict=True)))
        return padded and (padded[0], there)
    if codec not in DEFLATE:
        return None
    width, rows = (_values(data, order, tags[tag])[0] for tag in ((TILE_WIDTH, TILE_ROWS) if tiled else (WIDTH, ROWS)))
    channels = _values(data, order, tags[CHANNELS])[0] if CHANNELS in tags else 1
    size = rows * ((width * channels * max(_values(data, order, tags[BITS])) + 7) // 8)
    if size > MAX_RATIO * max(counts):
        return None
    black, result = zlib.compress(bytes(size), 1), bytearray(data)
    for number, (at, n) in enumerate(zip(offsets, counts, strict=True)):
        if at + n > len(data):
            _put(result, order, tags[TILE_OFFSETS if tiled else OFFSETS], number, len(data))
            _put(result, order, tags[TILE_COUNTS if tiled else COUNTS], number, len(black))
    return bytes(result) + black, there


def _jpeg2000(data):
    """Complete the last part of a tile that is there: zeros stand for packets with nothing in them (15444-1, B.10.3).

    A tile that is not there at all stays black. Of a file in which one is cut off, what is there is fine in parts, and
    coarser in others.
    """
    at = data.index(START_OF_CODESTREAM) + 2
    right, bottom, _, _, across, down, left, top = struct.unpack_from(">8I", data, at + 6)
    tiles = -(-(right - left) // across) * -(-(bottom - top) // down)
    there, end = 0.0, len(data)
    while at + 12 <= len(data):
        marker, length = struct.unpack_from(">2H", data, at)
        if marker != START_OF_TILE:
            at += 2 + length
            continue
        size, _, parts = struct.unpack_from(">IBB", data, at + 6)
        if not size:
            return None  # it ends where the file does
        there += min(1, (len(data) - at) / size) / max(parts, 1)
        end = at = at + size
    if end > 2 * len(data):
        return None
    return data[:end].ljust(end, b"\0") + END_OF_CODESTREAM, there / tiles


def _tags(data, order):
    """Return {number: (letter of its type, count, where its values are)} of the first directory."""
    (at,) = struct.unpack_from(order + "I", data, 4)
    (number,) = struct.unpack_from(order + "H", data, at)
    found = {}
    for entry in range(at + 2, at + 2 + 12 * number, 12):
        tag, kind, count = struct.unpack_from(order + "HHI", data, entry)
        if kind in KINDS:
            small = count * struct.calcsize(KINDS[kind]) <= 4
            found[tag] = KINDS[kind], count, entry + 8 if small else struct.unpack_from(order + "I", data, entry + 8)[0]
    return found


def _values(data, order, tag):
    """Return the numbers of a tag."""
    letter, count, at = tag
    return struct.unpack_from(f"{order}{count}{letter}", data, at)


def _put(data, order, tag, number, value):
    """Write one of the numbers of a tag."""
    letter, _, at = tag
    struct.pack_into(order + letter, data, at + number * struct.calcsize(letter), value)
