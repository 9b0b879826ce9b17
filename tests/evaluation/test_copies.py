from pathlib import Path

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import copies, near_duplicates
from catsex.photos import reading
from catsex.photos.photoset import photo_set


def test_near_duplicates_across_a_split_are_named_and_returned(caplog):
    photos = photo_set("test", {name: [Path(name, f"{n}.jpg") for n in range(4)] for name in ("a", "b")})
    features = np.random.default_rng(0).random((8, 200)).astype(np.float32) ** 8
    features[6] = features[4] * 2 + 0.01  # b/2 is b/0 again
    features[3] = features[2]  # on the same side
    held_out = np.array([0, 1, 0, 0, 0, 0, 1, 1], bool)
    pairs = near_duplicates.find_duplicates(features, [bytes([n]) for n in range(8)])
    assert copies.warn_of_pairs(photos, held_out, pairs).tolist() == [False] * 6 + [True, False]
    assert caplog.messages == [
        "held-out photos that are nearly the same as one that is trained on: 1 of 3, such as b/2.jpg and b/0.jpg"
    ]
    caplog.clear()
    assert not copies.warn_of_pairs(photos, np.zeros(8, bool), pairs).any() and not caplog.messages


def test_held_out_copies_of_photos_that_are_trained_on_are_named(tmp_path, caplog):
    import imageio.v3 as iio

    rng = np.random.default_rng(0)
    for name in ("train/a/1", "train/a/2", "train/b/1", "train/b/2", "test/a/3", "test/b/3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        iio.imwrite(tmp_path / f"{name}.jpg", rng.integers(0, 256, (8, 8, 3), np.uint8))
    photos = reading.read_photos(tmp_path)
    copies.warn_of_copies(photos, photos.held_out)
    assert caplog.messages == []
    (tmp_path / "test" / "a" / "3.jpg").write_bytes((tmp_path / "train" / "a" / "2.jpg").read_bytes())
    photos = reading.read_photos(tmp_path)
    copies.warn_of_copies(photos, photos.held_out)
    assert caplog.messages == ["1 held-out photos are trained on too, such as: a/3.jpg is a/2.jpg"]


def test_one_photo_in_two_classes_is_refused():
    places, labels = [Path("a/1.jpg"), Path("a/2.jpg"), Path("b/3.jpg")], np.array([0, 0, 1])
    copies.check_one_class_each(places, labels, ["x", "x", "y"])
    with pytest.raises(DataError, match=r"a.1\.jpg and b.3\.jpg are the same photo in two classes"):
        copies.check_one_class_each(places, labels, ["x", "y", "x"])
