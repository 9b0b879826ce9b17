import struct

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, GREY, encode, over_white, three
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.coded_colours import Colours, by_numbers, to_srgb

P3 = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
LINEAR, USUAL = struct.pack(">I", 100_000), struct.pack(">I", 45455)
PRIMARIES = ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), (0.3127, 0.329))


def png(image, chunks, **options):
    info = PngInfo()
    for kind, content in chunks.items():
        info.add(kind.encode(), content)
    return encode(image, "PNG", pnginfo=info, **options)


CASES = {  # chunks, what they mean; None: nothing
    "cICP": ({"cICP": bytes((12, 13, 0, 1))}, by_numbers(12, 13)),
    "cICP goes before gAMA": ({"cICP": bytes((9, 16, 0, 1)), "gAMA": LINEAR}, by_numbers(9, 16)),
    "cICP of a part of the range": ({"cICP": bytes((12, 13, 0, 0))}, None),
    "gAMA": ({"gAMA": LINEAR}, Colours(1.0)),
    "the usual gAMA": ({"gAMA": USUAL}, None),
    "sRGB goes before gAMA": ({"sRGB": b"\0", "gAMA": LINEAR}, None),
    "cHRM and gAMA": ({"cHRM": P3, "gAMA": USUAL}, Colours(100_000 / 45455, PRIMARIES)),
    "cHRM alone": ({"cHRM": P3}, None),
    "cHRM that is none": ({"cHRM": bytes(32), "gAMA": LINEAR}, Colours(1.0)),
}


@pytest.mark.parametrize(("chunks", "colours"), CASES.values(), ids=CASES)
def test_colours_are_those_that_chromium_shows(chunks, colours):
    image = Image.fromarray(COLOURS)
    expected = np.asarray(to_srgb(image, colours)) if colours else COLOURS
    np.testing.assert_array_equal(decode_image(png(image, chunks), "photo"), expected)
    palette = image.quantize(64)
    found = decode_image(png(palette, chunks), "photo")
    expected = np.asarray(to_srgb(palette, colours) if colours else palette.convert("RGB"))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("gamma", [1.0, 0.556])
def test_a_gamma_is_a_power(gamma):
    light = (GREY / 255) ** (1 / gamma)
    expected = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    file = png(Image.fromarray(GREY), {"gAMA": struct.pack(">I", round(gamma * 100_000))})
    np.testing.assert_allclose(decode_image(file, "photo").astype(float), three(expected), atol=1)


def test_what_can_be_seen_through_is_laid_over_white_after_the_colours_are_known():
    layer = Image.fromarray(np.dstack([COLOURS, ALPHA]))
    file = png(layer, {"gAMA": LINEAR})
    expected = over_white(np.asarray(to_srgb(Image.fromarray(COLOURS), Colours(1.0))), ALPHA)
    assert np.abs(decode_image(file, "photo") - expected).mean() < 1
