import shutil

import pytest

from catsex.errors import DataError
from catsex.photos.layouts.named_files import NamedFiles


@pytest.fixture
def folder(photo_folder, tmp_path):
    """Photos x.jpg, deep/down/y.jpg, a/z.jpg and b/z.jpg."""
    for name in ("x.jpg", "deep/down/y.jpg", "a/z.jpg", "b/z.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(photo_folder / "f01.jpg", tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("x.jpg", "x.jpg"),
        ("X", "x.jpg"),
        (r"C:\Users\me\x.jpg", "x.jpg"),
        ("/content/drive/x.jpg", "x.jpg"),
        ("gs://bucket/x.jpg", "x.jpg"),
        ("/data/upload/1/0123abcd-x.jpg", "x.jpg"),
        ("y.jpg", "deep/down/y.jpg"),
        ("/elsewhere/a/z.jpg", "a/z.jpg"),
        ("B/Z.JPG", "b/z.jpg"),
    ],
)
def test_a_photo_is_found_by_the_end_of_its_name(folder, name, meant):
    assert NamedFiles(folder).find(name, "row 2") == folder / meant


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("z.jpg", r"row 2: z\.jpg may be .*a/z\.jpg or .*b/z\.jpg; write the folder too"),
        ("w.jpg", r"row 2: no such photo: w\.jpg"),
        ("cats/y.jpg", "no such photo"),  # in a folder that is not the photo's: another photo is meant
        ("deep", "no such photo"),
        (".", "no such photo"),
    ],
)
def test_a_photo_that_is_missing_or_not_the_only_one_is_named(folder, name, message):
    with pytest.raises(DataError, match=message):
        NamedFiles(folder).find(name, "row 2")


def test_that_photos_are_elsewhere_is_said_once(folder, caplog):
    files = NamedFiles(folder)
    for name in ("/drive/x.jpg", "/drive/y.jpg", "X.jpg"):
        files.find(name, "row 2")
    files.say_moved()
    (line,) = caplog.messages
    assert line.startswith("2 photos are not where the table says") and "/drive/x.jpg" in line
