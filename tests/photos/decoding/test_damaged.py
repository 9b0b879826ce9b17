"""Files that are cut off or have broken metadata: read as viewers show them, named once, refused if asked to."""

import io
import struct
import zlib

import numpy as np
import pytest
from photo_files import interlaced_png
from PIL import Image

from catsex.errors import ImageError
from catsex.photos.decoding import damaged
from catsex.photos.decoding.images import decode_image

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


def photo(height=96, width=64):
    """Pixels with something to see in every row, never the grey of a missing one."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(0).integers(0, 40, (height, width))
    return np.stack([x * 2 + noise, y + noise, 200 - x + noise], axis=-1).astype(np.uint8)


def encode(pixels, file_format, **options):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, file_format, **options)
    return buffer.getvalue()


def chunk(kind, content, checksum=None):
    checksum = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def warnings_of(caplog):
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_marker_is_whole(progressive, caplog):
    whole = encode(photo(), "JPEG", progressive=progressive)
    name = f"no-end-{progressive}.jpg"
    np.testing.assert_array_equal(decode_image(whole[:-2], name), decode_image(whole, "whole.jpg"))
    assert warnings_of(caplog) == [f"{name} is damaged, and used as far as it is there"]


def test_a_photo_is_named_as_damaged_once_however_often_it_is_read(caplog):
    cut = encode(photo(), "JPEG")[:-2]
    for name in ("first.jpg", "first.jpg", "second.jpg", "first.jpg"):
        decode_image(cut, name)
    assert [text.split()[0] for text in warnings_of(caplog)] == ["first.jpg", "second.jpg"]


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_what_is_there_of_a_photo_that_is_cut_off_is_read_if_it_is_half_or_more(file_format):
    whole = encode(photo(400), file_format)
    pixels = decode_image(whole, "whole")
    found = decode_image(whole[: int(len(whole) * 0.75)], "cut")
    assert found.shape == pixels.shape
    same = (found == pixels).all(axis=(1, 2))
    assert 0.5 < same.mean() < 0.9 and same[: int(0.5 * len(same))].all()
    with pytest.raises(ImageError, match="little is damaged or cut off"):
        decode_image(whole[: int(len(whole) * 0.3)], "little")
    with pytest.raises(ImageError, match="strictly is damaged or cut off"):
        decode_image(whole[: int(len(whole) * 0.75)], "strictly", strict=True)


def test_the_first_scans_of_a_progressive_jpeg_are_the_whole_photo():
    whole = encode(photo(), "JPEG", progressive=True)
    found = decode_image(whole[: int(len(whole) * 0.6)], "progressive.jpg").astype(int)
    assert np.abs(found - decode_image(whole, "whole")).mean() < 12


def test_a_photo_that_is_grey_below_is_not_cut_off(caplog):
    pixels = photo()
    pixels[40:] = 128
    decode_image(encode(pixels, "JPEG"), "grey-below.jpg", strict=True)
    assert not warnings_of(caplog)


@pytest.mark.parametrize("strict", [False, True])
def test_a_jpeg_whose_jfif_segment_is_short_is_in_order(strict, caplog):
    whole = encode(photo(), "JPEG")
    short = whole[:2] + b"\xff\xe0\x00\x07JFIF\0" + whole[20:]
    assert whole[2:4] == b"\xff\xe0" and whole[20:22] == b"\xff\xdb"
    np.testing.assert_array_equal(decode_image(short, "short.jpg", strict=strict), decode_image(whole, "whole"))
    assert not warnings_of(caplog)


PNG_METADATA = {
    "a wrong checksum": chunk(b"tEXt", b"Comment\0hello", checksum=1),
    "2 MB of text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 2_000_000)),
    "90 MB of text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 90_000_000)),
    "a broken profile": chunk(b"iCCP", b"name\0\0no zlib stream"),
    "an empty chunk": chunk(b"tIME", b""),
    "an empty profile": chunk(b"iCCP", b""),
    "primaries that are too short": chunk(b"cHRM", b"123"),
}


@pytest.mark.parametrize("metadata", PNG_METADATA.values(), ids=PNG_METADATA)
def test_a_png_with_broken_or_much_metadata_is_in_order(metadata, caplog):
    whole = encode(photo(), "PNG")
    found = decode_image(whole[:33] + metadata + whole[33:], "metadata.png", strict=True)
    np.testing.assert_array_equal(found, photo())
    assert not warnings_of(caplog)


@pytest.mark.parametrize("height", [8, 960])  # of which the pixels take one piece or many
def test_a_png_whose_pixels_have_a_wrong_checksum_is_in_order(height, caplog):
    rows = np.hstack([np.zeros((height, 1), np.uint8), photo(height).reshape(height, -1)]).tobytes()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 64, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows)[:-4] + b"1234")
    found = decode_image(damaged.PNG_SIGNATURE + header + pixels + chunk(b"IEND", b""), "sum.png", strict=True)
    np.testing.assert_array_equal(found, photo(height))
    assert not warnings_of(caplog)


@pytest.mark.parametrize("colours", [(b"gAMA", struct.pack(">I", 100_000)), (b"cICP", bytes((12, 13, 0, 1)))])
def test_a_mended_png_keeps_what_it_says_of_its_colours(colours):
    whole = encode(photo(), "PNG")
    whole = whole[:33] + chunk(*colours) + whole[33:]
    broken = whole[:33] + chunk(b"tEXt", b"Comment\0hello", checksum=1) + whole[33:]
    np.testing.assert_array_equal(decode_image(broken, "broken"), decode_image(whole, "whole"))


def test_a_mended_png_keeps_its_palette_and_transparency():
    index = Image.fromarray(np.repeat(np.arange(4, dtype=np.uint8), 12)[:, None].repeat(64, axis=1), "P")
    index.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    buffer = io.BytesIO()
    index.save(buffer, "PNG", transparency=2)
    whole = buffer.getvalue()
    broken = whole[:33] + chunk(b"tEXt", b"Comment\0hello", checksum=1) + whole[33:]
    np.testing.assert_array_equal(decode_image(broken, "broken"), decode_image(whole, "whole"))


@pytest.mark.parametrize("share", [0.7, 0.8, 0.9])
@pytest.mark.parametrize("file_format", ["PNG", "GIF"])
def test_an_interlaced_picture_that_is_cut_off_is_shown_coarser(file_format, share, caplog):
    y, x = np.mgrid[0:97, 0:65]
    grey = (x + y).astype(np.uint8)
    whole = interlaced_png(grey) if file_format == "PNG" else encode(grey, "GIF", interlace=1)
    np.testing.assert_array_equal(decode_image(whole, "whole")[..., 0], grey)
    start = 800 if file_format == "GIF" else 0  # its colours
    cut, name = whole[: start + int((len(whole) - start) * share)], f"{file_format} {share}"
    found = decode_image(cut, name)[..., 0].astype(int)
    assert found.shape == grey.shape and np.abs(found - grey).max() <= 3 and (found == grey).mean() >= 0.5
    assert warnings_of(caplog) == [f"{name} is damaged, and used as far as it is there"]
    for content, strict in ((whole[: start + len(cut) // 3], False), (cut, True)):
        with pytest.raises(ImageError, match="little is damaged or cut off"):
            decode_image(content, "little", strict=strict)


@pytest.mark.parametrize("share", np.linspace(0.02, 0.98, 25).round(2))
@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_wherever_a_file_is_cut_there_is_a_photo_or_an_error(file_format, share):
    whole = encode(photo(), file_format)
    try:
        assert decode_image(whole[: int(len(whole) * share)], "cut").shape == (96, 64, 3)
        assert share > 0.3
    except ImageError as error:
        assert "\n" not in str(error) and share < 0.7


def test_a_large_png_of_which_little_is_there_is_refused_before_it_takes_memory():
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 9000, 9000, 8, 2, 0, 0, 0))
    few_rows = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(20 * 27001)))
    assert damaged.repaired(few_rows, "PNG", 10**8) is None
    with pytest.raises(ImageError, match="photo is damaged or cut off"):
        decode_image(few_rows + chunk(b"IEND", b""), "photo")


@pytest.mark.parametrize("palette", [b"", chunk(b"PLTE", b"")])
def test_a_png_without_its_palette_is_refused_and_not_black(palette):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress((b"\0" + bytes(range(8))) * 8))
    with pytest.raises(ImageError, match=r"p\.png is damaged"):
        decode_image(damaged.PNG_SIGNATURE + header + palette + pixels + chunk(b"IEND", b""), "p.png")
