"""A zip file of photos, as --data and as an attack."""

import zipfile

import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading
from catsex.photos.layouts.packed import archives


def packed(folder, path, inside=""):
    """Pack the photos in a folder into a zip file."""
    with zipfile.ZipFile(path, "w") as file:
        for photo in sorted(folder.iterdir()):
            file.write(photo, inside + photo.name)
        file.writestr("__MACOSX/._x.jpg", b"clutter")
    return path


@pytest.mark.parametrize("inside", ["", "my photos/"])
def test_a_zip_file_is_read_as_its_folder_is(photo_folder, tmp_path, empty_cache, inside):
    path = packed(photo_folder, tmp_path / "Cats.ZIP", inside)
    photos = reading.read_photos(path)
    folder = reading.read_photos(photo_folder)
    assert [photo.name for photo in photos.paths] == [photo.name for photo in folder.paths]
    assert photos.name == "Cats" and photos.labels.tolist() == folder.labels.tolist()
    assert photos.paths[0].read_bytes() == folder.paths[0].read_bytes()
    (photos.paths[0].parent / "mark").touch()
    reading.read_photos(path)
    assert (photos.paths[0].parent / "mark").exists()  # not unpacked again


@pytest.mark.parametrize("name", ["../out.jpg", "/out.jpg", "a/../../out.jpg", "..\\out.jpg", "C:\\out.jpg"])
def test_nothing_is_written_outside(tmp_path, empty_cache, name):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as file:
        file.writestr("a/1.jpg", b"photo")
        file.writestr(name, b"evil")
    with pytest.raises(DataError, match=r"evil\.zip contains .*out\.jpg, whose path is unsafe"):
        reading.read_photos(tmp_path / "evil.zip")
    assert not list(tmp_path.rglob("out.jpg")) and not list(tmp_path.rglob("1.jpg"))


def test_a_member_without_a_name_is_one_line(tmp_path, empty_cache):
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as file:
        file.writestr(".", b"no name")
    with pytest.raises(DataError, match=r"odd\.zip contains \., whose path is unsafe"):
        reading.read_photos(tmp_path / "odd.zip")


def test_a_damaged_or_too_large_one_leaves_nothing(photo_folder, tmp_path, empty_cache, monkeypatch):
    path = packed(photo_folder, tmp_path / "cats.zip")
    content = path.read_bytes()
    monkeypatch.setattr(archives, "MOST_FILES", 39)
    with pytest.raises(DataError, match="more than 39 files"):
        reading.read_photos(path)
    monkeypatch.undo()
    for damaged in (content[: len(content) // 2], content[:2000] + bytes(5000) + content[7000:], b""):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"cats\.zip is not a readable zip file") as caught:
            reading.read_photos(path)
        assert "\n" not in str(caught.value)
    assert not list(tmp_path.rglob("f01.jpg"))
