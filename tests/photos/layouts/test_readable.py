import logging

import numpy as np
import pytest
import tifffile

from catsex.errors import DataError
from catsex.photos.layouts import reading


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


def test_what_the_set_alone_makes_readable_is_not_skipped(tmp_path, caplog):
    """Floating-point values of any range: one file does not say which is white."""
    for number in range(4):
        path = tmp_path / "ab"[number % 2] / f"{number}.tif"
        path.parent.mkdir(exist_ok=True)
        tifffile.imwrite(path, np.random.default_rng(number).normal(0, 9, (20, 20)).astype(np.float32), metadata=None)
    (tmp_path / "a" / "text.tif").write_text("text")
    photos = reading.read_photos(tmp_path, skip_unreadable=True)
    assert len(photos) == 4 and sum(said.startswith("skipped: ") for said in caplog.messages) == 1
