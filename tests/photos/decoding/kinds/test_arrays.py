import io

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, GREY, assert_shows, over_white, three

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.levels import find_levels


def npy(values):
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


PICTURES = {  # values, what they show
    "grey": (GREY, three(GREY)),
    "one channel": (GREY[..., None], three(GREY)),
    "RGB": (COLOURS, COLOURS),
    "channels first": (np.moveaxis(COLOURS, -1, 0), COLOURS),
    "RGBA": (np.dstack([COLOURS, ALPHA]), over_white(COLOURS, ALPHA)),
    "16 bits": (COLOURS.astype(">u2") * 257, COLOURS),
    "floats": (COLOURS / 255, COLOURS),
    "Fortran's order": (np.asfortranarray(COLOURS), COLOURS),
    "yes and no": (GREY > 99, three((GREY > 99) * 255)),
}


@pytest.mark.parametrize(("values", "expected"), PICTURES.values(), ids=PICTURES)
def test_an_array_that_is_plainly_a_picture_is_read(values, expected):
    assert_shows(npy(values), expected)


@pytest.mark.parametrize("shape", [(100,), (5, 100), (48, 64, 7), (2, 48, 64, 3), (48, 64, 2), ()])
def test_any_other_array_is_said_to_be_none(shape):
    with pytest.raises(ImageError, match=r"a\.npy holds uint8 of shape .*, no picture"):
        decode_image(npy(np.zeros(shape, np.uint8)), "a.npy")


def test_objects_are_never_unpickled_and_headers_not_believed():
    with pytest.raises(ImageError, match="holds object of shape"):
        decode_image(npy(np.empty((20, 20), object)), "a.npy")
    large = npy(GREY).replace(b"(48, 64)", b"(88, 98)")
    with pytest.raises(ImageError, match=r"a\.npy is damaged"):
        decode_image(large, "a.npy")


def test_the_range_of_the_set_is_found(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy(GREY.astype(np.uint16) * 16))
    assert find_levels([tmp_path / "a.npy"]) == {"uint16": (0, 4095)}
