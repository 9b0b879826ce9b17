import io
import struct
import sys

import numpy as np
import pytest
from photo_files import (
    COLOURS,
    GREY,
    HEIGHT,
    WIDTH,
    assert_shows,
    by_hand,
    encode,
    three,
)
from PIL import Image, PngImagePlugin, features

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["HEIF", "AVIF", "JXL"])
def test_phones_formats_are_read_upright(file_format, orientation):
    plain, exif = Image.fromarray(COLOURS.repeat(4, axis=0).repeat(4, axis=1)), Image.Exif()
    exif[0x0112] = orientation
    options = {"exif": exif.tobytes(), "quality": 95}
    if file_format == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        buffer = io.BytesIO()
        pillow_heif.from_pillow(plain).save(buffer, **options)
        file = buffer.getvalue()
    else:
        if file_format == "JXL":
            pytest.importorskip("pillow_jxl")
            if orientation > 1:
                pytest.skip("its encoder notes the orientation in EXIF alone, which the format says to ignore")
        elif not features.check("avif"):
            pytest.skip("this Pillow has no AVIF")
        file = encode(plain, file_format, **options)
    buffer = io.BytesIO()
    plain.save(buffer, "PNG", exif=exif)
    assert_shows(file, decode_image(buffer.getvalue(), "photo"), mean=2)


def test_a_jpeg_packed_as_jpeg_xl_is_turned_as_the_jpeg_is(tmp_path):
    pytest.importorskip("pillow_jxl")
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "photo.jpg").write_bytes(encode(COLOURS, "JPEG", exif=exif))
    with Image.open(tmp_path / "photo.jpg") as photo:
        packed = encode(photo, "JXL", lossless_jpeg=True)
    expected = decode_image((tmp_path / "photo.jpg").read_bytes(), "photo")
    assert expected.shape == (WIDTH, HEIGHT, 3)
    np.testing.assert_array_equal(decode_image(packed, "photo"), expected)


@pytest.mark.skipif(not features.check("jpg_2000"), reason="this Pillow has no JPEG 2000")
def test_jpeg_2000_is_read():
    assert_shows(encode(COLOURS, "JPEG2000"), COLOURS)
    assert_shows(encode(GREY, "JPEG2000"), three(GREY))


@pytest.mark.skipif(not features.check("jpg_2000"), reason="this Pillow has no JPEG 2000")
def test_jpeg_2000_of_16_bits_is_read():
    pytest.importorskip("imagecodecs")
    assert_shows(encode(Image.fromarray(GREY.astype(np.uint16) * 257), "JPEG2000"), three(GREY))


@pytest.mark.parametrize(
    ("start", "module", "message"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "pillow_heif", r'is HEIC \(HEIF\).* -e "\.\[phone\]"'),
        (b"\xff\x0a\xfa\x1f", "pillow_jxl", r'is JPEG XL.* -e "\.\[jxl\]"'),
    ],
)
def test_a_format_that_an_extra_would_read_is_an_error_that_names_the_extra(start, module, message, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(ImageError, match=rf"IMG_1\.x {message}"):
        decode_image(start + bytes(100), "IMG_1.x")


@pytest.mark.parametrize(
    "start", [b"II*\0\x10\0\0\0CR\x02\0", b"FUJIFILMCCD-RAW 0201", b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"]
)
def test_camera_raw_is_an_error_that_says_what_to_do(start):
    with pytest.raises(ImageError, match=r"IMG_1\.x is camera raw, .*; save it as JPEG"):
        decode_image(start + bytes(100), "IMG_1.x")


def test_a_preview_in_camera_raw_is_not_taken_for_the_photo():
    dng = by_hand("II", COLOURS.tobytes(), {258: (8, 8, 8), 262: (2,), 277: (3,), 50706: (0x401,)})
    with pytest.raises(ImageError, match="is camera raw"):
        decode_image(dng, "photo.dng")


def test_an_orientation_stored_as_a_byte_turns_the_photo():
    exif = Image.Exif()
    exif[0x0112] = 6
    file = bytearray(encode(COLOURS, "TIFF", exif=exif))
    at = file.index(struct.pack("<HHI", 0x0112, 3, 1))
    file[at + 2 : at + 4] = struct.pack("<H", 1)
    assert_shows(bytes(file), np.rot90(COLOURS, -1))


XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def test_an_orientation_in_xmp_alone_turns_nothing_as_in_browsers():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP)
    assert_shows(encode(COLOURS, "PNG", pnginfo=text), COLOURS)
    assert_shows(encode(COLOURS, "TIFF", tiffinfo={700: XMP.encode()}), COLOURS)
    assert_shows(encode(COLOURS, "JPEG", quality=95, subsampling=0, xmp=XMP.encode()), COLOURS, mean=2)


def test_a_gif_frame_smaller_than_its_screen_is_on_white():
    file = bytearray(encode(Image.fromarray(COLOURS).quantize(16), "GIF"))
    inside = decode_image(bytes(file), "photo")
    file[6:10] = struct.pack("<HH", WIDTH + 9, HEIGHT + 5)
    expected = np.full((HEIGHT + 5, WIDTH + 9, 3), 255)
    expected[:HEIGHT, :WIDTH] = inside
    assert_shows(bytes(file), expected, mean=0)


def test_a_default_picture_outside_the_animation_is_not_its_first_frame():
    red, green, blue = (Image.new("RGB", (9, 7), name) for name in ("red", "lime", "blue"))
    file = encode(red, "PNG", save_all=True, append_images=[green, blue], default_image=True)
    assert_shows(file, np.full((7, 9, 3), (0, 255, 0)), mean=0)
    file = encode(red, "PNG", save_all=True, append_images=[green, blue])
    assert_shows(file, np.full((7, 9, 3), (255, 0, 0)), mean=0)
