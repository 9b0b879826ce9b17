"""Folders and tables of real little photos."""

import shutil

import imageio.v3 as iio
import pytest


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


@pytest.fixture
def table(photo_folder, tmp_path):
    """Return a function that writes a table beside real little photos 1.jpg … 9.JPG and sub/x.png, and its path."""
    for number in range(1, 10):
        shutil.copy(photo_folder / f"f0{number}.jpg", tmp_path / (f"{number}.jpg" if number < 9 else "9.JPG"))
    (tmp_path / "sub").mkdir()
    iio.imwrite(tmp_path / "sub" / "x.png", iio.imread(photo_folder / "m01.jpg"))

    def write(text, name="photos.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write
