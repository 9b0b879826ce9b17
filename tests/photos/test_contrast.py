import numpy as np
import pytest
from PIL import Image

from catsex.errors import DataError
from catsex.photos.contrast import check_contrast
from catsex.photos.layouts.reading import read_photos


def make(folder, flat, number=20):
    for position in range(number):
        path = folder / "ab"[position % 2] / f"{position}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(position).integers(0, 256, (9, 9, 3), np.uint8)
        Image.fromarray(pixels // 250 + 7 if position < flat else pixels).save(path)
    return read_photos(folder)


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
