"""Tables as spreadsheets write them, and the photos that they mean."""

import shutil

import numpy as np
import pytest
from growth import growth

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
        ("1.jpg,a\n2.jpg,b\n", r"no column called file; .*1\.jpg, a;"),
        ("file,label,split\n1.jpg,a,trian\n2.jpg,b,\n", "row 2: trian is no part of a split"),
        ("file,label\n1.jpg,1.5\n2.jpg,2\n", "label has 2 different numbers, 1.5 to 2, a measurement"),
        ("file,label\n1.jpg,a\n2.jpg,b\n3.jpg,c\n4.jpg,d\n5.jpg,a\n", "4 different values in 5 rows, too many"),
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
    with pytest.raises(DataError, match="37 different numbers, 0 to 36, a measurement for classes"):
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


@pytest.mark.slow
def test_many_rows_are_read_in_linear_time(tmp_path):
    def table_of(count):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.jpg").touch()
        table = folder / "photos.csv"
        table.write_text("file,label\n" + "".join(f"{n}.jpg,{'ab'[n % 2]}\n" for n in range(count)))
        return table

    small, large = table_of(500), table_of(2000)
    assert np.bincount(reading.read_photos(large).labels).tolist() == [1000, 1000]
    assert growth(lambda: reading.read_photos(small), lambda: reading.read_photos(large)) < 8
