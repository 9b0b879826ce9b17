import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading

VOC = """<annotation><folder>images</folder><filename>{name}.png</filename>
<object><name>{kind}</name><part><name>ear</name></part>
<bndbox><xmin>0</xmin><ymin>0</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>"""


@pytest.fixture
def voc(pictures):
    (pictures / "Annotations").mkdir()
    for name, kind in zip("1234", ("cat", "cat", "dog", "dog"), strict=True):
        (pictures / "Annotations" / f"{name}.xml").write_text(VOC.format(name=name, kind=kind))
    return pictures


@pytest.fixture
def yolo(pictures):
    (pictures / "labels").mkdir()
    for name, kind in zip("1234", (0, 0, 1, 1), strict=True):
        (pictures / "labels" / f"{name}.txt").write_text(f"{kind} 0.25 0.5 0.5 1\n")
    return pictures


def test_voc_is_read(voc):
    photos = reading.read_photos(voc)
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1, 1]
    assert reading.read_photos(voc, crop=True).read(0).shape == (40, 30, 3)


@pytest.mark.parametrize(
    ("file", "names"),
    [
        ("classes.txt", "cat\ndog\n"),
        ("data.yaml", "train: images\nnc: 2\nnames: ['cat', 'dog']\n"),
        ("data.yaml", "names:\n  0: cat\n  1: dog\nnc: 2\n"),
        ("data.yaml", "names:\n- cat\n- dog\n"),
    ],
)
def test_yolo_is_read(yolo, file, names):
    (yolo / file).write_text(names)
    photos = reading.read_photos(yolo)
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1, 1]
    cut = reading.read_photos(yolo, crop=True)
    assert cut.read(3).shape == (40, 30, 3) and cut.read(3)[..., 0].min() == 204


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<annotation><object>", r"1\.xml is not a readable file of labels"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><annotation/>', "it declares entities"),
        ("<annotation><object><name>cat</name></object></annotation>", "is not a readable file of labels"),
    ],
)
def test_damaged_voc_is_one_line(voc, text, message):
    (voc / "Annotations" / "1.xml").write_text(text)
    with pytest.raises(DataError, match=message):
        reading.read_photos(voc)


def test_damaged_yolo_is_one_line(yolo):
    (yolo / "classes.txt").write_text("cat\n")
    with pytest.raises(DataError, match="YOLO's labels cannot be read"):
        reading.read_photos(yolo)
