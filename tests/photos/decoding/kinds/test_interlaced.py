import numpy as np
import pytest
from PIL import Image

from catsex.photos.decoding.kinds.interlaced import ADAM7, GIF, filled, sizes

y, x = np.mgrid[0:21, 0:19]
GREY = (y * 10 + x + 1).astype(np.uint8)


@pytest.mark.parametrize("passes", [ADAM7, GIF])
def test_the_passes_make_up_the_picture(passes):
    assert sum(height * width for height, width in sizes(passes, 19, 21)) == 19 * 21


@pytest.mark.parametrize("passes", [ADAM7, GIF])
@pytest.mark.parametrize("complete", range(1, 7))
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_what_is_missing_comes_from_the_nearest_pixel_that_is_there(passes, complete, rows):
    complete = min(complete, len(passes) - 1)
    known = np.zeros(GREY.shape, bool)
    for number, (top, left, down, across, _, _) in enumerate(passes[: complete + 1]):
        known[top::down, left::across][: rows if number == complete else None] = True
    stored = np.where(known, GREY, 0).astype(np.uint8)
    for picture in (Image.fromarray(stored), Image.fromarray(np.dstack([stored] * 4)), Image.fromarray(stored, "P")):
        found = np.asarray(filled(picture, passes, complete, rows))
        assert found.all()  # nothing that is missing
        np.testing.assert_array_equal(found[known], np.asarray(picture)[known])


def test_one_bit_is_enough():
    bits = Image.fromarray(GREY > 100)
    assert filled(bits, GIF, 3, 10).mode == "L"
