"""Any bytes are a photo or an `ImageError`: seeded mutations of small real files of every format.

200 of each kind of file here; 3,000 with `pytest --thorough tests/robustness/test_fuzz_images.py`.
"""

import contextlib
import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, features
from PIL.ImageCms import ImageCmsProfile, createProfile

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image

# pytest resets the filter that photos.decoding.images sets; tests/photos/decoding/test_images.py tests that Pillow's
# warnings are hidden.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")

QUICK, THOROUGH = 200, 3000  # mutations of each kind of file


def small_files():
    """Return {name: content} of small real files, of every format and in the modes that each can have."""
    rng = np.random.default_rng(0)
    colour = Image.fromarray(rng.integers(0, 256, (13, 17, 3), dtype=np.uint8))
    frames = [colour.rotate(90 * turn) for turn in range(3)]
    exif = Image.Exif()
    exif[274] = 6
    kinds = {
        "jpeg": (colour, {"format": "JPEG", "exif": exif}),
        "progressive": (colour.convert("CMYK"), {"format": "JPEG", "progressive": True}),
        "png": (colour.convert("RGBA"), {"format": "PNG"}),
        "palette": (colour.quantize(7), {"format": "PNG", "transparency": 3}),
        "sixteen": (Image.fromarray(rng.integers(0, 65536, (13, 17)).astype(np.uint16)), {"format": "PNG"}),
        "gif": (frames[0], {"format": "GIF", "save_all": True, "append_images": frames[1:]}),
        "webp": (colour, {"format": "WEBP"}),
        "tiff": (colour, {"format": "TIFF", "compression": "tiff_lzw"}),
        "tiff_jpeg": (colour, {"format": "TIFF", "compression": "jpeg"}),
        "bmp": (colour, {"format": "BMP"}),
        "animation": (frames[0], {"format": "PNG", "save_all": True, "append_images": frames, "default_image": True}),
        "profile": (colour, {"format": "JPEG", "icc_profile": ImageCmsProfile(createProfile("sRGB")).tobytes()}),
    }
    if features.check("avif"):
        kinds["avif"] = (colour, {"format": "AVIF", "exif": exif})
    if features.check("jpg_2000"):
        kinds["jpeg2000"] = (colour, {"format": "JPEG2000"})
    with contextlib.suppress(ImportError):
        import pillow_jxl  # noqa: F401

        kinds["jxl"] = (colour, {"format": "JXL", "exif": exif})
    contents = tiffs(rng) | science(rng)
    with contextlib.suppress(ImportError):
        import pillow_heif

        file = io.BytesIO()
        pillow_heif.from_pillow(colour.resize((64, 64))).save(file)
        contents["heif"] = file.getvalue()
    for name, (image, options) in kinds.items():
        file = io.BytesIO()
        image.save(file, **options)
        contents[name] = file.getvalue()
    return contents


def tiffs(rng):
    """Return {name: content} of small TIFFs of the kinds that Pillow does not read."""
    values = rng.integers(0, 4096, (3, 13, 17)).astype(np.uint16)
    kinds = {
        "planar": (values, {"photometric": "rgb", "planarconfig": "separate"}),
        "floating": (
            np.moveaxis(values / 4096, 0, -1),
            {"photometric": "rgb", "compression": "zlib", "tile": (16, 16)},
        ),
        "white_is_zero": (values[0], {"photometric": "miniswhite", "byteorder": ">", "compression": "zlib"}),
    }
    contents = {}
    for name, (pixels, options) in kinds.items():
        file = io.BytesIO()
        tifffile.imwrite(file, pixels, metadata=None, **options)
        contents[name] = file.getvalue()
    twelve = bytearray(contents["white_is_zero"])
    at = twelve.index(struct.pack(">HHIH", 258, 3, 1, 16))  # BitsPerSample
    twelve[at + 8 : at + 10] = struct.pack(">H", 12)
    at = twelve.index(struct.pack(">HHI", 259, 3, 1))  # Compression
    twelve[at + 8 : at + 10] = struct.pack(">H", 1)
    return contents | {"twelve": bytes(twelve)}


