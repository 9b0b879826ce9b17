import json
import os

import pytest
from sample_records import sanity, training

from catsex.errors import DataError
from catsex.photos.photoset import photo_set
from catsex.report import record, redrawing


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "results.json cannot be read: No such file or directory; name a run's folder"),
        ("{", "results.json is damaged"),
        ("[1]", r"another version of catsex \(format None, this one reads 3\): run the script again"),
        ('{"verdict": "learnable"}', r"another version of catsex \(format None"),
        ('{"record": {"format": 99}}', r"another version of catsex \(format 99"),
        ('{"record": []}', r"another version of catsex \(format None"),
        ('{"record": {"format": 3}}', r"results.json is damaged \("),
        ('{"record": {"format": 2}, "seed": Infinity}', "results.json is damaged: Infinity is no number"),
        ("[" * 200_000, "results.json is damaged: maximum recursion depth"),
    ],
)
def test_a_record_that_cannot_be_used_is_one_clear_line(tmp_path, content, message):
    if content is not None:
        (tmp_path / "results.json").write_text(content)
    with pytest.raises(DataError, match=message) as raised:
        redrawing.redraw(tmp_path)
    assert "\n" not in str(raised.value)


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["seed", "sentence", "photos", "versions", "weights", "data", "record"])
def test_a_record_that_lost_a_part_is_drawn_or_one_clear_line(photos, tmp_path, lost):
    content = training(photos)
    path = record.write({"results.json": json.dumps(content)}, tmp_path / "record", "train_full") / "results.json"
    for broken in ({key: value for key, value in content.items() if key != lost}, content | {lost: 7}):
        path.write_text(json.dumps(broken))
        try:
            redrawing.redraw(path.parent)
        except DataError as error:
            assert "results.json" in str(error) and "\n" not in str(error)


def test_a_pipe_in_place_of_a_record_is_an_error_and_not_a_wait(tmp_path):
    os.mkfifo(tmp_path / "results.json")
    with pytest.raises(DataError, match=r"results\.json is not a regular file"):
        redrawing.redraw(tmp_path)


def test_a_name_that_is_not_utf_8_can_be_recorded_and_read(photos, tmp_path):
    name = os.fsdecode(b"f\xff01.jpg")
    (tmp_path / name).write_bytes(photos.paths[0].read_bytes())
    (tmp_path / "m01.jpg").write_bytes(photos.paths[1].read_bytes())
    strange = photo_set("strange", {"female": [tmp_path / name], "male": [tmp_path / "m01.jpg"]})
    written = sanity(strange)
    folder = record.write({"results.json": json.dumps(written)}, tmp_path / "record", "sanity_check")
    assert redrawing.read(folder) == written
    assert "f\\udcff01.jpg" in redrawing.redraw(folder).read_text()
