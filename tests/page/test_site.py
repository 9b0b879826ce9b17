"""The finished page as files: written whole, never over something else, and clear about what is missing."""

import pytest

from catsex.errors import CatsexError
from catsex.page import site

FILES = {"index.html": b"<p>here", "service_worker.js": b"1"}


def test_the_page_is_written_into_a_new_folder_and_over_an_older_version(tmp_path):
    site.write(FILES, tmp_path / "new")
    site.write(FILES | {"index.html": b"<p>newer"}, tmp_path / "new")
    assert (tmp_path / "new" / "index.html").read_bytes() == b"<p>newer"


@pytest.mark.parametrize("older", [{}, FILES])
def test_a_page_that_cannot_be_finished_leaves_what_was_there(tmp_path, older):
    site.write(older, tmp_path / "site")
    with pytest.raises(CatsexError, match="cannot be written"):
        site.write(FILES | {"index.html": b"<p>newer", "network.bin": tmp_path / "nowhere"}, tmp_path / "site")
    assert {path.name: path.read_bytes() for path in (tmp_path / "site").iterdir()} == older


def test_it_is_not_written_among_other_files(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CatsexError, match=r"has other files in it, such as thesis\.txt; name a new folder"):
        site.write(FILES, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CatsexError, match="cannot be written"):
        site.write(FILES, tmp_path / "file" / "site")


def test_an_installation_without_a_page_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "SOURCES", tmp_path / "web")
    monkeypatch.setattr(site, "BUILT", tmp_path / "site")
    with pytest.raises(CatsexError, match=r"has no page in it; run scripts/page\.py in a clone"):
        site._built()


def test_without_node_the_line_says_what_it_takes(tmp_path, monkeypatch):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "package.json").write_text("{}")
    monkeypatch.setattr(site, "SOURCES", tmp_path / "web")
    monkeypatch.setattr(site, "BUILT", tmp_path / "site")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CatsexError, match=r"install Node\.js 20 or newer with npm"):
        site._built()


def test_the_policy_of_the_page_is_that_of_its_server():
    from catsex.page.server import POLICY

    index = (site.SOURCES / "index.html").read_text(encoding="utf-8")
    inside = index.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    everywhere = {rule.strip() for rule in POLICY.split(";")} - {"frame-ancestors 'none'"}  # not for meta elements
    assert {rule.strip() for rule in inside.split(";")} == everywhere


def test_the_locked_packages_name_no_registry():
    assert "resolved" not in (site.SOURCES / "package-lock.json").read_text(encoding="utf-8")
