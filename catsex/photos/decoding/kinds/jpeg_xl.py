"""What a JPEG XL says of itself before its pixels (ISO/IEC 18181-1): how large it is, and what Pillow would miss."""

import struct
from typing import NamedTuple

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.opening import check_size, need

CODESTREAM = b"\xff\x0a"
HEADER = 4096  # bytes, in which all of it lies
RATIOS = ((1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))  # width to height
SIDES = ((0, 9), (0, 13), (0, 18), (0, 30))  # offsets and numbers of bits
ENUM = ((0, 0), (1, 0), (2, 4), (18, 6))
ALPHA, BLACK = 0, 4  # types of extra channels
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


class Header(NamedTuple):
    """Width and height as stored; whether the file is an animation; extra channels and alpha; bits, 0 for floats."""

    width: int
    height: int
    animated: bool = False
    extra: tuple = ()
    premultiplied: bool = False
    bits: int = 8


def from_jpeg_xl(data, name, frame=0):
    """Check the size of a JPEG XL; return its samples where Pillow would show another picture, else None.

    Of an animation Pillow's plugin shows the last picture, and it takes colours that alpha has darkened for others.

    Raises
    ------
    ImageError
        If it is too large, is meant for printing, or takes an extra that is not installed.
    Exception
        Of any kind, if the file is damaged.
    """
    header = read_header(_codestream(data))
    check_size(header.width, header.height, name)
    if BLACK in header.extra:
        raise ImageError(f"{show(name)} is a JPEG XL for printing (CMYK); save it as JPEG or PNG")
    if not header.animated and not header.premultiplied:
        return None
    imagecodecs = need("imagecodecs", "an animated JPEG XL, or one with premultiplied alpha", "scans", name)
    values = imagecodecs.jpegxl_decode(data, index=frame)
    values = values[0] if header.animated and values.ndim == 4 else values
    values = np.atleast_3d(values)
    mode = MODES[values.shape[2]]
    declared = None if header.bits in (8, 16) else (0.0, 2.0**header.bits - 1 if header.bits else 1.0)
    return Samples(values, mode.replace("A", "a") if header.premultiplied else mode, declared)


def _codestream(data):
    """Return the beginning of the codestream in a JPEG XL file."""
    if data.startswith(CODESTREAM):
        return data[:HEADER]
    at, found = 0, b""
    while at + 8 <= len(data) and len(found) < HEADER:
        length, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            length, start = struct.unpack_from(">Q", data, at + 8)[0], at + 16
        end = at + length if length else len(data)
        if kind in (b"jxlc", b"jxlp"):
            found += data[start + 4 * (kind == b"jxlp") : min(end, start + HEADER)]
        at = max(end, start)
    if not found.startswith(CODESTREAM):
        raise ValueError("it has no picture")
    return found


def read_header(codestream):
    """Return the `Header` at the beginning of a codestream."""
    bits = _Bits(codestream[2:])
    width, height = _size(bits)
    if bits.take(1):  # all_default
        return Header(width, height)
    animated = False
    if bits.take(1):  # extra_fields
        bits.take(3)  # orientation
        if bits.take(1):
            _size(bits)  # intrinsic
        if bits.take(1):  # a preview: what follows is not looked at
            return Header(width, height)
        animated = bool(bits.take(1))
        if animated:
            bits.number((100, 0), (1000, 0), (1, 10), (1, 30))  # ticks per second
            bits.number((1, 0), (1001, 0), (1, 8), (1, 10))
            bits.number((0, 0), (0, 3), (0, 16), (0, 32))  # loops
            bits.take(1)
    depth = _depth(bits)
    bits.take(1)  # modular_16_bit_buffers
    extra, premultiplied = [], False
    for _ in range(bits.number((0, 0), (1, 0), (2, 4), (1, 12))):
        kind, associated = _extra_channel(bits)
        extra.append(kind)
        premultiplied |= associated
    return Header(width, height, animated, tuple(extra), premultiplied, depth)


def _size(bits):
    """Read a SizeHeader: width and height."""
    small = bits.take(1)
    height = 8 * (bits.take(5) + 1) if small else 1 + bits.number(*SIDES)
    ratio = bits.take(3)
    if ratio:
        across, down = RATIOS[ratio - 1]
        return height * across // down, height
    return (8 * (bits.take(5) + 1) if small else 1 + bits.number(*SIDES)), height


def _depth(bits):
    """Read a BitDepth: return the bits of whole numbers, 0 for floating-point ones."""
    if bits.take(1):
        bits.number((32, 0), (16, 0), (24, 0), (1, 6))
        bits.take(4)
        return 0
    return bits.number((8, 0), (10, 0), (12, 0), (1, 6))


def _extra_channel(bits):
    """Read an ExtraChannelInfo: its type, and whether it is alpha that has darkened the colours."""
    if bits.take(1):  # all_default
        return ALPHA, False
    kind = bits.number(*ENUM)
    _depth(bits)
    bits.number((0, 0), (3, 0), (4, 0), (1, 3))  # dim_shift
    bits.take(8 * bits.number((0, 0), (0, 4), (16, 5), (48, 10)))  # name
    return kind, kind == ALPHA and bool(bits.take(1))


class _Bits:
    """Whole numbers in a stream of bits, the lowest one first."""

    def __init__(self, data):
        self._value, self._left = int.from_bytes(data, "little"), 8 * len(data)

    def take(self, number):
        """Return the next bits as a number."""
        if number > self._left:
            raise ValueError("the file is cut off")
        found, self._value = self._value & ((1 << number) - 1), self._value >> number
        self._left -= number
        return found

    def number(self, *choices):
        """Read a U32: one of four (offset, bits), chosen by two bits."""
        offset, bits = choices[self.take(2)]
        return offset + self.take(bits)
