import io

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, GREY, PROFILES, encode, over_white, profile, three
from PIL import Image

from catsex.errors import DataError, ImageError
from catsex.photos import in_memory
from catsex.photos.decoding.images import decode_image


def pixels(picture, levels=None):
    return in_memory.pixels_of(in_memory.hold(picture, "picture 1"), levels or {})


def test_an_array_is_taken_as_it_is():
    assert in_memory.is_picture(COLOURS) and not in_memory.is_picture(COLOURS[None])
    assert pixels(COLOURS) is COLOURS


@pytest.mark.parametrize("wrong", [COLOURS / 255, GREY, np.dstack([COLOURS, ALPHA]), COLOURS.astype(np.uint16)])
def test_any_other_array_is_refused_with_what_is_taken(wrong):
    expected = r"picture 1 is an array of .*; expected uint8, 0 to 255, of shape \(height, width, 3\)"
    with pytest.raises(DataError, match=expected):
        in_memory.hold(wrong, "picture 1")


def test_a_picture_of_any_mode_is_shown_as_a_photo_would_be():
    assert (pixels(Image.fromarray(COLOURS)) == COLOURS).all()
    assert (pixels(Image.fromarray(GREY)) == three(GREY)).all()
    assert np.abs(pixels(Image.fromarray(np.dstack([COLOURS, ALPHA]))) - over_white(COLOURS, ALPHA)).max() <= 1
    deep = Image.fromarray(GREY.astype(np.uint16) * 16)
    assert np.abs(pixels(deep, {"uint16": (0, 16 * 255)}).astype(int) - three(GREY)).max() <= 1


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_that_was_opened_from_a_file_is_turned_and_coloured_as_the_file_is(file_format):
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"icc_profile": profile(PROFILES["Adobe RGB"])[0], "exif": exif.tobytes()}
    content = encode(Image.fromarray(COLOURS), file_format, **options)
    assert (pixels(Image.open(io.BytesIO(content))) == decode_image(content, "x")).all()


def test_a_picture_whose_file_is_damaged_is_named():
    cut = Image.open(io.BytesIO(encode(COLOURS.repeat(8, axis=0), "JPEG")[:-900]))
    with pytest.raises(ImageError, match="picture 1 is damaged or cut off"):
        pixels(cut)
