import json

import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading

KINDS = ["cat", "cat", "dog", "dog"]
RIGHT_HALF = [[30.0, 0.0], [60.0, 40.0]]


def labelme(pictures, shapes, flags):
    """Write a file beside each picture as LabelMe does."""
    for number, kind in enumerate(KINDS, 1):
        said = {
            "version": "5.5.0",
            "flags": {name: name == kind for name in ("cat", "dog")} if flags else {},
            "shapes": [{"label": kind, "points": RIGHT_HALF, "shape_type": "rectangle"}] if shapes else [],
            "imagePath": f"{number}.png",
        }
        (pictures / "images" / f"{number}.json").write_text(json.dumps(said))
    return pictures / "images"


@pytest.mark.parametrize(("shapes", "flags"), [(True, False), (False, True), (True, True)])
def test_labelme_is_read(pictures, shapes, flags):
    photos = reading.read_photos(labelme(pictures, shapes, flags))
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1, 1]
    if shapes:
        assert reading.read_photos(pictures / "images", crop=True).read(0).shape == (40, 30, 3)


def test_one_file_of_labelme_points_to_its_folder(pictures):
    with pytest.raises(DataError, match=r"1\.json is LabelMe's file of one picture; pass the folder: .*images"):
        reading.read_photos(labelme(pictures, True, False) / "1.json")


def supervisely(pictures, tags, objects):
    """Lay the pictures out as a project of Supervisely."""
    (pictures / "images").rename(pictures / "img")
    place = pictures / "data set"
    (place / "ann").mkdir(parents=True)
    (pictures / "img").rename(place / "img")
    for number, kind in enumerate(KINDS, 1):
        said = {
            "tags": [tag | ({"name": kind} if tag["value"] is None else {"value": kind}) for tag in tags],
            "objects": [{"classTitle": kind, "points": {"exterior": RIGHT_HALF}}] if objects else [],
        }
        (place / "ann" / f"{number}.png.json").write_text(json.dumps(said))
    (pictures / "meta.json").write_text("{}")
    return pictures


@pytest.mark.parametrize("tags", [[], [{"name": "kind", "value": None}], [{"name": "kind", "value": "x"}]])
def test_supervisely_is_read(pictures, tags):
    root = supervisely(pictures, tags, objects=not tags)
    photos = reading.read_photos(root)
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1, 1]
    if not tags:
        assert (reading.read_photos(root, crop=True).read(0)[..., 2] == 201).all()


def test_a_damaged_file_is_one_line(pictures):
    root = supervisely(pictures, [], objects=True)
    (root / "data set" / "ann" / "1.png.json").write_text("{")
    with pytest.raises(DataError, match=r"1\.png\.json is damaged"):
        reading.read_photos(root)
