import io
import random
import struct

import pytest
from PIL import Image

from catsex.photos.decoding.formats import FIRST_BYTES, image_format


def saved(file_format):
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(buffer, file_format)
    return buffer.getvalue()


def tiff(order, *directories):
    """Return a TIFF of directories with (tag, kind, value) each; every value is one number of 16 or 32 bits."""
    letter = {"II": "<", "MM": ">"}[order]
    content = order.encode() + struct.pack(letter + "HI", 42, 8)
    for directory in directories:
        content += struct.pack(letter + "H", len(directory))
        for tag, kind, value in directory:
            content += struct.pack(letter + "HHI", tag, kind, 1)
            content += struct.pack(letter + ("I" if kind == 4 else "Hxx"), value)
        content += bytes(4)
    return content


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000"])
def test_content_says_which_format_a_file_is_in(file_format):
    Image.init()
    if file_format not in Image.SAVE:
        pytest.skip(f"this Pillow writes no {file_format}")
    whole = saved(file_format)
    for content in (whole, whole[:FIRST_BYTES], whole[:64]):
        assert image_format(content) == file_format


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),  # phones
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", "AVIF"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "RAW"),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isommp41", None),  # a video
        (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ", "JXL"),
        (b"\xff\x0a\xfa\x1f", "JXL"),
        (b"\xff\x4f\xff\x51\0\x2f", "JPEG2000"),
        (b"II*\0\x10\0\0\0CR\x02\0", "RAW"),
        (b"\x93NUMPY\1\0", "NPY"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"ZISRAWFILE\0\0", "CZI"),
        (b"\xda\xce\xbe\x0a\0\0", "ND2"),
        (b"p\0\0\0\1\0\0\0*", "LIF"),
        (bytes(128) + b"DICM", "DICOM"),
        (b"FUJIFILMCCD-RAW 0201", "RAW"),
        (b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", "TIFF"),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"BMW 3 is a car, and no picture", None),
        (b"%PDF-1.7", None),
        (b"<svg xmlns=", None),
        (b"", None),
    ],
)
def test_bytes_that_people_have(start, expected):
    assert image_format(start) == expected


@pytest.mark.parametrize("order", ["II", "MM"])
def test_camera_raw_that_is_built_on_tiff_is_told_from_tiff(order):
    picture = [(0x0106, 3, 2)]  # RGB
    assert image_format(tiff(order, picture)) == "TIFF"
    assert image_format(tiff(order, [*picture, (0xC612, 4, 1)])) == "RAW"  # DNG
    assert image_format(tiff(order, [(0x0106, 3, 32803)])) == "RAW"  # PEF: the sensor's values first
    preview = [*picture, (0x014A, 4, 8 + 2 + 2 * 12 + 4)]  # NEF, ARW: a preview first, the rest below it
    assert image_format(tiff(order, preview, [(0x0106, 3, 32803)])) == "RAW"
    assert image_format(tiff(order, preview, picture)) == "TIFF"
    assert image_format(tiff(order, [(0x014A, 4, 8)])) == "TIFF"  # a circle


def test_any_bytes_have_an_answer():
    rng = random.Random(0)
    for _ in range(5000):
        start = rng.choice([b"II*\0\x08\0\0\0", b"MM\0*", b"\0\0\0\x20ftyp", b"BM", b""])
        assert image_format(start + rng.randbytes(rng.randrange(80))) in (None, "TIFF", "RAW", "BMP", "JXL", "JPEG")
