import pytest

from catsex.errors import CatsexError
from catsex.prediction.sorting import sort_into


def answered(path, **said):
    return {"name": path.name, "path": str(path), "class": "dogs"} | said


def test_photos_are_copied_into_a_folder_for_each_answer(tmp_path, caplog):
    paths = [tmp_path / place for place in ("one/1.jpg", "two/1.JPG", "one/2.jpg", "one/3.jpg")]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(str(path))
    found = [answered(path) for path in paths[:2]]
    found += [answered(paths[2], answer="unsure"), answered(paths[3], **{"class": "a/b"})]
    found += [{"name": "4.jpg", "path": "4.jpg", "error": "empty"}, answered(tmp_path / "away.jpg")]
    target = tmp_path / "sorted"
    target.mkdir()
    sort_into(target, found)
    names = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*.*")}
    expected = ("dogs/1.jpg", "dogs/1 (2).JPG", "unsure/2.jpg", "a_b/3.jpg")
    assert names == {name: str(path) for name, path in zip(expected, paths, strict=True)}
    assert all(path.is_file() for path in paths) and "away.jpg" in caplog.text


def test_what_is_there_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CatsexError, match="cannot be written"):
        sort_into(tmp_path, [])
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
