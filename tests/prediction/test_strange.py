import numpy as np
import pytest

from catsex.network import features
from catsex.network.model import frozen_part
from catsex.photos.preprocessing import preprocess
from catsex.prediction.strange import Familiar


def test_photos_of_another_direction_are_strange():
    rng = np.random.default_rng(0)
    known = np.abs(rng.normal(size=(60, 40))) + np.r_[np.ones(20), np.zeros(20)] * 3
    familiar = Familiar(known.astype(np.float32))
    alike = np.abs(rng.normal(size=(200, 40))) + np.r_[np.ones(20), np.zeros(20)] * 3
    assert familiar.strange(alike).mean() < 0.1
    assert familiar.strange(np.abs(rng.normal(size=(200, 40)))).all()
    assert familiar.nearest(known[:3]) == pytest.approx(1)
    assert not familiar.strange(known).any()


@pytest.mark.slow
def test_new_cats_and_dogs_are_familiar_and_other_pictures_are_not(real_weights, network, cats_dogs):
    """At most 5 % of 200 new photos are called strange, at least 80 % of other photos, noise and blank pictures."""
    import skimage.data

    frozen, rng = frozen_part(network.model), np.random.default_rng(0)
    parts = [sorted((cats_dogs / part).glob("*/*.jpg")) for part in ("train", "test")]
    known, new = (features.extract(frozen, paths) for paths in parts)
    names = ("astronaut", "brick", "camera", "coffee", "coins", "grass", "gravel", "moon", "page", "rocket", "text")
    others = [getattr(skimage.data, name)() for name in names]
    others = [np.stack([photo] * 3, axis=2) if photo.ndim == 2 else photo for photo in others]
    others += [rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(6)]
    others += [np.full((240, 320, 3), grey, np.uint8) for grey in (0, 64, 128, 200, 255)]
    strange = np.asarray(frozen(np.stack([preprocess(photo) for photo in others])))
    familiar = Familiar(known)
    assert familiar.strange(new).mean() <= 0.05
    assert familiar.strange(strange).mean() >= 0.8
