import zipfile

import numpy as np
import pytest
from PIL import Image

from catsex.errors import DataError, DownloadError, ImageError
from catsex.photos.decoding import images
from catsex.photos.layouts import unlabelled


def test_files_folders_and_addresses_become_photos_in_natural_order(photo_folder, tmp_path):
    for name in ("b/10.jpg", "b/9.jpg", "a.PNG", "b/deep/1.jpg", "notes.txt", ".hidden.jpg", "Thumbs.db"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    found = unlabelled.find_photos(
        [str(photo_folder / "f01.jpg"), "HTTPS://example.org/x.jpg", str(tmp_path), "nowhere.jpg"]
    )
    names = [str(source).removeprefix(str(tmp_path) + "/") for source in found[1:]]
    assert found[0] == photo_folder / "f01.jpg"
    assert names == ["HTTPS://example.org/x.jpg", "a.PNG", "b/9.jpg", "b/10.jpg", "b/deep/1.jpg", "nowhere.jpg"]


def test_a_pattern_stands_for_the_files_that_fit_it(photo_folder):
    found = unlabelled.find_photos([str(photo_folder / "f*.jpg")])
    assert [path.name for path in found] == [f"f{number:02d}.jpg" for number in range(1, 21)]
    with pytest.raises(DataError, match=r"no such photo: .*x\*\.jpg"):
        unlabelled.find_photos([str(photo_folder / "x*.jpg")])


def test_a_program_passes_paths_folders_pictures_or_several_of_these(photo_folder):
    array = np.zeros((9, 9, 3), np.uint8)
    picture = Image.fromarray(array)
    first = photo_folder / "f01.jpg"
    assert unlabelled.new_photos(first) == unlabelled.new_photos([str(first)]) == [first]
    assert len(unlabelled.new_photos(str(photo_folder))) == 40 and unlabelled.new_photos([]) == []
    assert [str(held) for held in unlabelled.new_photos(picture)] == ["picture 1"]
    assert len(unlabelled.new_photos(np.stack([array, array]))) == 2
    mixed = unlabelled.new_photos(path for path in (first, picture, array, "nowhere.jpg"))
    assert unlabelled.short_names(mixed) == ["f01.jpg", "picture 2", "picture 3", "nowhere.jpg"]
    assert unlabelled.read_photo(mixed[2])[0] is array


@pytest.mark.parametrize("wrong", [5, None, {"a.jpg": 1}, [5], [b"bytes"]])
def test_anything_else_that_a_program_passes_is_answered_with_what_is_taken(wrong):
    expected = r"photos? .*is a \w+; expected paths, addresses, folders, Pillow pictures, arrays .* or a list of these"
    with pytest.raises(DataError, match=expected):
        unlabelled.new_photos(wrong)


def test_nothing_to_look_at_is_said_at_once(tmp_path):
    with pytest.raises(DataError, match=r"no such photo: nowhere\.jpg"):
        unlabelled.find_photos(["nowhere.jpg", "nothing.jpg"])
    with pytest.raises(DataError, match=f"{tmp_path} has no photos in it"):
        unlabelled.find_photos([str(tmp_path)])


def test_a_home_of_nobody_and_a_link_to_itself_are_no_photos(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for name in ("~nosuchuser/x.jpg", str(tmp_path / "loop")):
        with pytest.raises(DataError, match=r"no such photo: .*(nosuchuser|loop)"):
            unlabelled.find_photos([name])


def test_photos_of_the_same_name_are_called_by_their_paths(tmp_path):
    found = [tmp_path / "a" / "1.jpg", tmp_path / "b" / "1.jpg", tmp_path / "2.jpg", "https://example.org/3.jpg"]
    assert unlabelled.short_names(found) == [str(found[0]), str(found[1]), "2.jpg", "3.jpg"]


@pytest.mark.usefixtures("online")
def test_a_photo_from_the_network_is_that_from_the_disk(site, photo_folder):
    site.pages["/cat.jpg"] = (photo_folder / "f01.jpg").read_bytes()
    site.pages["/moved"] = redirect("/cat.jpg")
    for path in ("/cat.jpg", "/moved"):
        np.testing.assert_array_equal(
            unlabelled.read_photo(site.url + path)[0], images.read_image(photo_folder / "f01.jpg")
        )


def redirect(path):
    def prediction(handler, closing):
        handler.send_response(302)
        handler.send_header("Location", path)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return prediction


def hang(handler, closing):
    closing.wait(20)


def trickle(handler, closing):
    handler.send_response(200)
    handler.end_headers()
    while not closing.wait(0.02):
        handler.wfile.write(b"\xff" * 4000)


def endless(handler, closing):
    handler.send_response(200)
    handler.end_headers()
    while not closing.is_set():
        handler.wfile.write(b"\xff" * 2**20)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("page", "kind", "message"),
    [
        (b"<html>log in first</html>", ImageError, "is not an image"),
        (b"", ImageError, "is empty"),
        (None, DownloadError, "Not Found"),
        (redirect("/photo.jpg"), DownloadError, "infinite loop"),
        (redirect("file:///etc/passwd"), DownloadError, "cannot be fetched"),
        (hang, DownloadError, "did not answer|timed out|broke off"),
        (trickle, DownloadError, "too slow: not complete after 1 s"),
        (endless, DownloadError, "too large: the limit is 3000000 bytes"),
    ],
)
def test_an_address_that_gives_no_photo_is_one_line(site, monkeypatch, page, kind, message):
    monkeypatch.setattr(unlabelled, "MAX_SECONDS", 1)
    monkeypatch.setattr(unlabelled, "MAX_BYTES", 3_000_000)
    if page is not None:
        site.pages["/photo.jpg"] = page
    with pytest.raises(kind, match=message) as caught:
        unlabelled.read_photo(f"{site.url}/photo.jpg")
    assert site.url in str(caught.value) and "\n" not in str(caught.value)


def test_every_picture_in_a_folder_is_asked_about_or_named(photo_folder, tmp_path, caplog):
    content = (photo_folder / "f01.jpg").read_bytes()
    for name in ("1.jfif", "2.heic", "3.avif", "4.JPG", "5.cr2", "odd", "6.bak"):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "notes.txt").write_text("no photo")
    found = unlabelled.find_photos([str(tmp_path)])
    assert [path.name for path in found] == ["1.jfif", "2.heic", "3.avif", "4.JPG", "5.cr2"]
    assert "left out: 2 photos without the ending of one, such as " in caplog.text and "--any-ending" in caplog.text
    assert len(unlabelled.find_photos([str(tmp_path)], any_ending=True)) == 7


def test_a_folder_of_photos_without_endings_says_which_option_reads_it(photo_folder, tmp_path):
    (tmp_path / "photo").write_bytes((photo_folder / "f01.jpg").read_bytes())
    with pytest.raises(DataError, match=r"has no photos in it, but 1 photos without the ending of one, .*--any-ending"):
        unlabelled.find_photos([str(tmp_path)])


def test_links_to_folders_are_followed_and_home_is_home(photo_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "linked").symlink_to(photo_folder)
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    assert len(unlabelled.find_photos(["~/in"])) == 40


def test_an_archive_stands_for_the_photos_in_it(photo_folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as file:
        file.write(photo_folder / "f01.jpg", "cats/tom/f01.jpg")
        file.writestr("catsex.json", "{}")
        file.writestr("project.json", "{}")
    (found,) = unlabelled.find_photos([str(tmp_path / "project.zip")])
    assert found.read_bytes() == (photo_folder / "f01.jpg").read_bytes()
