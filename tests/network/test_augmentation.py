import numpy as np
import pytest

from catsex.network import augmentation, features
from catsex.network.model import frozen_part
from catsex.photos.decoding.images import read_image
from catsex.photos.layouts import reading

KEYS = [bytes([number]) * 32 for number in range(40)]


def test_a_view_is_the_same_for_the_same_photo_and_another_for_another_number():
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    before = pixels.copy()
    first, again, second = (augmentation.view(pixels, KEYS[1], number) for number in (0, 0, 1))
    assert np.array_equal(first, again) and (first.shape != second.shape or not np.array_equal(first, second))
    assert np.array_equal(pixels, before)


def test_views_are_mirrored_cropped_and_brighter_or_darker_within_their_bounds():
    # Red grows from left to right, green from top to bottom; blue is 100 everywhere.
    ramp = np.zeros((50, 50, 3), np.uint8)
    ramp[:, :, 0], ramp[:, :, 1], ramp[:, :, 2] = np.arange(50) * 4, np.arange(50)[:, None] * 4, 100
    views = [augmentation.view(ramp, key, 0) for key in KEYS]
    mirrored = [one[0, 0, 0] > one[0, -1, 0] for one in views]
    assert 8 < sum(mirrored) < 32
    assert all(one[0, 0, 1] < one[-1, 0, 1] for one in views)  # never upside down
    assert all(40 <= side <= 50 for one in views for side in one.shape[:2])
    brightness = [one[0, 0, 2] / 100 for one in views]
    assert 0.8 <= min(brightness) < 0.9 and 1.1 < max(brightness) <= 1.2
    white = augmentation.view(np.full((1, 1, 3), 255, np.uint8), KEYS[3], 0)
    assert white.shape == (1, 1, 3) and white.max() <= 255


@pytest.mark.slow
def test_features_of_views_are_kept_apart_from_those_of_the_photo(photo_folder, network, empty_cache):
    photos = reading.read_photos(photo_folder).subset(np.arange(40) < 3)
    frozen = frozen_part(network.model)
    plain, first, second = (features.extract(frozen, photos, view=view) for view in (None, 0, 1))
    assert len({one.tobytes() for one in (plain, first, second)}) == 3
    again = reading.read_photos(photo_folder).subset(np.arange(40) < 3)
    assert np.array_equal(features.extract(frozen, again, view=1), second)
    key = bytes.fromhex(photos.checksums[0])
    view = augmentation.view(read_image(photos.paths[0]), key, 1)
    expected = frozen(features.preprocessing.preprocess(view)[None], training=False)
    assert np.allclose(second[0], expected, atol=1e-4)
