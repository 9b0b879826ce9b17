import numpy as np
import pytest
import tifffile
from PIL import Image

from catsex.errors import DataError
from catsex.photos.layouts import frames, reading

y, x = np.mgrid[0:24, 0:32]


def picture(number):
    return np.stack([x * 7, y * 9, x * 0 + 40 * number], axis=-1).astype(np.uint8)


@pytest.fixture
def folder(tmp_path, empty_cache):
    """Two classes: a TIFF of three pages, an animation of two frames, a plain photo; and two plain photos."""
    (tmp_path / "photos" / "a").mkdir(parents=True)
    (tmp_path / "photos" / "b").mkdir()
    a, b = tmp_path / "photos" / "a", tmp_path / "photos" / "b"
    tifffile.imwrite(a / "pages.tif", np.stack([picture(n) for n in range(3)]), photometric="rgb", metadata=None)
    moving = [Image.fromarray(picture(n)) for n in (3, 4)]
    moving[0].save(a / "moving.webp", save_all=True, append_images=moving[1:], lossless=True)
    for place in (a / "plain.png", b / "1.png", b / "2.png"):
        Image.fromarray(picture(5)).save(place)
    return tmp_path / "photos"


def test_only_the_first_picture_of_a_file_is_used_unless_told(folder):
    photos = reading.read_photos(folder)
    assert len(photos) == 5 and photos.groups is None
    assert (photos.read(photos.names.index("a/pages.tif")) == picture(0)).all()


def test_all_pictures_are_photos_and_their_file_is_the_group(folder, caplog):
    photos = reading.read_photos(folder, frames="all")
    assert photos.names == [
        *("moving.webp/1.png", "moving.webp/2.png", "pages.tif/1.png", "pages.tif/2.png", "pages.tif/3.png"),
        *("a/plain.png", "b/1.png", "b/2.png"),
    ]
    assert "2 files hold 5 pictures in all; each is used" in caplog.messages
    assert len(np.unique(photos.groups)) == 5 and photos.groups[:5].tolist() == [0, 0, 1, 1, 1]
    for position, number in enumerate([3, 4, 0, 1, 2, 5]):
        assert (photos.read(position) == picture(number)).all()
    assert "8 photos of 5 subjects" in photos.headline
    again = reading.read_photos(folder, frames="all")
    assert again.paths == photos.paths


def test_pages_of_12_bits_are_scaled_as_the_set_says(tmp_path, empty_cache):
    for label in "ab":
        (tmp_path / label).mkdir()
        values = np.stack([(picture(n)[..., 0].astype(np.uint16) * 16 + 15) for n in range(2)])
        tifffile.imwrite(tmp_path / label / "stack.tif", values, photometric="minisblack", metadata=None)
    photos = reading.read_photos(tmp_path, frames="all")
    assert len(photos) == 4 and photos.decoder.levels == {"uint16": (0, 4095)}
    np.testing.assert_allclose(photos.read(1)[..., 0], picture(1)[..., 0], atol=1)


def test_too_many_pictures_and_no_room_are_one_line(folder, monkeypatch, empty_cache):
    monkeypatch.setattr(frames, "MOST_FRAMES", 2)
    with pytest.raises(DataError, match=r"pages\.tif holds 3 pictures; at most 2 are read"):
        reading.read_photos(folder, frames="all")
    monkeypatch.undo()


def test_no_room_for_them_is_one_line(folder, monkeypatch, tmp_path):
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    with pytest.raises(DataError, match=r"the pictures in .*moving\.webp cannot be written to"):
        reading.read_photos(folder, frames="all")
