import io

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image

from catsex.photos.decoding.images import decode_image
from catsex.photos.description import Description, describe


def described(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, **({"format": "JPEG"} | options))
    return describe(file.getvalue(), decode_image(file.getvalue(), "photo"))


def test_a_description_comes_out_of_the_cache_as_it_went_in():
    exif = Image.Exif()
    exif[0x0110] = "Schnappi 5"
    found = described(np.random.default_rng(0).integers(0, 256, (60, 50, 3), dtype=np.uint8), exif=exif)
    again = Description.from_array(found.checksum, found.to_array())
    assert again.exif == found.exif == {"camera": "Schnappi 5"}
    assert again.picture == found.picture != b""
    assert (again.numbers == found.numbers).all()
    assert (again.traces.numbers == found.traces.numbers).all()
    assert (again.traces.layout == found.traces.layout).all()


def test_the_numbers_are_what_their_names_say():
    pixels = np.zeros((40, 20, 3), np.uint8)
    pixels[:20] = (255, 51, 0)
    numbers = described(pixels, format="PNG").numbers
    assert np.allclose(numbers[:5], [0.5, 0.1, 0, 0.2, 0.2], atol=1e-6)
    assert np.allclose(np.exp(numbers[6:9]), [20, 40, 0.5], rtol=1e-5)


def photo(height=60, width=90, value=(255, 0, 51)):
    return np.full((height, width, 3), value, np.uint8)


@pytest.mark.parametrize(("shape", "small"), [((1000, 500), (168, 84)), ((30, 60), (30, 60)), ((3000, 3), (168, 1))])
def test_the_small_picture_shows_the_photo_and_is_never_larger_than_it(shape, small):
    picture = iio.imread(io.BytesIO(described(photo(*shape)).picture))
    assert picture.shape == (*small, 3)
    assert np.abs(picture.astype(int) - [255, 0, 51]).max() < 12  # it is a JPEG
