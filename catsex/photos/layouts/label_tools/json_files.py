"""Labels in JSON: COCO, Label Studio, VGG Image Annotator (VIA), MegaDetector."""

import json

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.layouts.label_tools.boxes import Annotated, Box

MAX_BYTES = 500 * 2**20
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
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{show(path)} is not readable JSON: {reason(error)}") from error
    for reader in (_coco, _megadetector, _via, _label_studio):
        try:
            found = reader(content)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise DataError(f"{show(path)} is damaged: {reason(error)}") from error
        if found:
            return found
    raise DataError(f"{show(path)} is JSON, but not COCO, Label Studio, VIA or MegaDetector; export one of these")


def _box(numbers, shares=False):
    """Return the box of four numbers."""
    left, top, width, height = map(float, numbers)
    return Box(left, top, width, height, shares)


def _coco(content):
    """Read COCO: https://cocodataset.org/#format-data."""
    if not isinstance(content, dict) or not {"images", "annotations", "categories"} <= set(content):
        return None
    names = {one["id"]: str(one["name"]) for one in content["categories"]}
    labels: dict = {image["id"]: [] for image in content["images"]}
    for one in content["annotations"]:
        box = one.get("bbox")
        labels[one["image_id"]].append((names[one["category_id"]], _box(box) if box else None))
    return [Annotated(str(image["file_name"]), labels[image["id"]]) for image in content["images"]]


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


def _label_studio(content):
    """Read Label Studio's JSON and JSON-MIN: https://labelstud.io/guide/export."""
    if not isinstance(content, list) or not all(isinstance(task, dict) for task in content):
        return None
    if all("annotations" in task and "data" in task for task in content):
        return [Annotated(_picture(task["data"]), _results(task["annotations"])) for task in content]
    found = []
    for task in content:
        chosen = task.get("choice", task.get("label", ()))
        labels = chosen["choices"] if isinstance(chosen, dict) else [chosen] if isinstance(chosen, str) else chosen
        texts = [(label, None) for label in labels if isinstance(label, str)]
        found.append(Annotated(_picture(task), texts + _drawn(labels)))
    return found


def _picture(data):
    """Return the picture of a task: the value that is called image, or the first text with a slash or an ending."""
    named = data.get("image") or data.get("img") or data.get("photo")
    return named or next(value for value in data.values() if isinstance(value, str) and ("/" in value or "." in value))


def _results(annotations):
    """Return the labels of the annotations of a task, those that were cancelled left out."""
    results = [one for annotation in annotations if not annotation.get("was_cancelled") for one in annotation["result"]]
    values = [one["value"] for one in results]
    return [(label, None) for value in values for label in value.get("choices", ())] + _drawn(values)


def _drawn(values):
    """Return the labels of boxes, whose sides are per cent of the picture's."""
    return [
        (label, _box([float(value[side]) / 100 for side in ("x", "y", "width", "height")], shares=True))
        for value in values
        if isinstance(value, dict)
        for label in value.get("rectanglelabels", ())
    ]
