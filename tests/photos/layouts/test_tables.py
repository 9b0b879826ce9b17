"""Tables as spreadsheets write them, and the photos that they mean."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from catsex.errors import DataError, ImageError
from catsex.photos.layouts import reading

SMALL = "file,label\n1.jpg,cat\n2.jpg,cat\n3.jpg,dog\n4.jpg,dog\n"


def test_files_are_found_however_they_are_written(table):
    text = "PATH,CLASS\nsub\\X.PNG,b\n./1.jpg,b\n2,a\n9.jpg,a\n"
    photos = reading.read_photos(table(text))
    assert sorted(path.name for path in photos.paths) == ["1.jpg", "2.jpg", "9.JPG", "x.png"]
    photos = reading.read_photos(table(text.replace("sub\\X.PNG", "x.png")))  # in the folder beside the table
    assert photos.paths[2].parent.name == "sub"


def test_a_split_is_what_is_held_out(table):
    text = "file,label,set\n1.jpg,a,train\n2.jpg,a,test\n3.jpg,b,val\n4.jpg,b,\n"
    photos = reading.read_photos(table(text))
    assert [path.name for path in photos.paths] == ["1.jpg", "4.jpg", "2.jpg", "3.jpg"]
    assert photos.held_out.tolist() == [False, False, True, True]
    photos = reading.read_photos(table(text.replace("train", "red")))  # a column that only has the name of a split's
    assert photos.held_out is None and photos.columns["set"] == ["red", "test", "val", ""]


def test_columns_can_be_named(table):
    text = "id,kind,label\n1.jpg,a,x\n2.jpg,b,y\n"
    photos = reading.read_photos(table(text), columns={"file": "ID", "label": "kind"})
    assert photos.class_names == ["a", "b"] and photos.columns == {"label": ["x", "y"]}


def test_a_number_of_its_own_for_each_photo_is_no_subject(table):
    photos = reading.read_photos(table("id,file,label\n7,1.jpg,a\n8,2.jpg,b\n"))
    assert photos.groups is None and photos.columns == {"id": ["7", "8"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,label\n1.jpg,a\nnowhere.jpg,b\n", r"row 3: no such photo: .*nowhere\.jpg"),
        ("file,label\n1.jpg,a\n\n2.jpg,b\n1.jpg,b\n", r"row 5: 1\.jpg is b, but in row 2 a"),
        ("file,label\n1.jpg,a\n2.jpg,\n", "row 3: no label in the column label"),
        ("file,label\n1.jpg,a\n2.jpg,a\n", "at least two classes; found only the class a"),
        ("file,label\n", "needs a row with the names of its columns"),
        ("", "needs a row with the names of its columns"),
        ("photo,thing\n1.jpg,a\n", "has no column called label; .*photo, thing; .*--columns label=NAME"),
        ("file,label,split\n1.jpg,a,trian\n2.jpg,b,\n", "row 2: trian is not a part of a split"),
        (
            "file,label\n1.jpg,1.5\n2.jpg,2\n",
            r"looks like a measurement \(2 distinct numbers, 1.5 to 2\), not",
        ),
        (
            "file,label\n1.jpg,a\n2.jpg,b\n3.jpg,c\n4.jpg,d\n5.jpg,a\n",
            "4 distinct values in 5 rows: a name or",
        ),
        ("file,label\n1.jpg,a\0\n", "not a table as text"),
        ("file,label\n.,a\nsub,b\n", "row 2: no such photo"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_row(table, text, message):
    with pytest.raises(DataError, match=message) as caught:
        reading.read_photos(table(text))
    assert "\n" not in str(caught.value)


def test_a_measurement_is_no_class_unless_asked_for(table, tmp_path):
    for number in range(37):
        shutil.copy(tmp_path / "1.jpg", tmp_path / f"p{number}.jpg")
    path = table("file,label\n" + "".join(f"p{number}.jpg,{number // 1}\n" for number in range(37)))
    with pytest.raises(DataError, match=r"looks like a measurement \(37 distinct numbers, 0 to 36\), not a class"):
        reading.read_photos(path)
    assert len(reading.read_photos(path, classes=["3", "12"])) == 2


def test_a_photo_named_twice_with_one_label_is_one_photo(table):
    assert len(reading.read_photos(table(SMALL + "1.jpg,cat\n"))) == 4


def test_a_file_that_is_no_photo_is_named(table, tmp_path, caplog):
    (tmp_path / "page.jpg").write_text("<html>")
    path = table(SMALL + "page.jpg,cat\n")
    with pytest.raises(ImageError, match=r"page\.jpg is not an image"):  # when it is read, which is once in a run
        _ = reading.read_photos(path).descriptions
    assert len(reading.read_photos(path, skip_unreadable=True)) == 4


@pytest.mark.parametrize(
    "text", ["1.jpg,cat\n2.jpg,cat\n3.jpg,dog\n", "TRAIN,1.jpg,cat\nTEST,2.jpg,cat\nUNASSIGNED,3.jpg,dog\n"]
)
def test_a_table_without_a_header_is_read_whole(table, text):
    photos = reading.read_photos(table(text))
    assert len(photos) == 3 and photos.class_names == ["cat", "dog"]
    assert (photos.held_out is not None) == ("TEST" in text)


def test_a_list_of_paths_and_labels_is_read(table):
    photos = reading.read_photos(table("1.jpg 0\n2.jpg 0\n3.jpg 1\n", name="train.txt"))
    assert [path.name for path in photos.paths] == ["1.jpg", "2.jpg", "3.jpg"] and photos.class_names == ["0", "1"]


def test_a_column_of_zeros_and_ones_for_each_class_is_read(table):
    text = "filename,cat,dog\n1.jpg,1,0\n2.jpg,1.0,0.0\n3.jpg,0,1\n"
    photos = reading.read_photos(table(text))
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1]
    with pytest.raises(DataError, match="row 5: 2 labels, cat and dog"):
        reading.read_photos(table(text + "4.jpg,1,1\n"))
    with pytest.raises(DataError, match="row 5: none of the classes cat, dog"):
        reading.read_photos(table(text + "4.jpg,0,0\n"))
    assert len(reading.read_photos(table(text + "4.jpg,1,1\n5.jpg,0,0\n"), one_label="only")) == 3


@pytest.mark.parametrize("cell", ["cat|dog", "cat;dog", "cat dog"])
def test_several_labels_in_a_cell_are_said(table, cell):
    path = table(f"file,label,site\n1.jpg,cat,x\n2.jpg,dog,x\n3.jpg,{cell},x\n", name="t.csv")
    with pytest.raises(DataError, match="row 4: 2 labels, cat and dog; a photo takes one: --one-label first"):
        reading.read_photos(path)
    assert reading.read_photos(path, one_label="first").labels.tolist() == [0, 0, 1]
    assert reading.read_photos(path, one_label="only").labels.tolist() == [0, 1]


@pytest.mark.parametrize("cell", ["NA", "N/A", "NaN", "null", "None"])
def test_a_missing_label_is_named_unless_it_is_a_class(table, cell):
    path = table(f"file,label\n1.jpg,cat\n2.jpg,cat\n3.jpg,{cell}\n")
    with pytest.raises(DataError, match=rf"row 4: no label in the column label \({cell}\); if {cell} is a class, name"):
        reading.read_photos(path)
    assert reading.read_photos(path, classes=["cat", cell]).class_names == ["cat", cell]


def test_what_is_held_out_may_be_a_table_of_its_own(table, caplog):
    table("file,label\n3.jpg,a\n4.jpg,b\n", name="test.csv")
    photos = reading.read_photos(table("file,label\n1.jpg,a\n2.jpg,b\n", name="train.csv"))
    assert photos.held_out.tolist() == [False, False, True, True] and "test.csv beside it is held out" in caplog.text
    table("file\n3.jpg\n4.jpg\n", name="test.csv")
    assert reading.read_photos(table("file,label\n1.jpg,a\n2.jpg,b\n", name="train.csv")).held_out is None
    assert "names no labels and is left out" in caplog.text


def test_each_folder_is_listed_once_however_many_rows_there_are(tmp_path, monkeypatch):
    listed, iterdir = [], Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda folder: listed.append(folder) or iterdir(folder))
    (tmp_path / "p").mkdir()
    for number in range(400):
        (tmp_path / "p" / f"{number}.jpg").touch()
    (tmp_path / "t.csv").write_text("file,label\n" + "".join(f"p/{n}.jpg,{'ab'[n % 2]}\n" for n in range(400)))
    photos = reading.read_photos(tmp_path / "t.csv")
    assert np.bincount(photos.labels).tolist() == [200, 200] and len(listed) == 1
