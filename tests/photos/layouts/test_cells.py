import sys

import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading
from catsex.photos.layouts.cells import has_header, made_up_header

SMALL = "file,label\n1.jpg,cat\n2.jpg,cat\n3.jpg,dog\n4.jpg,dog\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_as_spreadsheets_write_it(table, encoding, mark, end):
    rows = ["File Name|Species|Animal|Site", '1.jpg|cat|Käthe|"a, b; c"', "2.jpg|cat|Käthe|x", "3.jpg|dog|Rex|x"]
    photos = reading.read_photos(table((end.join(rows) + end).replace("|", mark), encoding=encoding))
    assert [path.name for path in photos.paths] == ["1.jpg", "2.jpg", "3.jpg"]
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1]
    assert photos.groups.tolist() == [0, 0, 1] and photos.group_names == ["Käthe", "Rex"]
    assert photos.columns == {"Site": ["a, b; c", "x", "x"]}
    assert photos.headline == "3 photos of 2 subjects from photos: 2 cat, 1 dog"


def test_excel_says_which_mark_it_uses(table):
    assert len(reading.read_photos(table("sep=;\r\n" + SMALL.replace(",", ";")))) == 4


def test_xlsx_is_read_as_csv_is(table, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for cells in (
        ["file", "label", "subject", "age"],
        ["1.jpg", "cat", 7.0, None],
        ["2", "cat", 7, 2.5],
        ["3.jpg", "dog", 8],
    ):
        book.active.append(cells)
    book.save(tmp_path / "photos.xlsx")
    photos = reading.read_photos(tmp_path / "photos.xlsx")
    assert photos.groups.tolist() == [0, 0, 1] and photos.group_names == ["7", "8"]
    assert photos.columns == {"age": ["", "2.5", ""]}
    (tmp_path / "photos.xlsx").write_bytes(b"PK\3\4 and nothing else")
    with pytest.raises(DataError, match=r"is not a readable \.xlsx file"):
        reading.read_photos(tmp_path / "photos.xlsx")


def test_without_the_package_the_extra_is_named(table, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    (tmp_path / "photos.xlsx").touch()
    with pytest.raises(DataError, match=r'pip install -e "\.\[tables\]"; or save the table as CSV'):
        reading.read_photos(tmp_path / "photos.xlsx")


class PandasLike:
    """What is read of a DataFrame of pandas, which is not needed to run the tests."""

    def __init__(self, columns, rows, index=None):
        self.columns, self.rows, self.index = columns, rows, type("Index", (), {"name": index})

    def itertuples(self, index, name):
        assert name is None
        return ((position, *row) if index else row for position, row in enumerate(self.rows))


ROWS = [("1.jpg", "cat", 1.0, float("nan")), ("2.jpg", "cat", 1.0, None), ("3.jpg", "dog", 3.0, "x")]
HEADER = ["file", "species", "animal", 7]


def test_a_data_frame_is_read_as_a_table_is(table, monkeypatch):
    monkeypatch.chdir(table(SMALL).parent)
    photos = reading.read_photos(PandasLike(HEADER, ROWS))
    assert photos.headline == "3 photos of 2 subjects from DataFrame: 2 cat, 1 dog"
    assert photos.group_names == ["1", "3"] and photos.columns == {"7": ["", "", "x"]}
    by_index = PandasLike(["file", "kind"], [row[:2] for row in ROWS], index="which")
    assert reading.read_photos(by_index, columns={"label": "kind"}, classes=["dog", "cat"]).class_names == [
        "dog",
        "cat",
    ]


def test_what_is_wrong_in_a_data_frame_is_said_with_its_row_from_0(table, monkeypatch):
    monkeypatch.chdir(table(SMALL).parent)
    with pytest.raises(DataError, match=r"the DataFrame, row 1: no such photo: 99\.jpg"):
        reading.read_photos(PandasLike(["file", "label"], [("1.jpg", "cat"), ("99.jpg", "dog")]))
    with pytest.raises(DataError, match="the DataFrame has no column called label"):
        reading.read_photos(PandasLike(["file"], [("1.jpg",), ("2.jpg",)]))
    with pytest.raises(DataError, match="the DataFrame is a table; folders and crop are for others"):
        reading.read_photos(PandasLike(HEADER, ROWS), folders="class")


def test_data_frames_of_pandas_and_polars_are_read(table, monkeypatch):
    monkeypatch.chdir(table(SMALL).parent)
    for library in ("pandas", "polars"):
        frame = pytest.importorskip(library).DataFrame({"file": ["1.jpg", "2.jpg"], "label": ["cat", "dog"]})
        assert reading.read_photos(frame).class_names == ["cat", "dog"]


def test_a_header_holds_no_name_of_a_photo():
    assert has_header(["file", "label"]) and not has_header(["x/1.JPG", "cat"])
    assert made_up_header([(1, ["gs://b/1.jpg", "cat", "more"])]) == ["file", "label", "column 3"]


@pytest.mark.parametrize("line", ["TRAIN,{}.jpg,{},outdoor", "gs://bucket/{}.jpg,{},outdoor"])
def test_several_labels_in_a_row_of_google_s_are_an_error_that_says_so(table, line):
    path = table("".join(line.format(k, "cat" if k < 3 else "dog") + "\n" for k in range(1, 5)))
    with pytest.raises(DataError, match=r"row 1: 2 labels, cat and outdoor; .*--one-label first"):
        reading.read_photos(path)
    assert reading.read_photos(path, one_label="first").class_names == ["cat", "dog"]


def test_places_of_boxes_in_google_s_table_are_no_labels(table):
    path = table("".join(f"TRAIN,{k}.jpg,{'cat' if k < 3 else 'dog'},0.1,0.1,,,0.6,0.6,,\n" for k in range(1, 5)))
    assert reading.read_photos(path).class_names == ["cat", "dog"]
