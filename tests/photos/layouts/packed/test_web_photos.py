"""Tables whose photos are named by web addresses, from a real server on the loopback."""

import logging

import pytest

from catsex.errors import DataError
from catsex.photos.layouts.reading import read_photos

pytestmark = pytest.mark.usefixtures("empty_cache")


@pytest.fixture
def table(site, photo_folder, tmp_path):
    """A table of 40 photos, each by its address on the site."""
    lines = ["file,label"]
    for path in sorted(photo_folder.iterdir()):
        site.pages[f"/my%20pets/{path.name}?size=large"] = path.read_bytes()
        lines.append(f"{site.url}/my%20pets/{path.name}?size=large,{path.name[0]}")
    (tmp_path / "photos.csv").write_text("\n".join(lines))
    return tmp_path / "photos.csv"


def test_photos_are_fetched_once(online, site, table, photo_folder, caplog):
    with caplog.at_level(logging.WARNING):
        photos = read_photos(table)
    assert caplog.messages == ["Fetching 40 photos from 127.0.0.1"]
    assert [path.name for path in photos.paths] == sorted(path.name for path in photo_folder.iterdir())
    assert all(path.read_bytes() == (photo_folder / path.name).read_bytes() for path in photos.paths)
    assert read_photos(table).paths == photos.paths and len(site.asked) == 40


def test_photos_beside_the_table_are_taken_instead(site, table, photo_folder):
    for path in photo_folder.iterdir():
        (table.parent / path.name).write_bytes(path.read_bytes())
    assert {path.parent for path in read_photos(table).paths} == {table.parent} and site.asked == []


def test_what_cannot_be_fetched_is_one_line_with_its_row(online, site, table):
    del site.pages["/my%20pets/f03.jpg?size=large"]
    with pytest.raises(DataError, match=r"photos\.csv, row 4: http://127.*f03\.jpg.*: Not Found"):
        read_photos(table)


def test_nothing_is_fetched_where_that_is_forbidden(site, table):
    with pytest.raises(DataError, match=r"photos\.csv, row 2: .* not fetched: CATSEX_OFFLINE is set"):
        read_photos(table)
    assert site.asked == []
