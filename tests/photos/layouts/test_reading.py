"""Folders as people really have them: pairs of folders, clutter, odd files, two spellings."""

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import splits
from catsex.photos.layouts import reading


def test_a_pair_of_folders_says_what_to_hold_out(pets):
    photos = reading.read_photos(
        pets("train/cat/1.jpg", "train/cat/2.jpg", "train/dog/1.jpg", "test/cat/9.jpg", "test/dog/9.jpg")
    )
    assert [path.parts[-3:] for path in photos.paths][-2:] == [("test", "cat", "9.jpg"), ("test", "dog", "9.jpg")]
    assert photos.labels.tolist() == [0, 0, 1, 0, 1]
    assert photos.held_out.tolist() == [False, False, False, True, True]
    assert photos.headline == "5 photos from pets: 3 cat, 2 dog (3 to train on, 2 held out)"
    assert len(photos.to_train_on()) == 3 and photos.to_train_on().held_out is None
    assert photos.subset(photos.held_out).labels.tolist() == [0, 1]


def test_validation_will_do_and_with_test_both_are_held_out(pets, caplog):
    folder = pets("train/a/1.jpg", "train/b/1.jpg", "validation/a/2.jpg", "validation/b/2.jpg")
    assert reading.read_photos(folder).held_out.sum() == 2
    pets("test/a/3.jpg", "test/b/3.jpg")
    photos = reading.read_photos(folder)
    assert sorted(path.name for path in photos.to_train_on().paths) == ["1.jpg", "1.jpg"]
    assert photos.held_out.sum() == 4
    assert "validation and test are held out" in caplog.text


def test_without_a_pair_nothing_is_held_out_and_all_is_to_train_on(pets):
    photos = reading.read_photos(pets("train/1.jpg", "car/1.jpg"))
    assert photos.held_out is None and photos.class_names == ["car", "train"]
    assert photos.to_train_on() is photos


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/c/1.jpg"], "same class folders; b is in one of them"),
        (["train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/B/1.jpg"], "same class folders; B is in one of them"),
        (["train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg"], "at least two.*found only the class a"),
        (
            ["train/a/1.jpg", "train/b/1.jpg", "test/a/1.jpg", "test/b/1.jpg", "old/1.jpg"],
            "old lies beside train and test",
        ),
        (["a/1.jpg", "b/1.jpg", "3.jpg"], r"3\.jpg lies beside the class folders; move it into one"),
        (["photos/cat/1.jpg", "photos/dog/1.jpg"], "photos has folders in it but no photos; pass --data .*photos"),
        (
            ["cat/1.jpg", "dog/1.jpg", "dog/old/1.jpg"],
            r"photos at different depths: cat/ \(1 photo\), dog/ \(1 photo\), dog/old/ \(1 photo\); .* --folders class",
        ),
    ],
)
def test_what_nobody_can_guess_is_one_line_that_says_what_to_do(pets, names, message):
    with pytest.raises(DataError, match=message) as caught:
        reading.read_photos(pets(*names))
    assert "\n" not in str(caught.value)


def test_a_home_of_nobody_and_a_link_to_itself_are_no_folders(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for name in ("~nosuchuser/photos", tmp_path / "loop"):
        with pytest.raises(DataError, match=r"no such folder: .*(nosuchuser|loop)"):
            reading.read_photos(name)


def test_a_share_of_each_class_is_drawn_at_random():
    labels = np.repeat([0, 1, 2], [40, 8, 2])
    held_out = splits.some_of_each_class(labels, seed=1)
    assert np.bincount(labels[held_out]).tolist() == [10, 2, 1]
    assert np.array_equal(held_out, splits.some_of_each_class(labels, seed=1))
    draws = np.mean([splits.some_of_each_class(labels, seed=seed) for seed in range(400)], axis=0)
    np.testing.assert_allclose(draws[:48], 0.25, atol=0.1)
    with pytest.raises(DataError, match="class 1 has 1 photo"):
        splits.some_of_each_class(np.array([0, 0, 1]), seed=0)


@pytest.mark.parametrize("others", [["val"], ["valid", "test"], ["dev"], ["validation", "test"]])
def test_every_name_of_a_split_will_do(pets, others):
    photos = reading.read_photos(pets(*(f"{part}/{kind}/1.jpg" for part in ("train", *others) for kind in "ab")))
    assert photos.class_names == ["a", "b"] and photos.held_out.sum() == 2 * len(others)
    assert {path.parts[-3] for path in photos.to_train_on().paths} == {"train"}


def test_a_split_within_the_classes_is_one_too(pets):
    photos = reading.read_photos(pets("a/train/1.jpg", "a/test/2.jpg", "b/train/1.jpg", "b/test/2.jpg"))
    assert photos.held_out.sum() == 2 and photos.class_names == ["a", "b"] and photos.groups is None


def test_parts_of_a_split_are_never_classes_and_the_table_is_pointed_to(pets):
    folder = pets("train/1.jpg", "train/2.jpg", "val/3.jpg", "val/4.jpg")
    with pytest.raises(DataError, match=r"train is part of a split, and needs a folder per class in it$"):
        reading.read_photos(folder)
    (folder / "labels.csv").write_text("file,label,split\n1.jpg,a,train\n2.jpg,b,train\n3.jpg,a,val\n4.jpg,b,val\n")
    with pytest.raises(DataError, match=r"is .*labels\.csv a table of them\? pass it as --data"):
        reading.read_photos(folder)
    photos = reading.read_photos(folder / "labels.csv")
    assert photos.held_out.tolist() == [False, False, True, True] and photos.labels.tolist() == [0, 1, 0, 1]
