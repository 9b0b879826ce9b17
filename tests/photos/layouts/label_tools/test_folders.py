import json

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


@pytest.mark.parametrize(
    "name", ["_annotations.coco.json", "_classes.csv", "_annotations.csv", "bounding_boxes.labels"]
)
def test_a_file_of_labels_in_each_part_is_read(pictures, name):
    for part, numbers in (("train", (1, 3)), ("valid", (2, 4))):
        kinds = {f"{number}.png": "cat" if number < 3 else "dog" for number in numbers}
        texts = {
            "_annotations.coco.json": json.dumps(
                {
                    "images": [{"id": k, "file_name": file} for k, file in enumerate(kinds)],
                    "annotations": [{"image_id": k, "category_id": kind} for k, kind in enumerate(kinds.values())],
                    "categories": [{"id": kind, "name": kind} for kind in ("animals", "cat", "dog")],
                }
            ),
            "_classes.csv": "filename, cat, dog\n"
            + "".join(f"{file}, {int(kind == 'cat')}, {int(kind == 'dog')}\n" for file, kind in kinds.items()),
            "_annotations.csv": "filename,width,height,class,xmin,ymin,xmax,ymax\n"
            + "".join(f"{file},60,40,{kind},0,0,30,40\n" for file, kind in kinds.items()),
            "bounding_boxes.labels": json.dumps(
                {
                    "boundingBoxes": {
                        file: [{"label": kind, "x": 0, "y": 0, "width": 30, "height": 40}]
                        for file, kind in kinds.items()
                    }
                }
            ),
        }
        (pictures / part).mkdir()
        (pictures / part / name).write_text(texts[name])
        for file in kinds:
            (pictures / "images" / file).rename(pictures / part / file)
    (pictures / "images").rmdir()
    photos = reading.read_photos(pictures)
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 1, 0, 1]
    assert photos.held_out.tolist() == [False, False, True, True]


@pytest.mark.parametrize("whole", [False, True])
def test_json_in_a_folder_of_annotations_names_pictures_beside_that(pictures, whole):
    (pictures / "annotations").mkdir()
    for part, numbers in (("train", (1, 3)), ("val2017", (2, 4))):
        said = {
            "images": [{"id": number, "file_name": f"{number}.png"} for number in numbers],
            "annotations": [{"image_id": number, "category_id": int(number > 2)} for number in numbers],
            "categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}],
        }
        (pictures / "annotations" / f"instances_{part}.json").write_text(json.dumps(said))
    photos = reading.read_photos(pictures if whole else pictures / "annotations" / "instances_train.json")
    assert photos.labels.tolist() == ([0, 1, 0, 1] if whole else [0, 1])
    assert photos.held_out is None or photos.held_out.tolist() == ([False, False, True, True] if whole else [False] * 2)
