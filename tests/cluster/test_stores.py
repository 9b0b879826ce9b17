"""Photos in object storage: here in fsspec's memory, in tests/cluster/test_distributed.py from a real server."""

import logging

import pytest

from catsex.cluster import stores
from catsex.errors import DataError, ImageError


@pytest.fixture
def memory(request):
    """An empty object store."""
    fsspec = pytest.importorskip("fsspec", reason="pip install -e '.[s3]'")
    filesystem = fsspec.filesystem("memory")
    request.addfinalizer(filesystem.store.clear)
    return filesystem


def put(memory, *names):
    for name in names:
        memory.pipe(f"/{name}", name.encode())


def test_only_addresses_are_stores():
    assert stores.is_stored("s3://bucket/photos") and stores.is_stored("gs://bucket")
    assert not any(map(stores.is_stored, ("photos", "/a/b", "C:\\photos", "a:b", None)))


def test_classes_are_folders_and_photos_come_in_natural_order(memory, caplog):
    put(memory, "pets/dog/10.jpg", "pets/dog/9.JPG", "pets/cat/1.png", "pets/cat/notes.txt", "pets/cat/.hidden.jpg")
    put(memory, "pets/__MACOSX/cat/1.jpg", "other/cat/1.jpg")
    with caplog.at_level(logging.WARNING):
        photos = stores.list_store("memory://pets/")
    assert photos.addresses == ["memory:///pets/cat/1.png", "memory:///pets/dog/9.JPG", "memory:///pets/dog/10.jpg"]
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 1, 1] and photos.groups is None
    assert photos.headline == "3 photos from pets: 1 cat, 2 dog"
    assert caplog.messages == ["1 files without the ending of a photo are left out, such as cat/notes.txt"]
    assert [stores.read_stored(address).decode() for address in photos.addresses][1] == "pets/dog/9.JPG"


def test_a_level_more_is_the_subject(memory):
    put(memory, "pets/dog/rex/1.jpg", "pets/cat/tom/1.jpg", "pets/cat/tom/2.jpg", "pets/cat/rex/1.jpg")
    photos = stores.list_store("memory://pets", strict=True, reduce_to=448)
    assert photos.group_names == ["cat/rex", "cat/tom", "dog/rex"] and photos.groups.tolist() == [0, 1, 1, 2]
    assert photos.headline == "4 photos of 3 subjects from pets: 3 cat, 1 dog"
    assert photos.decoder.strict and photos.decoder.reduce_to == 448


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["pets/1.jpg"], {}, "expected class/photo or class/subject/photo, found 1.jpg"),
        (["pets/a/1.jpg", "pets/b/c/2.jpg"], {}, "expected class/photo or class/subject/photo, found a/1.jpg"),
        (["pets/notes.txt"], {}, "found no photos"),
        ([], {}, "found no photos"),
        (["pets/a/1.jpg"], {}, "at least two classes; found only a"),
        (["pets/a/1.jpg"], {"subjects": "{subject}_{}.jpg"}, "only --strict and --fast-decoding apply"),
        (["pets/a/1.jpg"], {"frames": "all"}, "only --strict and --fast-decoding apply"),
    ],
)
def test_what_is_not_laid_out_so_is_one_line(memory, names, options, message):
    put(memory, *names)
    with pytest.raises(DataError, match=message) as raised:
        stores.list_store("memory://pets", **options)
    assert "memory://pets" in str(raised.value) and "\n" not in str(raised.value)


def test_a_photo_that_is_not_there_or_too_large_is_one_line(memory, monkeypatch):
    put(memory, "pets/a/1.jpg")
    with pytest.raises(ImageError, match=r"no such photo: memory://pets/a/2\.jpg"):
        stores.read_stored("memory://pets/a/2.jpg")
    monkeypatch.setattr(stores, "MAX_BYTES", 5)
    monkeypatch.setattr("catsex.photos.decoding.images.MAX_BYTES", 5)
    with pytest.raises(ImageError, match=r"memory://pets/a/1\.jpg is larger than"):
        stores.read_stored("memory://pets/a/1.jpg")


def test_what_is_missing_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(DataError, match=r'pip install -e "\.\[s3\]"'):
        stores.list_store("s3://bucket/photos")


def test_a_store_that_nothing_knows_is_one_line(memory):
    with pytest.raises(DataError, match="nowhere://bucket cannot be listed: Protocol not known: nowhere"):
        stores.list_store("nowhere://bucket")
