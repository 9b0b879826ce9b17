import pytest
from growth import growth

from catsex.errors import DataError
from catsex.photos.layouts import reading


def test_clutter_is_nothing_to_speak_of(pets, caplog):
    folder = pets("a/1.jpg", "a/Thumbs.db", "a/.2.jpg", "b/1.jpg", "b/desktop.ini", "__MACOSX/a/1.jpg", ".ipynb/1.jpg")
    (folder / "notes.txt").write_text("mine")
    photos = reading.read_photos(folder)
    assert len(photos) == 2 and photos.class_names == ["a", "b"]
    assert not caplog.text


@pytest.mark.parametrize("name", ["jfif", "jpe", "jpg_large", "JPG", "heic", "avif"])
def test_the_endings_that_people_have_are_photos(pets, name):
    assert len(reading.read_photos(pets(f"a/1.{name}", f"b/2.{name}"))) == 2


def test_without_an_ending_the_content_decides_if_asked_for(pets):
    folder = pets("a/1", "a/2.jpg~", "b/3.jpg")
    with pytest.raises(
        DataError, match=r"a/1 is a photo \(JPEG\) without the ending of one; pass --any-ending \(2 such"
    ):
        reading.read_photos(folder)
    (folder / "a" / "notes").write_text("no photo")
    with pytest.raises(DataError, match=r"notes is not a photo"):
        reading.read_photos(folder, any_ending=True)
    (folder / "a" / "notes").unlink()
    assert len(reading.read_photos(folder, any_ending=True)) == 3


def test_clutter_of_all_programs_is_passed_over(pets, caplog):
    clutter = "@eaDir/1.jpg", ".thumbnails/1.jpg", "__MACOSX/a/1.jpg", "a/._1.jpg", "a/@eaDir/1.jpg/t.jpg"
    more = "a/.ipynb_checkpoints/1.jpg", "#recycle/1.jpg", "a/1.jpg:Zone.Identifier", "a/Thumbs.db", "b/ehthumbs.db"
    photos = reading.read_photos(pets("a/1.jpg", "b/1.jpg", *clutter, *more))
    assert photos.class_names == ["a", "b"] and len(photos) == 2
    assert not caplog.text


def test_a_folder_of_links_is_read_once(pets, tmp_path):
    folder = pets("real/a/1.jpg", "real/b/1.jpg")
    (tmp_path / "linked").mkdir()
    for name in "ab":
        (tmp_path / "linked" / name).symlink_to(folder / "real" / name)
    (tmp_path / "linked" / "a" / "loop").symlink_to(tmp_path / "linked")
    assert len(reading.read_photos(tmp_path / "linked")) == 2


@pytest.mark.slow
def test_listing_takes_linear_time(tmp_path):
    def folder_of(n):
        for kind in "ab":
            (tmp_path / str(n) / kind).mkdir(parents=True)
            for number in range(n):
                (tmp_path / str(n) / kind / f"{number}.jpg").touch()
        return tmp_path / str(n)

    small, large = folder_of(500), folder_of(2000)
    assert len(reading.read_photos(large)) == 4000
    assert growth(lambda: reading.read_photos(small), lambda: reading.read_photos(large)) < 8