def science(rng):
    """Return {name: content} of small pictures as science and hospitals write them, as far as they can be made here."""
    values = rng.integers(0, 4096, (3, 13, 17)).astype(np.uint16)
    contents = {}
    for name, options in (("imagej", {"imagej": True}), ("ome", {"ome": True})):
        file = io.BytesIO()
        tifffile.imwrite(file, values, metadata={"axes": "CYX"}, **options)
        contents[name] = file.getvalue()
    file = io.BytesIO()
    np.save(file, values[0])
    contents["npy"] = file.getvalue()
    with contextlib.suppress(ImportError):
        import imagecodecs

        contents["jpeg2000_16"] = imagecodecs.jpeg2k_encode(np.moveaxis(values, 0, -1), level=0)
        contents["jxl_animation"] = imagecodecs.jpegxl_encode(np.zeros((2, 13, 17, 3), np.uint8), lossless=True)
    with contextlib.suppress(ImportError):
        import pydicom

        examples = Path(pydicom.__file__).parent / "data" / "test_files"
        contents |= {f"dicom_{path.stem}": path.read_bytes() for path in examples.glob("SC_rgb_small_odd*.dcm")}
    return contents


FILES = small_files()


def mutate(rng, content):
    """Return a damaged copy of a file: bytes flipped, cut off, doubled, or with the head of another file."""
    data = bytearray(content)
    kind = rng.integers(0, 5)
    if kind <= 1:  # often in the header, where it hurts
        reach = len(data) if kind else min(len(data), 64)
        for position in rng.integers(0, reach, rng.integers(1, 9)):
            data[position] = rng.integers(0, 256)
    elif kind == 2:
        del data[rng.integers(0, len(data)) :]
    elif kind == 3:
        start, length = rng.integers(0, len(data)), rng.integers(1, 40)
        data[start:start] = data[start : start + length] * int(rng.integers(1, 20))
    else:
        other = list(FILES.values())[rng.integers(0, len(FILES))]
        cut = rng.integers(1, 64)
        data[:cut] = other[: rng.integers(1, 64)]
    return bytes(data)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_a_photo_or_an_error_that_names_it(name, thorough, capfd):
    rng = np.random.default_rng(list(FILES).index(name))
    for _ in range(THOROUGH if thorough else QUICK):
        try:
            pixels = decode_image(mutate(rng, FILES[name]), f"photo.{name}")
        except ImageError as error:
            assert f"photo.{name}" in str(error)
            assert "\n" not in str(error)
        else:
            assert pixels.dtype == np.uint8
            assert pixels.ndim == 3
            assert pixels.shape[2] == 3
            assert pixels.size > 0
    assert capfd.readouterr() == ("", "")


def png_header(width, height):
    """Return the beginning of a PNG that claims to be of some size."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return header + struct.pack(">I", 1000) + b"IDAT" + zlib.compress(bytes(100))


def bmp_header(width, height):
    """Return the header of a BMP that claims to be of some size."""
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, *[0] * 6)


@pytest.mark.parametrize("bomb", [png_header(30_000, 30_000), bmp_header(30_000, 30_000)])
def test_a_decompression_bomb_is_refused_from_its_header_alone(bomb):
    program = (
        "import sys, pathlib\n"
        "from catsex.photos.decoding.images import decode_image\n"
        "from catsex.errors import ImageError\n"
        "try: decode_image(sys.stdin.buffer.read(), 'bomb')\n"
        "except ImageError as error: print(error)\n"
        "status = pathlib.Path('/proc/self/status')\n"
        "print(status.read_text() if status.exists() else '')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=bomb, capture_output=True, check=True)
    message, *status = done.stdout.decode().splitlines()
    assert "bomb has" in message
    assert "pixels" in message
    for line in status:
        if line.startswith("VmHWM"):  # the peak of this process alone, in kilobytes; Linux only
            assert int(line.split()[1]) < 200_000


@pytest.mark.parametrize("shape", [(1, 1), (1, 30_000), (30_000, 1)])
def test_odd_shapes_are_photos(shape):
    file = io.BytesIO()
    Image.new("RGB", shape, "red").save(file, format="PNG")
    assert decode_image(file.getvalue(), "odd.png").shape == (shape[1], shape[0], 3)


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
        b"PK\x03\x04" + bytes(60),
        b"<!DOCTYPE html><html><body>Please log in</body></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
        bytes(1000),
    ],
)
def test_other_files_under_an_images_name_are_refused(content):
    with pytest.raises(ImageError, match=r"cat.jpg is not an image"):
        decode_image(content, "cat.jpg")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of memory has another unit, or none")
@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="the memory in use is read from Linux' /proc")
def test_a_long_row_of_bad_files_leaks_nothing(thorough):
    """What counts is what stays in use: a single file may claim to be large, and take much for a moment."""
    rng = np.random.default_rng(99)
    files = list(FILES.values())

    def go(times):
        for number in range(times):
            with contextlib.suppress(ImageError):
                decode_image(mutate(rng, files[number % len(files)]), "photo")
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    before = go(300)
    assert go(5000 if thorough else 500) - before < 100_000_000
