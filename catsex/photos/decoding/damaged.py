"""Files that are cut off or carry broken metadata: the picture in them that every viewer shows, made readable."""

import functools
import struct
import zlib

from catsex.photos.decoding.kinds.avif_boxes import with_one_ipma
from catsex.photos.decoding.kinds.cut_off import completed
from catsex.photos.decoding.kinds.cut_off_gif import completed_gif
from catsex.photos.decoding.kinds.interlaced import ADAM7, filled, sizes

END_OF_JPEG, START_OF_SCAN = b"\xff\xd9", 0xDA
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What decides on how a PNG looks, in the order in which it must come (PNG, third edition, 5.6).
PNG_CHUNKS = (b"IHDR", b"cICP", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"eXIf", b"PLTE", b"tRNS")
PNG_LENGTHS = {b"cICP": 4, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1}  # of others it differs
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
MOST_PROFILE = 2**20  # bytes, inflated, that Pillow reads of a profile
ENOUGH = 0.5  # of a photo
GREY = 128  # what libjpeg puts where there is no data


def repaired(data, file_format, max_pixels):
    """Return a file's content without what keeps it from being read.

    Parameters
    ----------
    data : bytes
        A file that could not be read.
    file_format : str
        As `formats.image_format` says.
    max_pixels : int
        Larger ones are left alone.

    Returns
    -------
    (bytes, float or None, callable or None) or None
        The content; the share of it that is there, 0 to 1: 1 if the pixels are all in order, None if that is seen in
        the pixels only (`rows_there`); and what shows a picture that is stored coarse first, as `interlaced.filled`
        does. None instead of all if nothing can be done.
    """
    if file_format == "PNG":
        return _repaired_png(data, max_pixels)
    if file_format == "GIF":
        return completed_gif(data, max_pixels)
    if file_format == "AVIF":
        joined = with_one_ipma(data)
        return joined and (joined, 1.0, None)
    found = _repaired_jpeg(data) if file_format == "JPEG" else completed(data, file_format)
    return found and (*found, None)


def rows_there(pixels):
    """Return the share of rows above the grey that libjpeg puts where a file is cut off.

    Parameters
    ----------
    pixels : ndarray, shape (H, W, C), uint8
        As stored, not yet turned.
    """
    grey = (abs(pixels.astype(int) - GREY) <= 1).reshape(len(pixels), -1).all(axis=1)  # (H,)
    return 1 - int(grey[::-1].cumprod().sum()) / len(grey)


def _repaired_jpeg(data):
    """Leave out application segments that are too short to mean anything; end the file as a JPEG ends."""
    kept, length = [data[:2]], 2
    for marker, segment in jpeg_segments(data):
        # A JFIF segment has 16 bytes (ISO/IEC 10918-5); libjpeg takes a shorter one for something else.
        if not (marker == 0xE0 and segment[4:8] == b"JFIF" and len(segment) < 18):
            kept.append(segment)
        length += len(segment)
        if marker == START_OF_SCAN:
            # Within a scan this pair of bytes does not occur, so it is there only if the file is whole.
            rest = data[length:]
            return b"".join(kept) + rest + END_OF_JPEG, 1.0 if END_OF_JPEG in rest else None
    return None


def jpeg_segments(data):
    """Yield (marker, whole segment) of a JPEG up to its first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        yield marker, data[at : at + 2 + length]
        at += 2 + length
        if marker == START_OF_SCAN:
            return


def ends_early(data, max_pixels):
    """Return whether the pixels of a PNG end before its last row, which Pillow shows as black without a word."""
    found = _repaired_png(data, max_pixels)
    return found is None or found[1] < 1


def _repaired_png(data, max_pixels):
    """Leave out chunks that do not matter or do not match their checksums; complete the pixels with zeros."""
    kept, pieces, at = {}, [], len(PNG_SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        if kind == b"IDAT":
            pieces.append(content)
        elif kind in PNG_CHUNKS and _in_order(kind, content, data[at + 8 + length : at + 12 + length]):
            kept[kind] = content
        at += 12 + length
    if len(_inflated(kept.get(b"iCCP", b"").partition(b"\0")[2][1:], MOST_PROFILE)[0]) == MOST_PROFILE:
        del kept[b"iCCP"]
    header, compressed = kept.get(b"IHDR", b""), b"".join(pieces)
    if len(header) != 13:
        return None
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if not 0 < width * height <= max_pixels or colour not in PNG_CHANNELS:
        return None
    passes = sizes(ADAM7, width, height) if interlaced else [(height, width)]
    bits *= PNG_CHANNELS[colour]
    rows = [(1 + (across * bits + 7) // 8, down if across else 0) for down, across in passes]  # bytes of each, number
    total = sum(length * number for length, number in rows)
    lines, whole = _inflated(compressed, total)
    if whole:  # but perhaps with a wrong checksum
        return _png(kept, zlib.compress(lines, 1)), 1.0, None
    there, used, complete = 0, 0, 0
    for length, number in rows:
        there = min(number, (len(lines) - used) // length)
        used += there * length
        if there < number:
            break
        complete += 1
    if used < ENOUGH * total:
        return None  # before it takes the memory of the whole
    content = _png(kept, zlib.compress(lines[:used].ljust(total, b"\0"), 1))
    fill = functools.partial(filled, passes=ADAM7, complete=complete, rows=there) if interlaced else None
    return content, used / total, fill


def _in_order(kind, content, checksum):
    """Return whether the content of a PNG chunk is as long as it should be, and has the checksum that is stored."""
    return 0 < len(content) == PNG_LENGTHS.get(kind, len(content)) and checksum == _checksum(kind, content)


def _inflated(compressed, limit):
    """Return what a zlib stream holds, at most `limit` bytes, as far as it is in order; and whether it all is."""
    stream, lines, at, step = zlib.decompressobj(), bytearray(), 0, 4096
    while at < len(compressed) and not stream.eof and len(lines) < limit:
        before = stream.copy()
        try:
            lines += stream.decompress(stream.unconsumed_tail + compressed[at : at + step], limit - len(lines))
        except zlib.error:
            if step == 1:
                break
            stream, step = before, 1  # what lies before the damage is not to be lost
            continue
        at += step
    return bytes(lines), len(lines) == limit


def _png(chunks, compressed):
    """Return a PNG file of chunks, {kind: content}, and a zlib stream."""
    ordered = [(kind, chunks[kind]) for kind in PNG_CHUNKS if kind in chunks]
    parts = [*ordered, (b"IDAT", compressed), (b"IEND", b"")]
    return PNG_SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + kind + content + _checksum(kind, content) for kind, content in parts
    )


def _checksum(kind, content):
    """Return the checksum of a PNG chunk as it is stored."""
    return struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))
