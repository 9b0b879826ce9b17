import numpy as np
import pytest
from PIL import Image

from catsex.errors import DataError
from catsex.photos import contrast
from catsex.photos.contrast import check_contrast, look_ahead
from catsex.photos.layouts.reading import read_photos


def make(folder, flat, number=20):
    for position in range(number):
        path = folder / "ab"[position % 2] / f"{position}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(position).integers(0, 256, (9, 9, 3), np.uint8)
        Image.fromarray(pixels // 250 + 7 if position < flat else pixels).save(path)
    return read_photos(folder)


def test_they_are_named_before_anything_is_computed_and_once(tmp_path, caplog):
    photos = make(tmp_path, 2)
    look_ahead(photos)
    assert not photos.reader.described
    check_contrast(photos)
    [said] = caplog.messages
    assert said == "2 of 20 photos are of one colour, nothing is to be seen in them: a/0.png, b/1.png"
    with pytest.raises(DataError, match="12 of 20 photos are of one colour"):
        look_ahead(make(tmp_path / "more", 12))


def test_of_many_photos_some_are_looked_at_and_all_if_one_of_them_is_of_one_colour(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(contrast, "LOOKED_AT", 5)
    look_ahead(make(tmp_path / "none", 0))
    assert not caplog.messages
    with pytest.raises(DataError, match="3 of 20 photos"):
        look_ahead(make(tmp_path / "three", 3))


def test_fine_patterns_and_files_that_cannot_be_read_are_not_of_one_colour(tmp_path, caplog):
    pixels = np.indices((256, 256)).sum(axis=0).astype(np.uint8) % 2 * 40 + 100
    for name in ("a/1.jpg", "b/1.jpg"):
        (tmp_path / name).parent.mkdir()
        Image.fromarray(pixels).save(tmp_path / name, quality=95)
    (tmp_path / "b" / "2.jpg").write_bytes(b"nothing")
    look_ahead(read_photos(tmp_path))
    assert not caplog.messages


def test_a_few_photos_of_one_colour_are_named_once(tmp_path, caplog):
    photos = make(tmp_path, 2)
    for _ in range(2):
        check_contrast(photos)
    [said] = caplog.messages
    assert said == "2 of 20 photos are of one colour, nothing is to be seen in them: a/0.png, b/1.png"


def test_a_set_of_which_more_than_a_tenth_are_so_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(DataError, match=r"12 of 20 photos .*: a/0\.png, .* and 7 more; look at them; --levels"):
        check_contrast(make(tmp_path, 12))


def test_photos_in_which_something_is_to_be_seen_are_not_mentioned(tmp_path, caplog):
    check_contrast(make(tmp_path, 0))
    assert not caplog.messages
