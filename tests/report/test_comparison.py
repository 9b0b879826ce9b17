import re
import xml.etree.ElementTree as ET

import pytest
from sample_records import comparison as record_of

from catsex.photos.layouts import reading
from catsex.report import comparison

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def photos(photo_folder):
    return reading.read_photos(photo_folder)


@pytest.fixture
def record(photos):
    """Of three configurations, the third is better than either of the others."""
    return record_of(photos)


def test_the_text_has_a_line_for_each_setting_and_each_pair(record):
    lines = comparison.text(record).splitlines()
    assert lines[0] == record["sentence"] and lines[1:4] == record["remarks"]
    for configuration in record["configurations"]:
        assert any(
            line.startswith(configuration["name"]) and f"{configuration['accuracy']:.1%}" in line for line in lines
        )
    said = [line for line in lines if line.startswith("  ")]
    assert len(said) == 3
    assert ["points would have been seen" in line for line in said] == [not pair["differ"] for pair in record["pairs"]]


def test_the_table_has_a_row_for_each_setting_each_pair_and_the_corrected_score(record):
    rows = comparison.rows(record)
    assert len(rows) == 3 + 3 + 2
    assert rows[-2][:2] == ("the best, corrected for having picked it", f"{100 * record['corrected_accuracy']:.0f} %")
    assert re.fullmatch(r"[+−]\d+ points|0 points", rows[3][1])


def test_the_figure_names_the_settings_and_brackets_those_that_differ(photos, record):
    def brackets(one):
        paths = [path.get("d") for path in ET.fromstring(comparison.figure(one)).iter(f"{SVG}path")]
        return sum(len(re.findall("[ML]", path or "")) == 4 and " z" not in path.lower() for path in paths)

    differing = sum(pair["differ"] for pair in record["pairs"])
    assert differing == 2
    assert brackets(record) - brackets(record_of(photos, (0.6, 0.6, 0.6))) == differing
    words = [text.text for text in ET.fromstring(comparison.figure(record)).iter(f"{SVG}text")]
    assert {configuration["name"] for configuration in record["configurations"]} <= set(words)
    assert comparison.figure(record) == comparison.figure(record)


def test_the_caption_says_what_the_figure_shows(photos, record):
    best = record["configurations"][2]
    assert f"{best['name']} {100 * best['accuracy']:.0f} %" in comparison.caption(record)
    assert comparison.caption(record).count(best["name"]) == 3  # its score, and two pairs
    assert comparison.caption(record_of(photos, (0.6, 0.6))).endswith("No two of them can be told apart.")
