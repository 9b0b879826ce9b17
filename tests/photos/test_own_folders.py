"""Folders as people really have them: pairs of folders, clutter, odd files, two spellings."""

import logging
import shutil
import time

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import splits
from catsex.photos import reading


@pytest.fixture
def pets(photo_folder, tmp_path):
    """Return a function that makes a folder of real little photos under the names that are given."""
    source = photo_folder / "f01.jpg"

    def make(*names):
        for name in names:
            (tmp_path / "pets" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tmp_path / "pets" / name)
        return tmp_path / "pets"

    return make


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


def test_clutter_is_nothing_to_speak_of(pets, caplog):
    folder = pets("a/1.jpg", "a/Thumbs.db", "a/.2.jpg", "b/1.jpg", "b/desktop.ini", "__MACOSX/a/1.jpg", ".ipynb/1.jpg")
    (folder / "notes.txt").write_text("mine")
    photos = reading.read_photos(folder)
    assert len(photos) == 2 and photos.class_names == ["a", "b"]
    assert not caplog.text


@pytest.mark.parametrize("skip", [False, True])
def test_what_is_not_a_photo_is_named_and_counted(pets, caplog, skip):
    folder = pets("a/1.jpg", "b/1.jpg", "b/2.jpg")
    (folder / "a" / "notes.txt").write_text("not a photo")
    (folder / "b" / "page.jpg").write_text("<html>not found</html>")
    (folder / "b" / "odd.txt").write_text("not a photo")
    if not skip:
        with pytest.raises(
            DataError, match=r"notes\.txt is not a photo.*--skip-unreadable \(2 such entries in .*pets\)"
        ):
            reading.read_photos(folder)
        return
    (folder / "b" / "2.jpg").write_bytes((folder / "b" / "1.jpg").read_bytes()[:300])  # only reading it shows that
    pets("b/more/1.jpg", "b/more/2.jpg")
    with caplog.at_level(logging.WARNING):
        photos = reading.read_photos(folder, skip_unreadable=True)
    assert [path.name for path in photos.paths] == ["1.jpg", "1.jpg"]
    for name in ("notes.txt", "odd.txt", "page.jpg", "2.jpg", "more"):
        assert f"{name} is " in caplog.text
    assert "skipped in all: 6" in caplog.text


def test_a_class_of_which_nothing_can_be_read_is_an_error(pets):
    folder = pets("a/1.jpg", "b/1.jpg")
    (folder / "b" / "1.jpg").write_text("no")
    with pytest.raises(DataError, match="b has no photos in it"):
        reading.read_photos(folder, skip_unreadable=True)


def test_a_share_of_each_class_is_drawn_at_random():
    labels = np.repeat([0, 1, 2], [40, 8, 2])
    held_out = splits.some_of_each_class(labels, seed=1)
    assert np.bincount(labels[held_out]).tolist() == [10, 2, 1]
    assert np.array_equal(held_out, splits.some_of_each_class(labels, seed=1))
    draws = np.mean([splits.some_of_each_class(labels, seed=seed) for seed in range(400)], axis=0)
    np.testing.assert_allclose(draws[:48], 0.25, atol=0.1)
    with pytest.raises(DataError, match="class 1 has 1 photo"):
        splits.some_of_each_class(np.array([0, 0, 1]), seed=0)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Cats", "cats", True),
        ("black cat", "black_cat", True),
        ("caf\u00e9", "cafe\u0301", True),
        ("A", "A-", True),
        ("1", "-1", False),
        ("cat", "dog", False),
    ],
)
def test_two_spellings_are_two_classes_and_said(pets, caplog, one, other, said):
    photos = reading.read_photos(pets(f"{one}/1.jpg", f"{other}/1.jpg"))
    assert len(photos.class_names) == 2 and set(photos.class_names) == {one, other}
    assert ("two spellings of one" in caplog.text) is said


def test_classes_are_chosen_ordered_and_joined(pets, caplog):
    folder = pets("Cat/1.jpg", "cat/2.jpg", "dog/3.jpg", "owl/4.jpg")
    photos = reading.read_photos(folder, classes={"dog": ["dog"], "cats": ["Cat", "cat"]})
    assert photos.class_names == ["dog", "cats"]
    assert [path.name for path in photos.paths] == ["3.jpg", "1.jpg", "2.jpg"]
    assert "classes not used: owl" in caplog.text and "spellings" not in caplog.text
    with pytest.raises(DataError, match="no class hen; the classes are Cat, cat, dog, owl"):
        reading.read_photos(folder, classes=["hen", "cat"])


@pytest.mark.parametrize("name", ["jfif", "jpe", "jpg_large", "JPG", "heic", "avif"])
def test_the_endings_that_people_have_are_photos(pets, name):
    assert len(reading.read_photos(pets(f"a/1.{name}", f"b/2.{name}"))) == 2


def test_without_an_ending_the_content_decides_if_asked_for(pets):
    folder = pets("a/1", "a/2.jpg~", "b/3.jpg")
    with pytest.raises(
        DataError, match=r"a/1 is a photo \(JPEG\), but not called like one; pass --any-ending \(2 such"
    ):
        reading.read_photos(folder)
    (folder / "a" / "notes").write_text("no photo")
    with pytest.raises(DataError, match=r"notes is not a photo"):
        reading.read_photos(folder, any_ending=True)
    (folder / "a" / "notes").unlink()
    assert len(reading.read_photos(folder, any_ending=True)) == 3


def test_clutter_of_all_programs_is_passed_over(pets, caplog):
    clutter = "@eaDir/1.jpg", ".thumbnails/1.jpg", "__MACOSX/a/1.jpg", "a/._1.jpg", "a/@eaDir/1.jpg/t.jpg"
    more = "a/.ipynb_checkpoints/1.jpg", "#recycle/1.jpg", "a/1.jpg:Zone.Identifier", "a/Thumbs.db", "b/ehthumbs.db"
    photos = reading.read_photos(pets("a/1.jpg", "b/1.jpg", *clutter, *more))
    assert photos.class_names == ["a", "b"] and len(photos) == 2
    assert not caplog.text


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


def test_a_folder_of_links_is_read_once(pets, tmp_path):
    folder = pets("real/a/1.jpg", "real/b/1.jpg")
    (tmp_path / "linked").mkdir()
    for name in "ab":
        (tmp_path / "linked" / name).symlink_to(folder / "real" / name)
    (tmp_path / "linked" / "a" / "loop").symlink_to(tmp_path / "linked")
    assert len(reading.read_photos(tmp_path / "linked")) == 2


def test_listing_takes_linear_time(tmp_path):
    for kind in "ab":
        (tmp_path / kind).mkdir()
        for number in range(10_000):
            (tmp_path / kind / f"{number}.jpg").touch()
    started = time.process_time()
    assert len(reading.read_photos(tmp_path)) == 20_000
    assert time.process_time() - started < 10  # some 1 s; it took 56 s when each was searched for in a list of all
