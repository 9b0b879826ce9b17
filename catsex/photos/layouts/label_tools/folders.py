"""Labels in files beside the pictures: CVAT, Pascal VOC, YOLO, LabelMe, Supervisely."""

import re
import xml.parsers.expat

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.layouts.label_tools.boxes import Annotated, Box
from catsex.photos.layouts.label_tools.cvat import is_cvat, read_cvat
from catsex.photos.layouts.label_tools.json_files import read_json_labels
from catsex.photos.layouts.label_tools.one_each import read_labelme, read_supervisely
from catsex.photos.layouts.rows import HELD_OUT, SPLITS

PART_NAMES = ("_annotations.coco.json", "_classes.csv", "_annotations.csv", "bounding_boxes.labels")
ANNOTATIONS = "annotations"  # the folder of JSON files in exports of COCO and Datumaro
WHOLE_NAMES = ("info.labels",)
YOLO_NAMES = ("classes.txt", "obj.names", "data.yaml", "dataset.yaml")


def read_labels_beside(root):
    """Return the pictures and labels of a folder that a label tool has written.

    Parameters
    ----------
    root : listing.Folder

    Returns
    -------
    list of Annotated, or None
        None if it is no such folder.

    Raises
    ------
    DataError
        If a file of labels is damaged.
    """
    places = root.below()
    others = [path for place in places for path in place.others]
    xml_files = [path for path in others if path.suffix.lower() == ".xml"]
    photos = [path for place in places for path in place.photos]
    cvat = [path for path in xml_files if is_cvat(path)]
    if cvat:
        return [picture for path in cvat for picture in read_cvat(path)]
    if xml_files and len(photos) <= 2 * len(xml_files):
        return [_voc(path) for path in xml_files]
    json_files = [path for path in others if path.suffix.lower() == ".json"]
    in_one = [path for path in json_files if path.parent.name.lower() == ANNOTATIONS]
    if in_one:
        return [picture for path in in_one for picture in _of_part(path)]
    found = read_supervisely(root) or (read_labelme(json_files) if len(photos) <= 2 * len(json_files) else [])
    if found:
        return found
    names = next((path for name in YOLO_NAMES for path in others if path.name.lower() == name), None)
    stems = {path.stem for path in others if path.suffix.lower() == ".txt"}
    if names is None or not any(photo.stem in stems for photo in photos):
        return None
    return _yolo(names, photos, {path.stem: path for path in others if path.suffix.lower() == ".txt"}, root)


def _of_part(path):
    """Return the pictures and labels of a JSON file whose name may say the part of a split (instances_val.json)."""
    held_out = not set(HELD_OUT).isdisjoint(re.split(r"[\W_]|\d+", path.stem.lower()))
    return [picture._replace(held_out=picture.held_out or held_out) for picture in read_json_labels(path)]


def files_of_parts(root):
    """Return {part of a split: its file of labels} as Roboflow and Edge Impulse write them; else an empty dict.

    Parameters
    ----------
    root : listing.Folder
    """
    found = {}
    for place in root.folders:
        name = place.path.name.lower()
        files = {path.name: path for path in place.others}
        known = [files[one] for one in PART_NAMES if one in files]
        if name in SPLITS and known and not place.folders:
            found[name] = known[0]
    whole = [path for path in root.others if path.name in WHOLE_NAMES]
    return {"": whole[0]} if whole and not found else found


def _voc(path):
    """Read a file of Pascal VOC: http://host.robots.ox.ac.uk/pascal/VOC/; entities are refused."""
    texts: list = []
    parts: list = []
    objects: list = []
    parser = xml.parsers.expat.ParserCreate()

    def start(name, _):
        texts.append(name)
        parts.clear()
        if name == "object":
            objects.append({})

    def end(name):
        text = "".join(parts).strip()
        inside = "/".join(texts[1:])
        if inside == "filename":
            objects.insert(0, {"filename": text})
        elif objects and inside in ("object/name", *(f"object/bndbox/{side}" for side in SIDES)):
            objects[-1][name] = text
        texts.pop()
        parts.clear()

    def refuse(*_):
        raise ValueError("it declares entities")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = parts.append, refuse
    try:
        parser.Parse(path.read_bytes(), True)
        [name] = [one["filename"] for one in objects if "filename" in one] or [path.stem]
        labels = [(one["name"], _corners(one)) for one in objects if "name" in one]
    except (xml.parsers.expat.ExpatError, ValueError, KeyError, OSError) as error:
        raise DataError(f"{show(path)} is not a readable file of labels: {reason(error)}") from error
    return Annotated(name, labels, path.parent.name.lower() in HELD_OUT)


SIDES = ("xmin", "ymin", "xmax", "ymax")


def _corners(one):
    """Return the box of an object of VOC."""
    left, top, right, bottom = (float(one[side]) for side in SIDES)
    return Box(left, top, right - left, bottom - top)


def _yolo(names_file, photos, files, root):
    """Read YOLO's text files, a line for each box: class, then middle and sides as shares of the picture's."""
    try:
        names = _class_names(names_file)
        found = []
        for photo in photos:
            lines = files[photo.stem].read_text(encoding="utf-8").split("\n") if photo.stem in files else []
            labels = []
            for line in filter(None, map(str.strip, lines)):
                number, x, y, width, height, *_ = line.split()
                box = Box(float(x) - float(width) / 2, float(y) - float(height) / 2, float(width), float(height), True)
                labels.append((names[int(number)], box))
            place = photo.relative_to(root.path)
            found.append(Annotated(place.as_posix(), labels, place.parts[0].lower() in HELD_OUT))
    except (ValueError, IndexError, KeyError, OSError) as error:
        raise DataError(f"{show(root.path)}: YOLO's labels cannot be read: {reason(error)}") from error
    return found


def _class_names(path):
    """Return the names of the classes: a line each, or `names` of a YAML file as YOLO's tools write it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() != ".yaml":
        return [line.strip() for line in text.split("\n") if line.strip()]
    listed = re.search(r"^names:\s*\[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    if listed:
        return [name.strip().strip("'\"") for name in listed[1].split(",")]
    block = re.search(r"^names:\s*\n((?:[ \t]*(?:-|\d+:).*\n?)+)", text, re.MULTILINE)
    if not block:
        raise ValueError(f"{path.name} names no classes")
    return [re.sub(r"^\s*(?:-|\d+:)\s*", "", line).strip().strip("'\"") for line in block[1].rstrip().split("\n")]
