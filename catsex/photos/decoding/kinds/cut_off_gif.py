"""GIF that is cut off within its first picture: completed with the first of its colours."""

import functools
import struct

from catsex.photos.decoding.kinds.interlaced import GIF, filled, sizes

MOST_BITS = 12  # of a code
BLOCK = 255  # bytes


def completed_gif(data, most):
    """Return a GIF as if it were not cut off, the share of the pixels of its first picture, and what shows the rest.

    The rest of the stream is zeros, which stand for the first colour however many bits a code has.

    Parameters
    ----------
    data : bytes
    most : int
        Pixels; larger ones are left alone.

    Returns
    -------
    (bytes, float, callable or None) or None
        None if the picture is whole, or nothing can be done.
    """
    at = 13 + _colours(data[10])
    while data[at] == 0x21:  # an extension
        at = _blocks(data, at + 2)[1]
    if data[at] != 0x2C:
        return None
    left, top, width, height, flags = struct.unpack_from("<4HB", data, at + 1)
    at += 10 + _colours(flags)
    packed, end = _blocks(data, at + 1)
    total = width * height
    if end <= len(data) or not 0 < total <= most:
        return None
    there, bits = _pixels(packed, data[at], total)
    if there * 2 < total:
        return None
    kept = (int.from_bytes(packed, "little") & ((1 << bits) - 1)).to_bytes(len(packed), "little")
    stream = kept + bytes((total - there) * MOST_BITS // 8 + 2)
    blocks = (stream[start : start + BLOCK] for start in range(0, len(stream), BLOCK))
    content = data[: at + 1] + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0;"
    if not flags & 0x40 or there == total:
        return content, there / total, None
    if (left, top, width, height) != (0, 0, *struct.unpack_from("<2H", data, 6)):
        return None
    rows, complete = there // width, 0
    for pass_rows, _ in sizes(GIF, width, height):
        if rows < pass_rows:
            break
        rows, complete = rows - pass_rows, complete + 1
    return content, there / total, functools.partial(filled, passes=GIF, complete=complete, rows=rows)


def _colours(flags):
    """Return how many bytes a table of colours has."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks(data, at):
    """Return the content of blocks from a place on, and where they end; beyond the file if it is cut off."""
    found = []
    while at < len(data) and data[at]:
        found.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return b"".join(found), at + 1


def _pixels(packed, least, most):
    """Return how many pixels a stream of codes (LZW) holds, and how many of its bits they are in."""
    clear = 1 << least
    lengths, bits, last = [1] * clear + [0, 0], least + 1, -1  # none yet
    count = used = waiting = value = 0
    for byte in packed:
        value |= byte << waiting
        waiting += 8
        while waiting >= bits:
            code, value, waiting = value & ((1 << bits) - 1), value >> bits, waiting - bits
            if code == clear + 1 or code > len(lengths) - (last < 0) or count >= most:
                return min(count, most), used
            used += bits
            if code == clear:
                lengths, bits, last = lengths[: clear + 2], least + 1, -1
                continue
            count += lengths[code] if code < len(lengths) else lengths[last] + 1
            if last >= 0 and len(lengths) < 1 << MOST_BITS:
                lengths.append(lengths[last] + 1)
                bits = min(MOST_BITS, max(bits, len(lengths).bit_length()))
            last = code
    return min(count, most), used
