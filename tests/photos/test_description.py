import hashlib
import io

import imageio.v3 as iio
import numpy as np
import pytest

from catsex.photos import description


def photo(height=60, width=90, value=(255, 0, 51)):
    return np.full((height, width, 3), value, np.uint8)


def test_numbers_are_colour_brightness_and_shape():
    pixels = photo()
    pixels[:30] = 0
    found = description.describe(b"12345", pixels)
    assert found.checksum == hashlib.sha256(b"12345").hexdigest()
    mean, spread = 0.4 / 2, 0.4 / 2  # half black, half (1 + 0 + 0.2) / 3
    expected = [0.5, 0, 0.1, mean, spread, *np.log([5, 90, 60, 1.5])]
    np.testing.assert_allclose(found.numbers, expected, atol=1e-5)
    assert found.numbers.dtype == np.float32


@pytest.mark.parametrize(("shape", "small"), [((1000, 500), (168, 84)), ((30, 60), (30, 60)), ((3000, 3), (168, 1))])
def test_the_small_picture_shows_the_photo_and_is_never_larger_than_it(shape, small):
    picture = iio.imread(io.BytesIO(description.describe(b"12345", photo(*shape)).picture))
    assert picture.shape == (*small, 3)
    assert np.abs(picture.astype(int) - [255, 0, 51]).max() < 12  # it is a JPEG


def test_a_description_survives_the_cache_and_may_do_without_a_picture():
    found = description.describe(b"abc", photo(), with_picture=False)
    assert found.picture == b""
    for one in (found, description.describe(b"abc", photo())):
        again = description.Description.from_array(one.checksum, one.to_array())
        assert again.picture == one.picture and again.numbers.tolist() == one.numbers.tolist()
