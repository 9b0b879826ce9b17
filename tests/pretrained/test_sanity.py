import numpy as np
import pytest
import skimage.data

from catsex.network.features import extract
from catsex.network.model import frozen_part
from catsex.pretrained import sanity, weights

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("empty_cache")]


def test_without_classes_a_photo_is_compared_with_known_ones(network):
    known = sanity.known_photos()
    assert known.shape == (9, 224, 224, 3) and known.dtype == np.float32 and np.abs(known).max() <= 1 + 1e-6
    mirrored = known[:1, :, ::-1]
    photos = np.concatenate([known[:1], known[2:4], mirrored])
    frozen = frozen_part(network.model)
    found = sanity.most_alike(extract(frozen, photos, cache=False), extract(frozen, known, cache=False))
    assert [label for label, _ in found[:3]] == ["chelsea", "coffee", "rocket"]
    assert [cosine for _, cosine in found[:3]] == pytest.approx([1, 1, 1], abs=1e-5)
    assert 0 <= found[3][1] < 1 - 1e-4


def test_the_known_photos_come_with_scikit_image_and_no_network():
    for name in sanity.KNOWN_PHOTOS:
        pixels = getattr(skimage.data, name)()
        assert pixels.dtype == np.uint8 and pixels.ndim in (2, 3)


def test_most_real_cats_are_more_like_chelsea_than_like_anything_else(real_cats, real_weights):
    frozen = frozen_part(weights.load_mobilenet(real_weights).model)
    found = sanity.most_alike(extract(frozen, real_cats.paths[::4]), extract(frozen, sanity.known_photos()))
    assert sum(label == "chelsea" for label, _ in found) >= 9
