import os
import random

import numpy as np
import pytest
from photo_files import make

from catsex.errors import DataError
from catsex.evaluation import splits
from catsex.photos.layouts import listing, reading


def names_of(photos):
    return [path.name for path in photos.paths]


def numbered(n, width=2, suffix="jpg"):
    return [f"{sex}{number:0{width}d}.{suffix}" for sex in "fm" for number in range(1, n + 1)]


def test_numbered_photos_are_females_first_and_in_natural_order(tmp_path):
    names = numbered(12, width=1)
    random.Random(0).shuffle(names)
    photos = reading.read_photos(make(tmp_path / "mine", *names))
    assert names_of(photos) == numbered(12, width=1)
    assert photos.labels.tolist() == [0] * 12 + [1] * 12 and photos.labels.dtype == np.int64
    assert photos.class_names == ["female", "male"] and photos.name == "mine"


def test_numbered_photos_may_have_other_files_beside_them(tmp_path):
    photos = reading.read_photos(make(tmp_path, *numbered(3), "README.md", "fluffy.jpg", ".DS_Store", "f04.txt"))
    assert names_of(photos) == numbered(3)


@pytest.mark.parametrize("suffix", ["jpeg", "JPG", "png", "webp"])
def test_numbered_photos_may_have_any_photo_suffix(tmp_path, suffix):
    assert names_of(reading.read_photos(make(tmp_path, *numbered(2, suffix=suffix)))) == numbered(2, suffix=suffix)


@pytest.mark.parametrize("missing", ["f01.jpg", "f07.jpg", "f20.jpg", "m01.jpg", "m07.jpg", "m20.jpg"])
def test_39_of_40_name_the_missing_one(tmp_path, missing):
    folder = make(tmp_path, *(name for name in numbered(20) if name != missing))
    with pytest.raises(DataError, match=rf"has no {missing}, though it goes on to 20"):
        reading.read_photos(folder)


@pytest.mark.parametrize("make_other", [os.mkdir, os.mkfifo])
def test_a_folder_or_a_pipe_in_place_of_a_photo_counts_as_missing(tmp_path, make_other):
    folder = make(tmp_path, *(name for name in numbered(20) if name != "f07.jpg"))
    make_other(folder / "f07.jpg")
    with pytest.raises(DataError, match=r"has no f07\.jpg"):
        reading.read_photos(folder)


def test_one_folder_per_class_in_natural_order(tmp_path):
    folder = make(tmp_path / "pets", "dog/9.jpg", "dog/10.jpg", "cat/b.png", "cat/A.JPG", "bird/x.gif")
    photos = reading.read_photos(folder)
    assert photos.class_names == ["bird", "cat", "dog"] and photos.name == "pets"
    assert names_of(photos) == ["x.gif", "A.JPG", "b.png", "9.jpg", "10.jpg"]
    assert photos.labels.tolist() == [0, 1, 1, 2, 2]
    assert len(photos) == 5


def test_a_folder_is_called_by_its_own_name_however_it_is_reached(tmp_path, monkeypatch):
    make(tmp_path / "pets", "a/1.jpg", "b/1.jpg")
    monkeypatch.chdir(tmp_path / "pets")
    assert reading.read_photos(".").name == "pets"
    assert reading.read_photos("a/..").name == "pets"


def test_clutter_and_hidden_files_are_passed_over(tmp_path):
    clutter = ["a/.hidden.jpg", "a/Thumbs.db", "b/desktop.ini", ".git/config", "notes.txt"]
    photos = reading.read_photos(make(tmp_path, "a/1.jpg", "b/1.jpg", *clutter))
    assert len(photos) == 2 and photos.class_names == ["a", "b"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "found no photos"),
        (["holiday.jpg", "cat.jpg"], "found no photos"),
        (["cats/1.jpg"], "found only the class cats"),
        (["cats/1.jpg", "dogs/notes.txt"], r"notes\.txt is not a photo; move it elsewhere"),
        (["cats/1.jpg", "dogs/.hidden"], "dogs has no photos in it"),
    ],
)
def test_a_folder_that_nobody_can_guess_is_an_error_that_says_what_to_do(tmp_path, files, message):
    with pytest.raises(DataError, match=message) as caught:
        reading.read_photos(make(tmp_path, *files))
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no such folder: .*nowhere"):
        reading.read_photos(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"no such folder: .*a\.jpg"):
        reading.read_photos(make(tmp_path, "a.jpg") / "a.jpg")


def test_natural_order_is_how_people_count():
    names = ["cat1", "cat2", "Cat3", "cat10", "cat10b", "cat010", "dog", "١٢", "²", ""]
    for seed in range(20):
        shuffled = random.Random(seed).sample(names, len(names))
        ordered = sorted(shuffled, key=listing.natural_key)
        assert [name for name in ordered if name[:3].lower() == "cat"] == [
            "cat1",
            "cat2",
            "Cat3",
            "cat010",
            "cat10",
            "cat10b",
        ]


def test_the_last_quarter_of_each_class_is_held_out():
    labels = np.repeat([0, 1], 20)
    assert np.flatnonzero(splits.last_of_each_class(labels)).tolist() == [*range(15, 20), *range(35, 40)]


def test_what_is_held_out_does_not_depend_on_the_order_of_classes():
    labels = np.array([2, 0, 1, 1, 0, 2, 0, 0, 1, 1, 0])
    held_out = splits.last_of_each_class(labels)
    assert np.flatnonzero(held_out).tolist() == [5, 9, 10]  # of 2, 4 and 5 photos, one each
    assert np.flatnonzero(splits.last_of_each_class(labels, share=0.5)).tolist() == [5, 7, 8, 9, 10]


def test_a_class_of_one_photo_cannot_be_held_out():
    with pytest.raises(DataError, match="class 1 has 1 photo"):
        splits.last_of_each_class(np.array([0, 0, 1]))


def test_a_folder_called_demo_is_not_the_demo_set(tmp_path):
    photos = reading.read_photos(make(tmp_path / "demo", *numbered(2)))
    assert not photos.is_demo
    assert photos.headline.startswith("4 photos from demo")


def test_records_of_runs_are_no_class(tmp_path):
    folder = make(tmp_path, "cat/1.jpg", "dog/1.jpg")
    make(tmp_path, "runs/evaluate-1/results.json", "record/results.json", "record/figures/x.svg")
    assert reading.read_photos(folder).class_names == ["cat", "dog"]


@pytest.mark.parametrize(
    ("extra", "message"), [("f00.jpg", r"f00\.jpg: numbers begin with 1"), ("f2.jpg", "have the same number")]
)
def test_a_numbered_photo_is_never_dropped(tmp_path, extra, message):
    with pytest.raises(DataError, match=message):
        reading.read_photos(make(tmp_path, *numbered(3), extra))


def test_what_is_not_used_beside_numbered_photos_is_said(tmp_path, caplog):
    reading.read_photos(make(tmp_path, *numbered(2), "fluffy.jpg", "cats/1.jpg", "notes.txt"))
    assert len(caplog.messages) == 1
    assert "other files beside f01 … and m01 … are not used: 2, such as " in caplog.text
