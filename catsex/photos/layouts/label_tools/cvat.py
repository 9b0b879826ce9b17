"""Labels in CVAT's XML for images: https://docs.cvat.ai/docs/dataset_management/formats/xml_format."""

import xml.parsers.expat

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.layouts.label_tools.boxes import Annotated, Box, around
from catsex.photos.layouts.rows import HELD_OUT

SHAPES = ("tag", "box", "mask", "polygon", "polyline", "points", "ellipse", "cuboid", "skeleton")


def is_cvat(path):
    """Return whether a file begins as CVAT's XML does."""
    with open(path, "rb") as file:
        return b"<annotations>" in file.read(1000)


def read_cvat(path):
    """Return the pictures and labels of a file that CVAT has written; a shape's box is the one around it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of Annotated

    Raises
    ------
    DataError
        If it is damaged, or of a video.
    """
    pictures: list = []

    def start(kind, said):
        if kind == "track":
            raise ValueError("it is of a video; export it as CVAT for images")
        if kind == "image":
            pictures.append(Annotated(said["name"], [], said.get("subset", "").lower() in HELD_OUT))
        elif kind in SHAPES and pictures:
            pictures[-1].labels.append((said["label"], _box(said)))

    def refuse(*_):
        raise ValueError("it declares entities")

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler, parser.EntityDeclHandler = start, refuse
    try:
        parser.Parse(path.read_bytes(), True)
    except (xml.parsers.expat.ExpatError, ValueError, KeyError, OSError) as error:
        raise DataError(f"{show(path)} is not a readable file of labels: {reason(error)}") from error
    return pictures


def _box(said):
    """Return the box of what the attributes of a shape say; None for a tag, and for shapes in space."""
    if "xtl" in said and "xbr" in said:
        return around([(said["xtl"], said["ytl"]), (said["xbr"], said["ybr"])])
    if "points" in said:
        return around([point.split(",") for point in said["points"].split(";")])
    if "rx" in said:
        x, y, wide, high = (float(said[name]) for name in ("cx", "cy", "rx", "ry"))
        return Box(x - wide, y - high, 2 * wide, 2 * high)
    if "left" in said:
        return Box(float(said["left"]), float(said["top"]), float(said["width"]), float(said["height"]))
    return None
