import io

import numpy as np
import pytest
from photo_files import encode
from PIL import Image

from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.cut_off_gif import completed_gif

NOISE = np.random.default_rng(0).integers(0, 256, (90, 120), np.uint8)
MOST = 10**8


def gif(pixels, **options):
    return encode(Image.fromarray(pixels), "GIF", **options)


@pytest.mark.parametrize("colours", [2, 4, 16, 256])
@pytest.mark.parametrize("share", [0.6, 0.8, 0.99])
def test_the_rows_that_are_there_are_shown_and_the_rest_is_of_one_colour(colours, share):
    pixels = NOISE // (256 // colours) * (255 // (colours - 1))
    whole = gif(pixels, interlace=0)
    content, there, fill = completed_gif(whole[: int(len(whole) * share)], MOST)
    found, rows = decode_image(content, "photo")[..., 0], int(there * 90)
    assert abs(there - share) < 0.1 and fill is None
    np.testing.assert_array_equal(found[:rows], pixels[:rows])
    assert (found[rows + 1 :] == found[-1, -1]).all()


def test_long_strings_are_counted_as_the_decoder_counts_them():
    pixels = (np.indices((400, 300)).sum(axis=0) // 50 % 2 * 255).astype(np.uint8)
    whole = gif(pixels, interlace=0)
    for length in range(len(whole) // 2 + 60, len(whole) - 10, 7):
        content, there, _ = completed_gif(whole[:length], MOST)
        rows = int(there * 400)
        np.testing.assert_array_equal(decode_image(content, "photo")[:rows, :, 0], pixels[:rows])


def test_only_the_first_picture_matters():
    frames = [Image.fromarray(NOISE), Image.fromarray(NOISE.T.copy().reshape(90, 120))]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    whole = buffer.getvalue()
    assert completed_gif(whole[: len(whole) * 3 // 4], MOST) is None
    assert (decode_image(whole[: len(whole) * 3 // 4], "photo", strict=True)[..., 0] == NOISE).all()


def test_what_is_whole_too_little_or_too_large_is_left_alone():
    whole = gif(NOISE)
    for data, most in ((whole, MOST), (whole[: len(whole) // 3], MOST), (whole[:-99], 1000)):
        assert completed_gif(data, most) is None
