import struct
import sys

import numpy as np
import pytest
from photo_files import (
    COLOURS,
    GREY,
    TIFFS,
    assert_shows,
    encode,
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
