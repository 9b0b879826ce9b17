"""Image files of every kind, made by hand or by other programs, and what they show."""

import io
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image

from catsex.photos.decoding.images import decode_image

HEIGHT, WIDTH = 48, 64
y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
COLOURS = np.stack([x * 4, y * 5, 255 - x * 3], axis=-1).clip(0, 255).astype(np.uint8)  # (48, 64, 3)
GREY = (x * 2 + y * 2).astype(np.uint8)  # 0 to 220
ALPHA = (x * 4).astype(np.uint8)


def encode(image, file_format, **options):
    buffer = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(buffer, file_format, **options)
    return buffer.getvalue()


def tiff(pixels, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, metadata=None, **options)
    return buffer.getvalue()


def by_hand(order, pixels, tags):
    """Return an uncompressed TIFF of 64 x 48 pixels, given as bytes, and tags, {number: tuple of numbers}."""
    letter = {"II": "<", "MM": ">"}[order]
    tags = {256: (WIDTH,), 257: (HEIGHT,), 259: (1,), 273: (8,), 278: (HEIGHT,), 279: (len(pixels),)} | tags
    at = 8 + len(pixels)
    entries, values = b"", b""
    for number in sorted(tags):
        packed = struct.pack(f"{letter}{len(tags[number])}I", *tags[number])
        if len(packed) > 4:
            place = at + 2 + 12 * len(tags) + 4 + len(values)
            values, packed = values + packed, struct.pack(letter + "I", place)
        entries += struct.pack(letter + "HHI", number, 4, len(tags[number])) + packed
    head = order.encode() + struct.pack(letter + "HI", 42, at)
    return head + pixels + struct.pack(letter + "H", len(tags)) + entries + bytes(4) + values


def png(bits, colour_type, rows, *chunks):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", rows.shape[1], rows.shape[0], bits, colour_type, 0, 0, 0))
    if bits == 16:
        lines = [row.astype(">u2").tobytes() for row in rows]
    else:
        lines = [
            np.packbits((row[:, None] >> np.arange(bits - 1, -1, -1) & 1).astype(np.uint8)).tobytes() for row in rows
        ]
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + line for line in lines)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunk(*c) for c in chunks) + data + chunk(b"IEND", b"")


def interlaced_png(grey):
    """Return a PNG that is stored coarse first (Adam7), without compression."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    lines = [b"\0" + row.tobytes() for top, left, down, across in passes for row in grey[top::down, left::across]]
    content = b""
    header = struct.pack(">IIBBBBB", *grey.shape[::-1], 8, 0, 0, 0, 1)
    for kind, part in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 0)), (b"IEND", b"")):
        content += struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
    return b"\x89PNG\r\n\x1a\n" + content


def three(grey):
    return np.dstack([grey] * 3)


def over_white(pixels, alpha):
    share = alpha[..., None] / 255
    return pixels * share + 255 * (1 - share)


TIFFS = {  # pixels, how tifffile stores them, what they show
    "grey": (GREY.astype(np.uint16) * 257, {"photometric": "minisblack"}, three(GREY)),
    "white is zero": (65535 - GREY.astype(np.uint16) * 257, {"photometric": "miniswhite"}, three(GREY)),
    "RGB": (COLOURS.astype(np.uint16) * 257, {"photometric": "rgb"}, COLOURS),
    "planar": (
        np.moveaxis(COLOURS.astype(np.uint16) * 257, -1, 0),
        {"photometric": "rgb", "planarconfig": "separate"},
        COLOURS,
    ),
    "CMYK, planar": (
        np.stack([*(65535 - np.moveaxis(COLOURS.astype(np.uint16) * 257, -1, 0)), np.zeros_like(GREY, np.uint16)]),
        {"photometric": "separated", "planarconfig": "separate"},
        COLOURS,
    ),
    "RGBA": (
        np.dstack([COLOURS, ALPHA]).astype(np.uint16) * 257,
        {"photometric": "rgb", "extrasamples": ["unassalpha"]},
        over_white(COLOURS, ALPHA),
    ),
    "float": ((GREY / 255).astype(np.float32), {"photometric": "minisblack"}, three(GREY)),
    "double": (GREY / 255, {"photometric": "minisblack"}, three(GREY)),
    "float RGB": ((COLOURS / 255).astype(np.float32), {"photometric": "rgb"}, COLOURS),
    "32 bits, declared": (
        GREY.astype(np.uint32) * 16_843_009,
        {"photometric": "minisblack", "extratags": [(340, 4, 1, 0, True), (341, 4, 1, 2**32 - 1, True)]},
        three(GREY),
    ),
    "signed, declared": (
        GREY.astype(np.int32) * 1000 - 5000,
        {"photometric": "minisblack", "extratags": [(340, 9, 1, -5000, True), (341, 9, 1, 250_000, True)]},
        three(GREY),
    ),
    "8 bits, planar": (np.moveaxis(COLOURS, -1, 0), {"photometric": "rgb", "planarconfig": "separate"}, COLOURS),
}


def profile(primaries, gamma=2.2, white=(0.3127, 0.3290)):
    """Return an ICC profile (version 2, matrix) of some RGB primaries, ((x, y), (x, y), (x, y)), as a file's bytes."""

    def xyz(point):
        return np.array([point[0] / point[1], 1, (1 - point[0] - point[1]) / point[1]])

    matrix = np.stack([xyz(p) for p in primaries], axis=1)
    matrix = matrix * np.linalg.solve(matrix, xyz(white))
    bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    d50 = np.array([0.9642, 1, 0.8249])  # ICC's connection space
    scale = np.diag((bradford @ d50) / (bradford @ xyz(white)))
    matrix = np.linalg.inv(bradford) @ scale @ bradford @ matrix

    def fixed(values):
        return b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    parts = {b"wtpt": b"XYZ " + bytes(4) + fixed(d50), b"cprt": b"text" + bytes(4) + b"none\0\0\0\0"}
    parts[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 2) + b"a\0" + bytes(78) + bytes(2)
    for channel, letter in enumerate(b"rgb"):
        parts[bytes([letter]) + b"XYZ"] = b"XYZ " + bytes(4) + fixed(matrix[:, channel])
        parts[bytes([letter]) + b"TRC"] = curve
    table, content, at = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for tag, part in parts.items():
        table += tag + struct.pack(">II", at + len(content), len(part))
        content += part + bytes(-len(part) % 4)
    size = at + len(content)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + fixed(d50)
    return head.ljust(128, b"\0") + table + content, matrix


SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
PROFILES = {  # IEC 61966-2-1, SMPTE EG 432-1, Adobe RGB (1998)
    "sRGB": SRGB,
    "Display P3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "Adobe RGB": ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)),
}


def assert_shows(file, expected, *, mean=0.5, name="photo"):
    found = decode_image(file, name)
    assert found.shape == expected.shape and found.dtype == np.uint8
    assert np.abs(found.astype(float) - expected).mean() <= mean


def make(folder, *names):
    """Make empty files; `read_folder` goes by names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder
