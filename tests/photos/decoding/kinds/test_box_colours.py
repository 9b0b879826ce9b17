import io

import numpy as np
import pytest
from photo_files import COLOURS, PROFILES, encode, profile
from PIL import Image, features

from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.box_colours import box_colours
from catsex.photos.decoding.kinds.coded_colours import by_numbers, to_srgb

LARGE = COLOURS.repeat(4, axis=0).repeat(4, axis=1)


def heif(primaries, transfer):
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    numbers = {"color_primaries": primaries, "transfer_characteristics": transfer, "matrix_coefficients": 6}
    pillow_heif.from_pillow(Image.fromarray(LARGE)).save(buffer, quality=95, save_nclx_profile=True, **numbers)
    return buffer.getvalue()


def avif(primaries, transfer):
    imagecodecs = pytest.importorskip("imagecodecs")
    if not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    return imagecodecs.avif_encode(LARGE, level=95, primaries=primaries, transfer=transfer, matrix=6)


@pytest.mark.parametrize("make", [heif, avif])
@pytest.mark.parametrize(
    ("primaries", "transfer", "meant"),
    [(12, 13, (12, 13)), (9, 14, (9, 13)), (9, 16, (9, 16)), (9, 18, (9, 18)), (1, 8, (1, 8)), (2, 2, (1, 13))],
)
def test_colours_are_those_that_chromium_shows(make, primaries, transfer, meant):
    file = make(primaries, transfer)
    colours = box_colours(file)
    assert colours == by_numbers(*meant)
    plain = decode_image(make(1, 13), "photo")
    expected = np.asarray(to_srgb(Image.fromarray(plain), colours)) if colours else plain
    assert np.abs(decode_image(file, "photo").astype(int) - expected).mean() < 0.5


def test_the_brightest_pixel_decides_how_bright_white_is():
    plain = avif(9, 16)
    at = plain.index(b"pixi")  # a property of the same length, which no decoder needs
    file = plain[:at] + b"clli" + bytes((1, 244, 0, 200)) + plain[at + 8 :]
    assert box_colours(plain).peak == 1000 and box_colours(file).peak == 500
    assert decode_image(file, "photo").mean() > decode_image(plain, "photo").mean() + 2


def test_a_profile_goes_before_numbers():
    if not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    display_p3 = profile(PROFILES["Display P3"])[0]
    file = encode(Image.fromarray(LARGE), "AVIF", quality=90, icc_profile=display_p3)
    assert box_colours(file + b"colrnclx" + bytes((0, 12, 0, 13, 0, 6))) is None
