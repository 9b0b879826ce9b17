import struct
import sys

import numpy as np
import pytest
from photo_files import (
    ALPHA,
    COLOURS,
    GREY,
    TIFFS,
    assert_shows,
    encode,
    over_white,
    three,
    tiff,
)
from PIL import Image

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"bigtiff": True}, {"compression": "zlib"}], ids=str)
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("pixels", "options", "expected"), TIFFS.values(), ids=TIFFS)
def test_tiffs_of_every_depth_order_and_layout(pixels, options, expected, order, layout):
    assert_shows(tiff(pixels, byteorder=order, **options, **layout), expected)


@pytest.mark.parametrize("compression", ["zlib", "lzw"])
def test_tiffs_compressed_by_another_library(compression):
    for pixels, expected in (
        (GREY.astype(np.uint16) * 257, three(GREY)),
        ((GREY / 255).astype(np.float32), three(GREY)),
    ):
        image = Image.fromarray(pixels)
        file = encode(image, "TIFF", compression={"zlib": "tiff_adobe_deflate", "lzw": "tiff_lzw"}[compression])
        assert_shows(file, expected)


def test_a_tiff_compressed_in_a_way_that_an_extra_would_read_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    file = bytearray(tiff((COLOURS / 255).astype(np.float32), photometric="rgb"))
    at = file.index(struct.pack("<HHI", 259, 3, 1))
    file[at + 8 : at + 10] = struct.pack("<H", 5)
    with pytest.raises(ImageError, match=r'scan\.tif is a TIFF with LZW compression; .* -e "\.\[scans\]"'):
        decode_image(bytes(file), "scan.tif")


@pytest.mark.parametrize(("orientation", "upright"), [(3, np.rot90(COLOURS, 2)), (6, np.rot90(COLOURS, -1))])
def test_a_tiff_that_pillow_does_not_read_is_upright_too(orientation, upright):
    pixels, options, _ = TIFFS["planar"]
    assert_shows(tiff(pixels, extratags=[(0x0112, 3, 1, orientation, True)], **options), upright)


def few_bits(pixels, bits, **options):
    """Return pixels of 8 bits as a TIFF of fewer, and what they show then."""
    most = 2**bits - 1
    return tiff(pixels >> (8 - bits), bitspersample=bits, **options), (pixels >> (8 - bits)) * (255 / most)


@pytest.mark.parametrize("bits", [2, 3, 4, 5, 6, 7])
def test_grey_of_fewer_than_8_bits(bits):
    pytest.importorskip("imagecodecs")  # to write it
    file, expected = few_bits(GREY, bits, photometric="minisblack")
    assert_shows(file, three(expected))


@pytest.mark.parametrize("bits", [1, 2, 4, 5, 6, 7])
def test_colours_of_fewer_than_8_bits(bits):
    pytest.importorskip("imagecodecs")
    file, expected = few_bits(COLOURS, bits, photometric="rgb")
    assert_shows(file, expected)


@pytest.mark.parametrize("bits", [10, 14])
def test_grey_of_10_and_14_bits(bits):
    pytest.importorskip("imagecodecs")
    file = tiff((GREY.astype(int) * (2**bits - 1) // 255).astype(np.uint16), bitspersample=bits)
    assert_shows(file, three(GREY))


def test_grey_of_4_bits_with_alpha():
    pytest.importorskip("imagecodecs")
    alpha = {"photometric": "minisblack", "extrasamples": ["unassalpha"]}
    file, expected = few_bits(np.dstack([GREY, np.full_like(GREY, 255)]), 4, **alpha)
    assert_shows(file, three(expected[..., 0]))


def test_grey_and_alpha_one_after_the_other():
    layers = np.stack([GREY, np.full_like(GREY, 255)])
    how = {"photometric": "minisblack", "planarconfig": "separate", "extrasamples": ["unassalpha"]}
    for compression in (None, "deflate"):
        assert_shows(tiff(layers, compression=compression, **how), three(GREY))


def test_cmyk_with_alpha_is_laid_over_white(caplog):
    inks = np.dstack([255 - COLOURS, np.zeros_like(GREY), ALPHA])
    file = tiff(inks, photometric="separated", extrasamples=["unassalpha"])
    assert_shows(file, over_white(COLOURS, ALPHA))
    assert not caplog.messages


def test_webp_in_a_tiff_takes_an_extra(monkeypatch):
    pytest.importorskip("imagecodecs")
    file = tiff(COLOURS, photometric="rgb", compression="webp", compressionargs={"lossless": True})
    assert_shows(file, COLOURS, mean=0)
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(ImageError, match=r'with WEBP compression; .* -e "\.\[scans\]"'):
        decode_image(file, "scan.tif")


def test_complex_numbers_are_refused():
    with pytest.raises(ImageError, match=r"scan\.tif has complex numbers; save their magnitude or phase"):
        decode_image(tiff(GREY.astype(np.complex64)), "scan.tif")
