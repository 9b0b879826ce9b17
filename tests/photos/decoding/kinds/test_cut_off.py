import numpy as np
import pytest
from photo_files import encode, tiff
from PIL import Image

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.cut_off import completed

y, x = np.mgrid[0:240, 0:320]
NOISE = np.random.default_rng(0).integers(-20, 20, (240, 320, 3))
PIXELS = (np.stack([x // 2, y, 255 - x // 2], axis=-1) + NOISE).clip(0, 255).astype(np.uint8)
IMAGE = Image.fromarray(PIXELS)
STRIPS = {"photometric": "rgb", "rowsperstrip": 8}
FILES = {
    "WEBP": encode(IMAGE, "WEBP", quality=90),
    "WEBP lossless": encode(IMAGE, "WEBP", lossless=True),
    "BMP": encode(IMAGE, "BMP"),
    "BMP grey": encode(IMAGE.convert("L"), "BMP"),
    "TIFF": encode(IMAGE, "TIFF"),
    "TIFF strips": tiff(PIXELS, **STRIPS),
    "TIFF deflate": tiff(PIXELS, compression="deflate", **STRIPS),
    "TIFF deflate MM": tiff(PIXELS, compression="deflate", byteorder=">", **STRIPS),
    "TIFF tiles": tiff(PIXELS, compression="deflate", photometric="rgb", tile=(16, 16)),
    "TIFF 16 bits": tiff(PIXELS.astype(np.uint16) * 257, **STRIPS),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_is_there_is_seen_if_it_is_half_or_more_and_the_photo_is_named(kind, caplog):
    whole = FILES[kind]
    expected = decode_image(whole, "whole").astype(int)
    found = decode_image(whole[: len(whole) * 7 // 10], f"{kind} cut").astype(int)
    rows = slice(100, None) if kind.startswith("BMP") else slice(None, 140)  # a BMP begins below
    assert found.shape == expected.shape and np.abs(found[rows] - expected[rows]).mean() < 1
    assert caplog.messages == [f"{kind} cut is damaged, and used as far as it is there"]


@pytest.mark.parametrize("kind", FILES)
def test_less_than_half_is_refused_and_so_is_all_if_strict(kind):
    whole = FILES[kind]
    for share, strict in ((0.4, False), (0.9, True)):
        with pytest.raises(ImageError, match="photo is damaged or cut off; fetch it or save it again"):
            decode_image(whole[: int(len(whole) * share)], "photo", strict=strict)


@pytest.mark.parametrize("kind", FILES)
def test_wherever_a_file_is_cut_there_is_a_photo_or_one_line(kind):
    whole = FILES[kind]
    for length in (0, 5, 20, 60, 200, 400, len(whole) // 3, len(whole) - 1):
        try:
            assert decode_image(whole[:length], "photo").shape == (240, 320, 3)
        except ImageError as error:
            assert "\n" not in str(error)


JPEG_2000 = {
    "lossless": {},
    "resolutions first": {"progression": "RPCL"},
    "lossy": {"irreversible": True, "quality_mode": "rates", "quality_layers": [10]},
    "codestream": {"no_jp2": True},
}


@pytest.mark.parametrize("options", JPEG_2000.values(), ids=JPEG_2000)
def test_a_jpeg_2000_that_is_cut_off_is_less_fine(options, caplog):
    whole = encode(IMAGE, "JPEG2000", **options)
    expected = decode_image(whole, "whole").astype(int)
    for share in (0.55, 0.9):
        found = decode_image(whole[: int(len(whole) * share)], "photo").astype(int)
        assert found.shape == expected.shape and np.abs(found - expected).mean() < 16
    np.testing.assert_array_equal(decode_image(whole[:-2], "photo"), expected)
    caplog.clear()
    for share, strict in ((0.4, False), (0.9, True)):
        with pytest.raises(ImageError, match="photo is damaged or cut off"):
            decode_image(whole[: int(len(whole) * share)], "photo", strict=strict)


def test_tiles_of_a_jpeg_2000_that_are_not_there_are_black():
    whole = encode(IMAGE, "JPEG2000", tile_size=(80, 80))
    found = decode_image(whole[: int(len(whole) * 0.7)], "photo").astype(int)
    assert np.abs(found[:160] - decode_image(whole, "whole")[:160]).mean() < 16
    assert (found[-80:, -80:] == found[-1, -1]).all()


def test_whole_files_and_other_formats_are_left_alone():
    for kind, data in FILES.items():
        assert completed(data, kind.split()[0]) is None
    assert completed(encode(IMAGE, "AVIF")[:9000], "AVIF") is None


@pytest.mark.parametrize("share", [0.02, 0.2, 0.45, 0.9])
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "AVIF"])
def test_no_line_has_a_library_s_words(file_format, share):
    content = encode(IMAGE.quantize(64) if file_format == "GIF" else IMAGE, file_format)
    try:
        decode_image(content[: int(len(content) * share)], "photo")
        assert share > 0.5 and file_format != "AVIF"
    except ImageError as error:
        assert str(error) == "photo is damaged or cut off; fetch it or save it again"
