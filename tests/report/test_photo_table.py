import io

import pytest

from catsex.report.photo_table import from_csv, to_csv

PHOTOS = [
    {
        "name": "1",
        "path": "/a/=1,2.jpg",
        "sha256": "0" * 64,
        "class": 'a "b"',
        "predictions": [3, 0],
        "right": 0.1 + 0.2,
    },
    {
        "name": "two\nlines",
        "path": "/ç/🐱.jpg",
        "sha256": "1" * 64,
        "class": "true",
        "predictions": [0, 3],
        "right": 1.0,
    },
]
TRAINED = [
    {"name": "a", "class": "x", "prediction": "12", "score": 0.123456, "held_out": True, "class_index": 281},
    {"name": "b", "class": "x", "prediction": None, "score": None, "held_out": False, "class_index": None},
]


@pytest.mark.parametrize("photos", [PHOTOS, TRAINED])
def test_a_table_gives_back_what_it_was_made_from(photos, tmp_path):
    path = tmp_path / "photos.csv"
    path.write_text("".join(to_csv(photos)), encoding="utf-8")
    with open(path, encoding="utf-8", newline="") as file:
        assert from_csv(file) == photos


def test_a_line_is_what_a_spreadsheet_shows():
    assert "".join(to_csv(TRAINED)).splitlines() == [
        "name,class,prediction,score,held_out,class_index",
        "a,x,12,0.123456,true,281",
        "b,x,,,false,",
    ]


@pytest.mark.parametrize("damage", [lambda text: text + 'c,"x', lambda text: text + "c,x,y,z\n", lambda t: t + "c\n"])
def test_a_damaged_table_is_said(damage):
    with pytest.raises(ValueError):
        from_csv(io.StringIO(damage("".join(to_csv(TRAINED)))))
