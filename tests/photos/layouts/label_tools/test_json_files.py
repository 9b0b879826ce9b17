import json

import pytest

from catsex.errors import DataError
from catsex.photos.layouts import reading

NAMES = [f"images/{number}.png" for number in range(1, 5)]
KINDS = ["cat", "cat", "dog", "dog"]
COCO = {
    "images": [{"id": k, "file_name": name} for k, name in enumerate(NAMES)],
    "annotations": [
        {"image_id": k, "category_id": int(kind == "dog"), "bbox": [30, 0, 30, 40]} for k, kind in enumerate(KINDS)
    ],
    "categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}],
}
TWICE = [*COCO["annotations"], {"image_id": 0, "category_id": 1}]
ELSEWHERE = [{"id": k, "file_name": f"w{k}.png"} for k in range(4)]
VIA = {
    f"{k}.png100": {"filename": f"{k + 1}.png", "regions": [], "file_attributes": {"kind": {kind: True}}}
    for k, kind in enumerate(KINDS)
}
STUDIO = [
    {
        "data": {"image": f"/data/upload/1/0123abcd-{k + 1}.png"},
        "annotations": [{"result": [{"value": {"choices": [kind]}, "type": "choices"}]}],
    }
    for k, kind in enumerate(KINDS)
]
MINIMAL = [{"image": f"/data/upload/1/{k + 1}.png", "choice": kind} for k, kind in enumerate(KINDS)]
MEGADETECTOR = {
    "images": [
        {"file": name, "detections": [{"category": "12"[kind == "dog"], "conf": 0.9, "bbox": [0.5, 0, 0.5, 1]}]}
        for name, kind in zip(NAMES, KINDS, strict=True)
    ],
    "detection_categories": {"1": "cat", "2": "dog"},
}
DATUMARO = {
    "categories": {"label": {"labels": [{"name": "cat"}, {"name": "dog"}]}},
    "items": [
        {"id": str(k + 1), "annotations": [{"label_id": int(kind == "dog"), "bbox": [30, 0, 30, 40]}], "image": {}}
        for k, kind in enumerate(KINDS)
    ],
}
IMPULSE = {
    "version": 1,
    "files": [
        {"path": name, "category": "training", "label": {"type": "label", "label": kind}}
        for name, kind in zip(NAMES, KINDS, strict=True)
    ],
}
IMPULSE_BOXES = {
    "boundingBoxes": {
        name: [{"label": kind, "x": 30, "y": 0, "width": 30, "height": 40}]
        for name, kind in zip(NAMES, KINDS, strict=True)
    }
}
VERTEX = [
    {
        "imageGcsUri": f"gs://bucket/{name}",
        "classificationAnnotation": {"displayName": kind},
        "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": "test" if name == NAMES[3] else "training"},
    }
    for name, kind in zip(NAMES, KINDS, strict=True)
]
NEWER = [DATUMARO, IMPULSE, IMPULSE_BOXES, VERTEX]


@pytest.mark.parametrize("content", [COCO, VIA, STUDIO, MINIMAL, MEGADETECTOR, {"_via_img_metadata": VIA}, *NEWER])
def test_a_label_for_each_picture_is_read(pictures, content):
    (pictures / "labels.json").write_text(json.dumps(content))
    photos = reading.read_photos(pictures / "labels.json")
    assert [path.name for path in photos.paths] == ["1.png", "2.png", "3.png", "4.png"]
    assert photos.class_names == ["cat", "dog"] and photos.labels.tolist() == [0, 0, 1, 1]


def drawn(value):
    return {"data": {"image": "1.png"}, "annotations": [{"result": [{"value": value}]}]}


@pytest.mark.parametrize(
    "content",
    [
        COCO,
        MEGADETECTOR,
        [
            drawn({"x": 50, "y": 0, "width": 50, "height": 100, "rectanglelabels": ["cat"]}),
            drawn({"x": 50, "y": 0, "width": 50, "height": 100, "rectanglelabels": ["dog"]}),
        ],
    ],
)
def test_boxes_are_cut_out(pictures, content):
    (pictures / "labels.json").write_text(json.dumps(content))
    photos = reading.read_photos(pictures / "labels.json", crop=True)
    assert photos.class_names == ["cat", "dog"]
    for position in range(len(photos)):
        pixels = photos.read(position)
        assert pixels.shape == (40, 30, 3) and pixels[..., 2].min() > 200 and pixels[..., 0].max() == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not readable JSON"),
        ("[1, 2]", "is JSON, but not COCO, Label Studio, VIA or MegaDetector"),
        (json.dumps(COCO | {"categories": []}), "is damaged"),
        (
            json.dumps(COCO | {"annotations": COCO["annotations"] * 2 + [{"image_id": 0, "category_id": 1}]}),
            "2 labels, cat and dog",
        ),
        (
            json.dumps(COCO | {"images": [{"id": k, "file_name": f"w{k}.png"} for k in range(4)]}),
            r"no such photo: w0\.png",
        ),
    ],
)
def test_what_is_wrong_is_one_line(pictures, content, message):
    (pictures / "labels.json").write_text(content)
    with pytest.raises(DataError, match=message) as caught:
        reading.read_photos(pictures / "labels.json")
    assert "\n" not in str(caught.value)


def test_vertex_s_json_lines_and_their_parts_are_read(pictures):
    (pictures / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in VERTEX))
    photos = reading.read_photos(pictures / "data.jsonl")
    assert photos.labels.tolist() == [0, 0, 1, 1] and photos.held_out.tolist() == [False, False, False, True]


def test_what_edge_impulse_tests_on_is_held_out_and_what_it_has_not_labelled_left_out(pictures):
    files = [*IMPULSE["files"][:3], IMPULSE["files"][3] | {"category": "testing"}]
    files[0] = files[0] | {"label": {"type": "unlabeled"}}
    (pictures / "info.labels").write_text(json.dumps({"files": files}))
    for data in (pictures, pictures / "info.labels"):
        photos = reading.read_photos(data)
        assert photos.labels.tolist() == [0, 1, 1] and photos.held_out.tolist() == [False, False, True]


def test_places_of_camera_traps_are_the_subjects(pictures):
    images = [image | {"location": "ab"[image["id"] % 2]} for image in COCO["images"]]
    (pictures / "labels.json").write_text(json.dumps(COCO | {"images": images}))
    photos = reading.read_photos(pictures / "labels.json")
    assert photos.group_names == ["a", "b"] and photos.groups.tolist() == [0, 1, 0, 1]
    assert set(reading.read_photos(pictures / "labels.json", crop=True).group_names) == {"a", "b"}
