import io
import os
import zipfile

import pytest

from catsex.datasets import cats_dogs
from catsex.errors import DataError

pytestmark = pytest.mark.usefixtures("empty_cache", "online")


@pytest.fixture
def photo(photo_folder):
    return (photo_folder / "f01.jpg").read_bytes()


@pytest.fixture(autouse=True)
def two_photos_each(monkeypatch):
    monkeypatch.setattr(cats_dogs, "FOLDERS", dict.fromkeys(cats_dogs.FOLDERS, 2))


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def whole(photo):
    places = [f"cats_and_dogs_filtered/{place}/{n}.jpg" for place in cats_dogs.FOLDERS for n in (9, 10)]
    return [("cats_and_dogs_filtered/vectorize.py", b"import os"), *((name, photo) for name in places)]


def open_from(site):
    return cats_dogs.open_cats_dogs(fetch=True, url=f"{site.url}/cats_dogs.zip")


def test_the_public_set_is_fetched_once_and_nothing_but_its_photos_kept(site, photo, empty_cache):
    site.pages["/cats_dogs.zip"] = zipped(whole(photo))
    photos = open_from(site)
    assert photos.class_names == ["cats", "dogs"] and photos.name == "cats_and_dogs_filtered"
    assert photos.held_out.tolist() == [False] * 4 + [True] * 4
    assert [path.name for path in photos.paths] == ["9.jpg", "10.jpg"] * 4
    assert not list(empty_cache.rglob("*.py"))
    assert len(cats_dogs.open_cats_dogs()) == 8  # without fetching from now on
    assert site.asked == ["/cats_dogs.zip"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda members: members[:-1], "not the public set"),
        (lambda members: [*members[:-1], (members[-1][0], b"<html>")], "not the photo that it should be"),
        (lambda members: [*members[:-1], (members[-1][0], b"\xff\xd8\xff" * 2**20)], "not the photo that it should be"),
        (lambda members: [*members, members[-1]], "not a readable zip file"),
        (lambda members: [*members[:-1], ("x/train/cats/../../../../evil.jpg", members[-1][1])], "not the public set"),
        (lambda members: [*members[:-1], ("/train/cats/evil.jpg", members[-1][1])], "not the public set"),
        (lambda members: [*members[:-1], ("x/train/cats/.evil.jpg", members[-1][1])], "not the public set"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_another_zip_is_refused_and_nothing_of_it_kept(site, photo, empty_cache, tmp_path, change, message):
    site.pages["/cats_dogs.zip"] = zipped(change(whole(photo)))
    with pytest.raises(DataError, match=rf"{message}.*--data DIR with the folders train/cats, train/dogs") as caught:
        open_from(site)
    assert "\n" not in str(caught.value)
    assert os.listdir(empty_cache) == []
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("page", [b"<html>log in</html>", b"PK\x03\x04" + bytes(100), None])
def test_what_is_no_zip_is_refused(site, page):
    if page:
        site.pages["/cats_dogs.zip"] = page
    with pytest.raises(DataError, match=r"public photos are unavailable.*--data DIR"):
        open_from(site)


def test_without_data_and_consent_it_says_what_it_wants():
    with pytest.raises(DataError, match=r"--data DIR with the folders train/cats.*or fetch 68 MB.*--with-dogs"):
        cats_dogs.open_cats_dogs()


def test_a_person_is_asked(site, photo, monkeypatch, capsys):
    site.pages["/cats_dogs.zip"] = zipped(whole(photo))
    for prediction, agrees in (("\n", False), ("no\n", False), ("", False), ("Yes\n", True)):
        terminal, keyboard = os.openpty()
        os.write(terminal, (prediction or "\x04").encode())
        with open(keyboard, encoding="utf-8") as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            if agrees:
                assert len(cats_dogs.open_cats_dogs(url=f"{site.url}/cats_dogs.zip")) == 8
            else:
                with pytest.raises(DataError):
                    cats_dogs.open_cats_dogs(url=f"{site.url}/cats_dogs.zip")
        os.close(terminal)
        assert "68 MB" in capsys.readouterr().err
