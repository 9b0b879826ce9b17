"""Labels in one JSON file: COCO, Label Studio, VIA, MegaDetector, Datumaro, Edge Impulse, Vertex AI."""

import json

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.layouts.label_tools.boxes import Annotated, Box
from catsex.photos.layouts.label_tools.label_studio import label_studio
from catsex.photos.layouts.rows import HELD_OUT

MAX_BYTES = 500 * 2**20
SIDES = ("x", "y", "width", "height")
SURE = (
    0.2  # MegaDetector's own advice for the lowest confidence that counts (its guide, section "confidence threshold")
)


def read_json_labels(path):
    """Return the pictures and labels in a JSON file that a label tool has written.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of Annotated

    Raises
    ------
    DataError
        If it is not JSON, or of none of these tools.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{show(path)} is larger than {MAX_BYTES >> 20} MB, too large for a file of labels")
        text = path.read_text(encoding="utf-8-sig")
        lines = path.suffix.lower() == ".jsonl"
        content = [json.loads(line) for line in text.split("\n") if line.strip()] if lines else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{show(path)} is not readable JSON: {reason(error)}") from error
    if isinstance(content, dict) and {"shapes", "imagePath"} <= set(content):
        raise DataError(f"{show(path)} is LabelMe's file of one picture; pass the folder: {show(path.parent)}")
    for reader in (_coco, _megadetector, _via, _datumaro, _edge_impulse, _vertex, label_studio):
        try:
            found = reader(content)
        except DataError as error:
            raise DataError(f"{show(path)}: {error}") from None
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise DataError(f"{show(path)} is damaged: {reason(error)}") from error
        if found:
            return found
    raise DataError(
        f"{show(path)} is JSON, but not COCO, Label Studio, VIA or MegaDetector; export one of these, "
        "or pass the folder in which it and the pictures lie"
    )


def _box(numbers, shares=False):
    """Return the box of four numbers."""
    left, top, width, height = map(float, numbers)
    return Box(left, top, width, height, shares)


def _coco(content):
    """Read COCO: https://cocodataset.org/#format-data; with the places of COCO Camera Traps."""
    if not isinstance(content, dict) or not {"images", "annotations", "categories"} <= set(content):
        return None
    names = {one["id"]: str(one["name"]) for one in content["categories"]}
    labels: dict = {image["id"]: [] for image in content["images"]}
    for one in content["annotations"]:
        box = one.get("bbox")
        labels[one["image_id"]].append((names[one["category_id"]], _box(box) if box else None))
    places = [str(image.get("location") or "") for image in content["images"]]
    if len(set(places)) < 2 or "" in places:  # no camera traps, or one
        places = [""] * len(places)
    return [
        Annotated(str(image["file_name"]), labels[image["id"]], place=place or None)
        for image, place in zip(content["images"], places, strict=True)
    ]


def _megadetector(content):
    """Read MegaDetector's batch output: https://lila.science/megadetector-output-format."""
    if not isinstance(content, dict) or not {"images", "detection_categories"} <= set(content):
        return None
    names, found = content["detection_categories"], []
    for image in content["images"]:
        sure = [one for one in image.get("detections") or () if one["conf"] >= SURE]
        labels = [(names[one["category"]], _box(one["bbox"], shares=True)) for one in sure]
        found.append(Annotated(image["file"], labels))
    return found


def _via(content):
    """Read VIA 1 and 2: https://www.robots.ox.ac.uk/~vgg/software/via/."""
    if not isinstance(content, dict):
        return None
    entries = content.get("_via_img_metadata", content)
    if not entries or not all(isinstance(one, dict) and "filename" in one for one in entries.values()):
        return None
    found = []
    for entry in entries.values():
        regions = entry.get("regions") or []
        labels: list = [(label, None) for label in _values(entry.get("file_attributes"))[:1]]
        for region in regions.values() if isinstance(regions, dict) else regions:
            shape = region["shape_attributes"]
            box = [shape.get(name) for name in ("x", "y", "width", "height")]
            labels += [
                (label, None if None in box else _box(box)) for label in _values(region["region_attributes"])[:1]
            ]
        found.append(Annotated(entry["filename"], labels))
    return found


def _values(attributes):
    """Return what attributes of VIA say: texts, or the names of ticked boxes."""
    found = []
    for value in (attributes or {}).values():
        found += [name for name, ticked in value.items() if ticked] if isinstance(value, dict) else [str(value)]
    return [value for value in found if value]


def _datumaro(content):
    """Read Datumaro's own JSON, which CVAT exports too."""
    if not isinstance(content, dict) or not {"items", "categories"} <= set(content):
        return None
    names, found = [one["name"] for one in content["categories"]["label"]["labels"]], []
    for item in content["items"]:
        labels = [(names[one["label_id"]], _box(one["bbox"]) if "bbox" in one else None) for one in item["annotations"]]
        found.append(Annotated((item.get("image") or {}).get("path") or item["id"], labels))
    return found


def _edge_impulse(content):
    """Read Edge Impulse's info.labels and bounding_boxes.labels."""
    if not isinstance(content, dict) or content.keys().isdisjoint(("files", "boundingBoxes")):
        return None
    if "boundingBoxes" in content:
        return [
            Annotated(name, [(one["label"], _box([one[side] for side in SIDES])) for one in boxes])
            for name, boxes in content["boundingBoxes"].items()
        ]
    found = []
    for one in content["files"]:
        labels = [] if one["label"]["type"] == "unlabeled" else [(one["label"]["label"], None)]
        labels += [(box["label"], _box([box[side] for side in SIDES])) for box in one.get("boundingBoxes") or ()]
        found.append(Annotated(one["path"], labels, one.get("category", "").lower() in HELD_OUT))
    return found


def _vertex(content):
    """Read the JSON lines of Google's Vertex AI."""
    if not isinstance(content, list) or not all(isinstance(one, dict) and "imageGcsUri" in one for one in content):
        return None
    found = []
    for one in content:
        said = one.get("classificationAnnotations") or [one.get("classificationAnnotation")]
        labels = [(annotation["displayName"], None) for annotation in said if annotation]
        for box in one.get("boundingBoxAnnotations") or ():
            sides = [float(box[name]) for name in ("xMin", "yMin", "xMax", "yMax")]
            place = sides[0], sides[1], sides[2] - sides[0], sides[3] - sides[1]
            labels.append((box["displayName"], _box(place, shares=True)))
        part = one.get("dataItemResourceLabels", {}).get("aiplatform.googleapis.com/ml_use", "")
        found.append(Annotated(one["imageGcsUri"], labels, part.lower() in HELD_OUT))
    return found
