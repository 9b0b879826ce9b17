import numpy as np
import pytest
from skimage.transform import resize

from catsex.photos.preprocessing import resize_blocks, resize_matrix

LENGTHS = [(1, 1), (1, 7), (2, 5), (2, 1), (7, 1), (3, 224), (223, 224), (224, 224), (225, 224), (300, 224), (500, 7)]


@pytest.mark.parametrize(("length", "new_length"), LENGTHS)
def test_the_matrix_is_that_of_skimage(length, new_length):
    expected = resize(np.eye(length), (new_length, length))
    np.testing.assert_allclose(resize_matrix(length, new_length), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("length", "new_length"), LENGTHS)
def test_every_row_sums_to_one(length, new_length):
    np.testing.assert_allclose(resize_matrix(length, new_length).sum(axis=1), 1)


@pytest.mark.parametrize(("length", "new_length"), LENGTHS)
def test_the_blocks_are_the_matrix(length, new_length):
    rebuilt = np.zeros((new_length, length), np.float32)
    for out, source, weights in resize_blocks(length, new_length):
        assert weights.dtype == np.float32
        rebuilt[out, source] = weights
    np.testing.assert_array_equal(rebuilt, resize_matrix(length, new_length).astype(np.float32))


def test_the_blocks_of_a_large_photo_are_mostly_without_its_zeros():
    size = sum(weights.size for _, _, weights in resize_blocks(4000, 224))
    assert size < 0.2 * 4000 * 224
