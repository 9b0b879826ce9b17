"""JPEG 2000 of other than 8 bits, or with channels in an odd order, as it is stored."""

import struct
from typing import NamedTuple

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.opening import check_size, need, silently

CODESTREAM = b"\xff\x4f\xff\x51"  # ISO/IEC 15444-1, annex A: SOC, SIZ
OPACITY, PREMULTIPLIED = 1, 2  # types of a channel in a cdef box, annex I
CMYK = 12  # EnumCS in a colr box
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
MOST_CHANNELS = 4


class Header(NamedTuple):
    """What a JPEG 2000 says before its pixels: (bits, signed, dx, dy) of each channel, width, height, boxes."""

    channels: list
    width: int
    height: int
    boxes: dict


def from_jpeg2000(data, name, frame=0):
    """Return the samples of a JPEG 2000 that Pillow would show otherwise than it is meant, or None.

    Pillow rounds colours of more than 8 bits without a limit, so that white becomes black, takes opacity of 16 bits for
    none, does not scale fewer than 8 bits, and does not look at what each channel is (cdef).

    Raises
    ------
    ImageError
        If it takes an extra that is not installed, or is of a kind that is not read.
    Exception
        Of any kind, if the file is damaged.
    """
    header = _header(data)
    check_size(header.width, header.height, name)
    if frame:
        return None
    odd = any(header.width % dx or header.height % dy for _, _, dx, dy in header.channels)
    plain = all(channel[:2] == (8, False) for channel in header.channels)
    if b"pclr" in header.boxes or (plain and b"cdef" not in header.boxes and not odd):
        return None
    if len(header.channels) > MOST_CHANNELS or any(
        channel[:2] != header.channels[0][:2] for channel in header.channels
    ):
        raise ImageError(f"{show(name)} is a kind of JPEG 2000 that is not read; save it as PNG or TIFF")
    return _decoded(data, header, name)


def by_openjpeg(data, name):
    """Return the samples of a JPEG 2000 that Pillow does not decode, of 8 bits.

    Raises
    ------
    Exception
        Of any kind, if it is damaged or cut off, or imagecodecs is not installed.
    """
    samples = _decoded(data, _header(data)._replace(channels=[(8, False, 2, 2)]), name)
    if samples.values.dtype != np.uint8:
        raise ValueError("its palette has more than 8 bits")
    return samples


def _decoded(data, header, name):
    """Return the samples of a JPEG 2000 as OpenJPEG decodes it, its profile applied."""
    bits, signed, _, _ = header.channels[0]
    imagecodecs = need("imagecodecs", "JPEG 2000 of other than 8 bits, or with sub-sampled colours", "scans", name)
    sub_sampled = any(channel[2:] != (1, 1) for channel in header.channels)
    run = silently if sub_sampled else lambda action: action()  # it prints what it cannot convert
    try:
        values = np.atleast_3d(run(lambda: imagecodecs.jpeg2k_decode(data)))
    except NotImplementedError:
        raise ImageError(
            f"{show(name)} is a JPEG 2000 with sub-sampled colours and odd sides; save it as JPEG or PNG"
        ) from None
    mode = MODES[values.shape[2]]
    types = [kind for _, kind, _ in header.boxes.get(b"cdef", [])]
    if mode == "RGBA" and _is_cmyk(header.boxes.get(b"colr", b"")):
        mode = "CMYK"
    elif PREMULTIPLIED in types:
        mode = {"LA": "La", "RGBA": "RGBa"}.get(mode, mode)
    low = -(2.0 ** (bits - 1)) if signed else 0.0
    declared = None if bits == 16 else (low, low + 2**bits - 1)
    return Samples(values, mode, declared)  # its colours are sRGB: imagecodecs has applied the profile


def jpeg2000_profile(data):
    """Return the colour profile of a JPEG 2000, which Pillow passes over; None if it names a colour space instead."""
    colour = _header(data).boxes.get(b"colr", b"")
    return colour[3:] if colour[:1] in (b"\2", b"\3") else None  # restricted; any


def _is_cmyk(colour):
    """Return whether a colr box says that the four channels are those of a printer."""
    return colour[:1] == b"\1" and struct.unpack_from(">I", colour, 3)[0] == CMYK


def _header(data):
    """Return the `Header` of a JPEG 2000 file or codestream."""
    boxes, start = _boxes(data) if data[4:6] == b"jP" else ({}, 0)
    if data[start : start + 4] != CODESTREAM:
        raise ValueError("its codestream does not begin")
    right, bottom, left, top = struct.unpack_from(">4I", data, start + 8)
    (number,) = struct.unpack_from(">H", data, start + 40)
    channels = [struct.unpack_from("3B", data, start + 42 + 3 * i) for i in range(number)]
    channels = [((depth & 127) + 1, bool(depth & 128), dx, dy) for depth, dx, dy in channels]
    return Header(channels, right - left, bottom - top, boxes)


def _boxes(data):
    """Return {kind: content} of the boxes in the header of a JP2 file, and where its codestream begins."""
    found: dict = {}
    at, end = 0, len(data)
    while at + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, at)
        skip = 8
        if length == 1:
            length, skip = struct.unpack_from(">Q", data, at + 8)[0], 16
        if kind == b"jp2c":
            return found, at + skip
        if kind == b"jp2h":
            length = skip  # what is in it follows
        elif kind == b"cdef":
            (number,) = struct.unpack_from(">H", data, at + skip)
            found[kind] = [struct.unpack_from(">3H", data, at + skip + 2 + 6 * i) for i in range(number)]
        else:
            found.setdefault(kind, data[at + skip : at + max(length, skip)][: 2**20])
        at += max(length, skip)
    raise ValueError("it has no codestream")
