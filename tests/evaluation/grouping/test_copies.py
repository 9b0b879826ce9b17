import io
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image

from catsex.datasets.demo import demo_set
from catsex.errors import DataError
from catsex.evaluation.grouping import copies
from catsex.evaluation.grouping.alike import find_alike
from catsex.photos.layouts import reading

TRAIN = ("train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "train/b/2.jpg")
TEST = ("test/a/3.jpg", "test/b/3.jpg")


def split(folder):
    """Write six different photos as train and test, and return the set."""
    rng = np.random.default_rng(0)
    for name in (*TRAIN, *TEST):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        iio.imwrite(folder / name, rng.integers(0, 256, (8, 8, 3), np.uint8))
    return reading.read_photos(folder)


def unlike(n):
    """Return features of n photos that have nothing to do with each other, shape (n, 200)."""
    return np.random.default_rng(0).random((n, 200)).astype(np.float32) ** 8


def test_near_duplicates_across_a_split_are_named_and_returned(tmp_path, caplog):
    photos, features = split(tmp_path), unlike(6)
    assert [str(path.relative_to(tmp_path)) for path in photos.paths] == [*TRAIN, *TEST]
    features[1] = features[0]  # on the same side
    assert not copies.check_split(photos, photos.held_out, find_alike(photos, features)).any() and not caplog.messages
    features[5] = features[3] * 2 + 0.01
    assert copies.check_split(photos, photos.held_out, find_alike(photos, features)).tolist() == [False] * 5 + [True]
    assert caplog.messages == [
        "1 of 2 held-out photos are near-duplicates of training photos, such as b/3.jpg and b/2.jpg"
    ]
    caplog.clear()
    assert not copies.check_split(photos, np.zeros(6, bool), find_alike(photos, features)).any() and not caplog.messages


def test_held_out_copies_of_photos_that_are_trained_on_are_named(tmp_path, caplog):
    split(tmp_path)
    (tmp_path / "test" / "a" / "3.jpg").write_bytes((tmp_path / "train" / "a" / "2.jpg").read_bytes())
    photos, features = reading.read_photos(tmp_path), unlike(6)
    features[4] = features[1]
    assert copies.check_split(photos, photos.held_out, find_alike(photos, features)).tolist() == [False] * 4 + [
        True,
        False,
    ]
    assert caplog.messages == ["1 of 2 held-out photos are copies of training photos, such as a/3.jpg and a/2.jpg"]


def test_one_photo_in_two_classes_is_refused(tmp_path):
    split(tmp_path)
    (tmp_path / "test" / "a" / "3.jpg").write_bytes((tmp_path / "train" / "b" / "2.jpg").read_bytes())
    photos = reading.read_photos(tmp_path)
    with pytest.raises(DataError, match=r"b.2\.jpg and .*a.3\.jpg are the same photo in two classes"):
        copies.check_split(photos, photos.held_out, find_alike(photos, unlike(6)))
    places, labels = [Path("a/1.jpg"), Path("a/2.jpg"), Path("b/3.jpg")], np.array([0, 0, 1])
    copies.check_one_class_each(places, labels, ["x", "x", "y"])
    with pytest.raises(DataError, match=r"a.1\.jpg and b.3\.jpg are the same photo in two classes"):
        copies.check_one_class_each(places, labels, ["x", "y", "x"])


def test_the_pieces_of_the_demo_set_are_meant_to_be_alike(caplog):
    photos = demo_set()
    held_out = np.arange(40) % 4 == 0
    assert (
        not copies.check_split(photos, held_out, find_alike(photos, np.ones((40, 5), np.float32))).any()
        and not caplog.messages
    )


@pytest.mark.slow
def test_resaved_smaller_and_mirrored_photos_are_found_by_a_real_network(real_cats, real_weights, network, tmp_path):
    from catsex.network import extract, frozen_part

    def again(path, change):
        with Image.open(path) as image:
            data = io.BytesIO()
            change(image).save(data, "JPEG", quality=75)
        return data.getvalue()

    changes = [
        lambda image: image,
        lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS),
    ]
    for number, path in enumerate(real_cats.paths):
        part = "train" if number % 20 < 15 else "test"
        (tmp_path / part / path.name[0]).mkdir(parents=True, exist_ok=True)
        (tmp_path / part / path.name[0] / path.name).write_bytes(path.read_bytes())
    for number, change in enumerate(changes):
        source = tmp_path / "train" / "f" / f"f0{number + 1}.jpg"
        (tmp_path / "test" / "f" / f"again{number}.jpg").write_bytes(again(source, change))
    photos = reading.read_photos(tmp_path)
    seen = copies.check_split(photos, photos.held_out, find_alike(photos, extract(frozen_part(network.model), photos)))
    assert sorted(np.array(photos.names)[seen]) == ["f/again0.jpg", "f/again1.jpg", "f/again2.jpg"]
