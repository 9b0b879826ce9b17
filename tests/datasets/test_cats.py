import hashlib
import logging
import os
import zipfile

import imageio.v3 as iio
import pytest

from catsex.datasets import cats
from catsex.errors import CatsexError, DataError, DownloadError
from catsex.photos.photoset import photo_set

NAMES = [f"{sex}{number:02d}.jpg" for sex in "fm" for number in range(1, 21)]


@pytest.fixture
def folder(tmp_path, photo_folder, monkeypatch):
    """A folder like data/cats after `git clone`, for the generated photos instead of the tutorial's."""
    folder = tmp_path / "data" / "cats"
    folder.mkdir(parents=True)
    sums = [f"{hashlib.sha256((photo_folder / name).read_bytes()).hexdigest()}  {name}\n" for name in NAMES]
    (tmp_path / "cats.sha256").write_text("".join(sums))
    monkeypatch.setattr(cats, "CHECKSUMS", tmp_path / "cats.sha256")
    monkeypatch.setattr(cats, "CATS_FOLDER", folder)
    return folder


@pytest.fixture
def cats_zip(tmp_path, photo_folder):
    """The generated photos as a zip file."""
    return write_zip(tmp_path / "cats.zip", {f"cats/{name}": (photo_folder / name).read_bytes() for name in NAMES})


def write_zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def photos_in(folder):
    return sorted(os.listdir(folder))


def test_the_checksums_are_those_of_20_females_and_20_males():
    checksums = cats.cat_checksums()
    assert list(checksums) == NAMES
    assert all(len(checksum) == 64 for checksum in checksums.values())


def test_the_real_cats_are_20_females_and_then_20_males(real_cats):
    assert [path.name for path in real_cats.paths] == NAMES
    assert real_cats.labels.tolist() == [0] * 20 + [1] * 20
    assert real_cats.headline == "40 photos from cats: 20 female, 20 male"
    assert all(iio.imread(path).shape == (300, 400, 3) for path in real_cats.paths)


def test_the_photos_are_fetched_once(online, site, folder, cats_zip):
    site.pages["/cats.zip"] = cats_zip.read_bytes()
    for _ in range(2):
        photos = cats.open_cats(folder, [f"{site.url}/cats.zip"])
        assert [path.name for path in photos.paths] == NAMES and photos.name == "cats"
    assert site.asked == ["/cats.zip"]
    assert photos_in(folder) == NAMES


def test_the_next_source_is_asked_if_one_fails(online, site, folder, cats_zip):
    site.pages |= {"/login": b"<html>Please log in</html>", "/good": cats_zip.read_bytes()}
    cats.fetch_cats([f"{site.url}/missing", f"{site.url}/login", f"{site.url}/good"], folder)
    assert site.asked == ["/missing", "/login", "/good"]
    assert photos_in(folder) == NAMES


def test_a_copy_on_disk_does_without_the_network(folder, cats_zip):
    cats.fetch_cats([cats_zip], folder)
    cats.fetch_cats([str(cats_zip)], folder)
    assert photos_in(folder) == NAMES


def hostile(photo_folder, tmp_path, change):
    members = {f"cats/{name}": (photo_folder / name).read_bytes() for name in NAMES}
    change(members)
    return write_zip(tmp_path / "hostile.zip", members)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda members: members.pop("cats/m20.jpg"), r"has no correct m20\.jpg \(1 of 40"),
        (lambda members: members.update({"cats/m20.jpg": b"another"}), r"has no correct m20\.jpg"),
        (lambda members: members.clear(), r"has no correct f01\.jpg \(40 of 40"),
    ],
    ids=["a photo missing", "a photo exchanged", "none"],
)
def test_the_photos_arrive_all_or_none(folder, photo_folder, tmp_path, change, message):
    path = hostile(photo_folder, tmp_path, change)
    with pytest.raises(DownloadError, match=message):
        cats.fetch_cats([path], folder)
    assert photos_in(folder) == []


def test_a_zip_that_reaches_outside_puts_nothing_there(folder, photo_folder, tmp_path):
    path = hostile(photo_folder, tmp_path, lambda members: members.update({"../outside.jpg": b"", "/outside/x": b""}))
    cats.fetch_cats([path], folder)
    assert photos_in(folder) == NAMES
    assert photos_in(folder.parent) == ["cats"]


def test_a_full_disk_leaves_all_or_none(folder, cats_zip):
    resource = pytest.importorskip("resource")
    with zipfile.ZipFile(cats_zip) as archive:
        sizes = [info.file_size for info in archive.infolist()]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(sizes) - 1, limits[1]))
    try:
        with pytest.raises(DownloadError, match=r"data.cats cannot be written to: "):
            cats.fetch_cats([cats_zip], folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert photos_in(folder) == []


def test_every_source_that_failed_is_named(online, site, folder, tmp_path):
    with pytest.raises(DownloadError, match=r"one.zip cannot be fetched: Not Found; no such file: .*two\.zip"):
        cats.fetch_cats([f"{site.url}/one.zip", tmp_path / "two.zip"], folder)


def test_39_of_40_that_cannot_be_completed_name_the_missing_one(folder, cats_zip):
    cats.fetch_cats([cats_zip], folder)
    (folder / "f07.jpg").unlink()
    with pytest.raises(DataError, match=r"data.cats has no f07\.jpg \(1 of 40 missing\) and it cannot be fetched: ."):
        cats.open_cats(folder)


def test_39_of_40_are_completed(online, site, folder, cats_zip):
    site.pages["/cats.zip"] = cats_zip.read_bytes()
    cats.fetch_cats([cats_zip], folder)
    (folder / "f07.jpg").unlink()
    assert len(cats.open_cats(folder, [f"{site.url}/cats.zip"])) == 40


def put_text(path):
    path.write_text("This is text.")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (put_text, "is not the tutorial's photo: delete it to fetch it again"),
        (os.mkdir, "is a folder"),
        (os.mkfifo, "is not a regular file"),
    ],
)
def test_what_is_not_the_tutorials_photo_is_named(folder, cats_zip, spoil, message):
    cats.fetch_cats([cats_zip], folder)
    (folder / "f07.jpg").unlink()
    spoil(folder / "f07.jpg")
    with pytest.raises(CatsexError, match=rf"f07\.jpg {message}"):
        cats.open_cats(folder)


@pytest.mark.parametrize("content", [None, "", "not a checksum file at all\n"])
def test_a_list_of_checksums_that_is_gone_or_damaged_is_an_error(folder, content):
    cats.CHECKSUMS.unlink()
    if content is not None:
        cats.CHECKSUMS.write_text(content)
    with pytest.raises(DataError, match=r"cats\.sha256 .*; reinstall catsex"):
        cats.open_cats(folder)


def test_a_photo_set_labels_class_by_class(caplog):
    caplog.set_level(logging.WARNING)
    photos = photo_set("mine", {"a": ["1", "2", "3"], "b": ["4"]})
    assert photos.labels.tolist() == [0, 0, 0, 1] and photos.paths == ["1", "2", "3", "4"]
    assert photos.headline == "4 photos from mine: 3 a, 1 b"
