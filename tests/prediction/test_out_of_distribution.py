import numpy as np
import pytest

from catsex.network import features
from catsex.network.model import frozen_part
from catsex.photos.preprocessing import preprocess
from catsex.prediction.out_of_distribution import MOST, OutOfDistribution


def photos_of(rng, n, kind):
    """Features of photos of one of two kinds."""
    return (np.abs(rng.normal(size=(n, 200))) + 0.8 * (np.arange(200) % 2 == kind)).astype(np.float32)


def test_photos_of_another_direction_are_strange():
    rng = np.random.default_rng(0)
    known = photos_of(rng, 60, 0)
    detector = OutOfDistribution(known)
    assert detector.flags(photos_of(rng, 200, 0)).mean() < 0.1
    assert detector.flags(photos_of(rng, 200, 1)).all()
    assert detector.nearest(known[:3]) == pytest.approx(1, abs=1e-3)
    assert not detector.flags(known).any()


def test_photos_of_one_subject_are_not_compared_with_each_other():
    rng = np.random.default_rng(1)
    subject = np.repeat(np.arange(12), 5)
    known = photos_of(rng, 12, 0)[subject] + rng.normal(scale=0.5, size=(60, 200)).astype(np.float32)
    new = photos_of(rng, 200, 0)  # of other subjects
    assert OutOfDistribution(known, subject).flags(new).mean() < 0.1
    assert OutOfDistribution(known).flags(new).mean() > 0.3


def test_near_duplicates_do_not_make_new_photos_strange():
    rng = np.random.default_rng(2)
    known = photos_of(rng, 40, 0)
    twice = np.concatenate([known, known + rng.normal(scale=1e-3, size=known.shape).astype(np.float32)])
    assert OutOfDistribution(known).threshold == pytest.approx(OutOfDistribution(twice).threshold, abs=0.01)
    assert OutOfDistribution(twice).flags(photos_of(rng, 200, 0)).mean() < 0.1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_photos_that_cannot_be_compared_make_none_strange(n):
    known = photos_of(np.random.default_rng(0), n, 0)
    assert not OutOfDistribution(known, np.zeros(n, int)).flags(photos_of(np.random.default_rng(1), 20, 1)).any()


def test_of_very_many_photos_some_are_remembered():
    known = photos_of(np.random.default_rng(0), MOST + 500, 0)
    assert len(OutOfDistribution(known).unit) == MOST


@pytest.mark.slow
@pytest.mark.parametrize("per_class", [10, 50])
def test_new_cats_and_dogs_are_familiar_and_other_pictures_are_not(real_weights, network, cats_dogs, per_class):
    """On average at most 5 % of new photos are called strange, at least 80 % of other photos, noise and blank pictures.

    Of the 600 photos those that nothing was chosen on: every other one of each folder, beginning with the second.
    """
    import skimage.data

    frozen, rng = frozen_part(network.model), np.random.default_rng(0)
    kinds = [
        [path for part in ("train", "test") for path in half(cats_dogs / part / kind)] for kind in ("cats", "dogs")
    ]
    photos = [features.extract(frozen, paths) for paths in kinds]
    names = ("astronaut", "brick", "camera", "coffee", "coins", "grass", "gravel", "moon", "page", "rocket", "text")
    others = [getattr(skimage.data, name)() for name in names]
    others = [np.stack([photo] * 3, axis=2) if photo.ndim == 2 else photo for photo in others]
    others += [rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(6)]
    others += [np.full((240, 320, 3), grey, np.uint8) for grey in (0, 64, 128, 200, 255)]
    others = np.asarray(frozen(np.stack([preprocess(photo) for photo in others])))
    flagged = []
    for _ in range(400):  # of single draws the share has a standard deviation of 2 to 4 %
        order = [rng.permutation(len(of_kind)) for of_kind in photos]
        pairs = list(zip(photos, order, strict=True))
        detector = OutOfDistribution(np.concatenate([of_kind[own[:per_class]] for of_kind, own in pairs]))
        new = np.concatenate([of_kind[own[per_class:]] for of_kind, own in pairs])
        flagged.append((detector.flags(new).mean(), detector.flags(others).mean()))
    called, found = np.mean(flagged, axis=0)
    assert called <= 0.05
    assert found >= 0.8


def half(folder):
    """Return the photos of a folder that no constant was chosen on."""
    return sorted(folder.glob("*.jpg"))[1::2]
