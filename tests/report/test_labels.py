"""A table to correct labels in is written, edited and read again."""

import csv

import numpy as np
import pytest
from PIL import Image

from catsex.errors import DataError
from catsex.evaluation import asked
from catsex.photos.layouts.reading import read_photos
from catsex.report import labels


@pytest.fixture
def photos(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(8):
        path = tmp_path / "photos" / ("cats", "dogs")[i % 2] / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(path)
    return read_photos(tmp_path / "photos")


def found(photos):
    """What an evaluation says of the photos: the first one's label is probably wrong."""
    said = [
        {"class": photos.class_names[label], "prediction": "dogs", "label_probability": 0.5, "suggested": None}
        for label in photos.labels
    ]
    said[0] |= {"label_probability": 0.03, "suggested": "dogs"}
    return {"photos": said, "wrong_labels": {"listed": 1, "expected": 0.9}}


def edit(table, photo, **cells):
    """Change cells of a photo's row, or leave the row out, as with a spreadsheet."""
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    number = next(i for i, row in enumerate(rows) if row["file"].endswith(photo))
    rows[number] |= cells
    with open(table, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row["label"] != "leave out")
    return number + 2


def test_the_table_names_each_photo_and_reads_back_as_the_same_set(photos, tmp_path):
    table = tmp_path / "photos.csv"
    labels.write_table(table, photos, found(photos))
    first, second, *_ = table.read_text(encoding="utf-8").splitlines()
    assert first == "file,label,predicted class,probability of the label,suggested label,checked"
    assert second == "photos/cats/0.png,cats,dogs,0.03,dogs,"
    again = read_photos(table)
    assert [path.resolve() for path in again.paths] == [path.resolve() for path in photos.paths]
    assert again.labels.tolist() == photos.labels.tolist() and again.columns == {}


def test_subjects_splits_and_other_columns_are_kept(photos, tmp_path):
    rows = [f"photos/{('cats', 'dogs')[i % 2]}/{i}.png,{'ab'[i % 2]},s{i // 4},{i},{i % 3}" for i in range(8)]
    (tmp_path / "own.csv").write_text("\n".join(["file,kind,individual,label,site no", *rows]))
    own = read_photos(tmp_path / "own.csv", columns={"label": "kind"})
    labels.write_table(tmp_path / "new" / "photos.csv", own, found(own))
    again = read_photos(tmp_path / "new" / "photos.csv")
    assert again.class_names == ["a", "b"] and again.labels.tolist() == own.labels.tolist()
    assert again.groups.tolist() == own.groups.tolist() and again.group_names == own.group_names
    assert again.columns == {"site no": own.columns["site no"]}


def test_a_label_that_was_corrected_is_counted_as_a_further_look(photos, tmp_path, empty_cache):
    table = tmp_path / "photos.csv"
    labels.write_table(table, photos, found(photos))
    asked.ask(photos.entries, 1, {"verdict": "no evidence", "accuracy": 0.5, "p_value": 0.4})
    edit(table, "0.png", label="dogs", checked="yes")
    edit(table, "3.png", label="leave out")
    _, (remark,) = asked.ask(read_photos(table).entries, 1, {"verdict": "learnable", "accuracy": 0.8, "p_value": 0.004})
    assert "for the second time" in remark and "is to be read as 0.008" in remark
    assert "removed (dogs/3.png)" in remark and "cats/0.png is dogs now" in remark


@pytest.mark.parametrize(
    ("photo", "cells", "problem"),
    [
        ("2.png", {"label": "dgos"}, "no other photo is dgos; did you mean dogs?"),
        ("2.png", {"label": "Dogs"}, "no other photo is Dogs; did you mean dogs?"),
        ("5.png", {"label": "zebra"}, "no other photo is zebra; the classes are dogs"),
        ("5.png", {"label": ""}, "no label in the column label"),
        ("5.png", {"file": "photos/gone.png"}, "no such photo: photos/gone.png"),
    ],
)
def test_what_is_wrong_in_an_edited_table_is_said_with_its_row(photos, tmp_path, photo, cells, problem):
    table = tmp_path / "photos.csv"
    labels.write_table(table, photos, found(photos))
    row = edit(table, photo, **cells)
    with pytest.raises(DataError, match=f"row {row}: ") as caught:
        read_photos(table)
    assert problem in str(caught.value)


def test_two_photos_make_a_new_class(photos, tmp_path):
    table = tmp_path / "photos.csv"
    labels.write_table(table, photos, found(photos))
    edit(table, "2.png", label="zebra")
    edit(table, "5.png", label="zebra")
    assert read_photos(table).class_names == ["cats", "dogs", "zebra"]


def test_nothing_is_overwritten(photos, tmp_path):
    table = tmp_path / "photos.csv"
    table.write_text("mine")
    with pytest.raises(DataError, match="already exists"):
        labels.write_table(table, photos, found(photos))
    assert table.read_text() == "mine"
