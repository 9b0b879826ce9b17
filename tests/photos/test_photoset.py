import os
import weakref
from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest
from photo_files import make

from catsex.photos.layouts import reading
from catsex.photos.reader import Reader


def test_for_cross_validation_no_photo_is_held_out(tmp_path):
    for part in ("train", "test"):
        for name in ("cats", "dogs"):
            (tmp_path / part / name).mkdir(parents=True)
            for number in range(2):
                (tmp_path / part / name / f"{number}.jpg").touch()
    photos = reading.read_photos(tmp_path)
    assert photos.headline.endswith("(4 to train on, 4 held out)")
    together = photos.as_one_set()
    assert together.headline == photos.headline.removesuffix(" (4 to train on, 4 held out)")
    assert together.paths == photos.paths


def test_names_are_printable_text_on_one_line(tmp_path):
    folder = make(tmp_path, "new\nline\x1b[31m/1.jpg", os.fsdecode(b"\xff\xfe") + "/1.jpg")
    photos = reading.read_photos(folder)
    assert photos.class_names == ["new\\nline\\x1b[31m", "\\udcff\\udcfe"]
    assert photos.names[0] == "new\\nline\\x1b[31m/1.jpg"


@pytest.fixture
def photos(tmp_path):
    """Six photos in two folders, of which two have the same name."""
    for number, name in enumerate(["a/1", "a/2", "a/3", "b/1", "b/5", "b/6"]):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        iio.imwrite(tmp_path / f"{name}.png", np.full((8, 12, 3), 40 * number, np.uint8))
    return reading.read_photos(tmp_path)


def test_names_have_as_many_folders_as_tell_them_apart(photos):
    assert photos.names == ["a/1.png", "a/2.png", "a/3.png", "b/1.png", "b/5.png", "b/6.png"]
    assert photos.subset(photos.labels == 0).names == ["1.png", "2.png", "3.png"]


def test_a_subset_knows_what_has_been_read_of_its_photos(photos):
    pixels = photos.read(4)
    assert pixels.shape == (8, 12, 3) and (pixels == 160).all()
    some = photos.subset(np.arange(6) > 2)
    assert some.reader is photos.reader and list(photos.reader.described) == [photos.paths[4]]
    assert len(some.checksums) == 3 and len(photos.reader.described) == 3
    assert some.numbers.shape == (3, 9) and some.held_out is None


def test_groups_and_columns_go_with_a_subset(photos):
    told = replace(photos, groups=np.array([0, 0, 1, 2, 2, 3]), columns={"site": list("uvwxyz")})
    some = told.subset(np.array([0, 1, 1, 0, 0, 1], bool))
    assert some.groups.tolist() == [0, 1, 3] and some.columns == {"site": ["v", "w", "z"]}
    assert "6 photos of 4 subjects" in told.headline


def test_results_have_an_answer_for_the_photos_that_were_asked_about(photos):
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [np.nan] * 2, [0.3, 0.7], [0.4, 0.6], [0.5, 0.5]])
    held_out = np.array([0, 0, 0, 0, 1, 1], bool)
    found = photos.results(probabilities, held_out)
    assert found["class_names"] == ["a", "b"]
    assert [photo["prediction"] for photo in found["photos"]] == ["a", "b", None, "b", "b", "a"]
    assert [photo["score"] for photo in found["photos"]] == [0.9, 0.8, None, 0.7, 0.6, 0.5]
    assert [photo["held_out"] for photo in found["photos"]] == held_out.tolist()
    assert all(len(photo["sha256"]) == 64 and photo["path"].endswith(photo["name"]) for photo in found["photos"])


def test_to_train_on_leaves_out_what_the_folder_holds_out(photos):
    assert photos.to_train_on() is photos
    told = replace(photos, held_out=np.array([0, 1, 0, 0, 1, 0], bool))
    assert len(told.to_train_on()) == 4 and len(told.as_one_set()) == 6
    assert "(4 to train on, 2 held out)" in told.headline


def test_describing_photos_does_not_keep_their_pixels(tmp_path, monkeypatch):
    for number in range(80):
        place = tmp_path / "ab"[number % 2] / f"{number}.png"
        place.parent.mkdir(exist_ok=True)
        iio.imwrite(place, np.full((40, 50, 3), number, np.uint8))
    decoded, alive = [], []
    read = Reader.read

    def watched(reader, path, with_picture):
        pixels = read(reader, path, with_picture)
        decoded.append(weakref.ref(pixels))
        alive.append(sum(one() is not None for one in decoded))
        return pixels

    monkeypatch.setattr(Reader, "read", watched)
    assert len(reading.read_photos(tmp_path).descriptions) == len(decoded) == 80
    assert max(alive) <= 2 * (4 + (os.cpu_count() or 1))  # a thread each, and what it has just done
