import pytest

from catsex.errors import DataError
from catsex.photos.layouts import columns, reading


def rows(header, *lines, times=10):
    """Return a table of the photos 1.jpg … 9.jpg with the lines repeated."""
    return header + "\n" + "".join(f"{1 + k}.jpg,{lines[k % len(lines)]}\n" for k in range(min(9, times)))


@pytest.mark.parametrize(
    ("header", "lines", "classes", "said"),
    [
        ("image_id,dx,sex", ("nv,male", "mel,female"), ["mel", "nv"], "if sex is meant, pass --columns label=sex"),
        ("file,class,species", ("Aves,owl", "Mammalia,cat"), ["cat", "owl"], "if class is meant"),
        ("image,Finding Labels", ("Mass", "Hernia"), ["Hernia", "Mass"], ""),
        ("image,choice", ("a", "b"), ["a", "b"], ""),
    ],
)
def test_the_column_of_the_classes_is_the_one_that_is_meant(table, caplog, header, lines, classes, said):
    photos = reading.read_photos(table(rows(header, *lines)))
    assert photos.class_names == classes
    assert said in caplog.text and bool(said) == ("the classes are taken from the column" in caplog.text)


def test_where_the_sex_may_not_be_the_class_it_is_asked_for(table):
    header = "image,sex,age,group"
    lines = [f"{k}.jpg,{'mf'[k % 2]},{30 + k},{'control' if k < 5 else 'patient'}" for k in range(1, 9)]
    text, body = "\n".join([header, *lines]), [line.split(",") for line in lines] * 2
    with pytest.raises(DataError, match=r"the classes may be in the column sex or group; .*--columns label=group"):
        columns.find_columns(table(text), header.split(","), body)
    assert reading.read_photos(table(text), columns={"label": "group"}).class_names == ["control", "patient"]


def test_a_guessed_subject_with_as_few_values_as_classes_is_none():
    body = [[f"{k}.jpg", "ab"[k % 2], "xy"[k % 2]] for k in range(20)]
    found = columns.find_columns("t.csv", ["file", "label", "group"], body)
    assert "subject" not in found.place
    assert columns.find_columns("t.csv", ["file", "label", "subject"], body).place["subject"] == 2
    assert columns.find_columns("t.csv", ["file", "label", "group"], body, {"subject": "group"}).place["subject"] == 2
    many = [[f"{k}.jpg", "ab"[k % 2], f"lesion {k // 2}"] for k in range(20)]
    assert columns.find_columns("t.csv", ["file", "label", "lesion_id"], many).place["subject"] == 2


@pytest.mark.parametrize("name", ["fname", "name", "Bilddatei"])
def test_the_column_of_the_files_is_known_by_its_content(table, caplog, name):
    path = table(f"id,{name},label\n" + "".join(f"{k},{k}.jpg,{'cat' if k < 3 else 'dog'}\n" for k in range(1, 5)))
    assert len(reading.read_photos(path)) == 4 and not caplog.text


def test_two_columns_of_files_are_said(table, caplog):
    path = table("name,small,label\n" + "".join(f"{k}.jpg,s{k}.jpg,{'ab'[k % 2]}\n" for k in range(1, 5)))
    assert {photo.name for photo in reading.read_photos(path).paths} == {"1.jpg", "2.jpg", "3.jpg", "4.jpg"}
    assert "the files are taken from the column name, not small" in caplog.text


def test_what_fastai_validates_on_is_held_out(table):
    path = table("fname,labels,is_valid\n" + "".join(f"{k}.jpg,{'ab'[k % 2]},{k > 2}\n" for k in range(1, 5)))
    assert reading.read_photos(path).held_out.tolist() == [False, False, True, True]


@pytest.mark.parametrize("name", ["scientificName", "Scientific Name", "SCIENTIFIC_NAME", "scientific-name"])
def test_a_column_s_name_is_known_however_it_is_written(name):
    assert columns.plain_column(name) == "scientific_name"


@pytest.mark.parametrize("other", ["", ",grade"])
def test_columns_of_zeros_and_ones_beside_one_that_may_hold_the_classes_are_said(table, caplog, other):
    lines = [f"{k}.jpg,{k % 2},{1 - k % 2}" + (f",{'xyz'[k % 3 // 2]}" if other else "") for k in range(1, 10)]
    lines += [line for line in lines for _ in range(2)]  # a photo may be named again
    photos = reading.read_photos(table(f"file,train,check{other}\n" + "\n".join(lines)))
    assert photos.class_names == ["check", "train"]
    assert ("of zeros and ones, train, check; if grade is meant" in caplog.text) == bool(other)


def test_the_table_of_via_points_to_its_json(table):
    with pytest.raises(DataError, match=r"is a CSV of VIA's, .* export the annotations as JSON"):
        reading.read_photos(table('filename,region_count,region_id,region_attributes\n1.jpg,1,0,"{}"\n'))
