"""Labels in a JSON file for each picture: LabelMe, and the projects of Supervisely."""

import json

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.layouts.label_tools.boxes import Annotated, around
from catsex.photos.layouts.rows import HELD_OUT


def read_labelme(files):
    """Return the pictures and labels of files that LabelMe has written: https://github.com/wkentaro/labelme.

    Parameters
    ----------
    files : list of Path
        JSON files, of which some may be something else.

    Returns
    -------
    list of Annotated
        Empty if none of them is LabelMe's.

    Raises
    ------
    DataError
        If one of them is damaged.
    """
    found = []
    for path in files:
        said = _read(path)
        if not isinstance(said, dict) or not {"shapes", "imagePath"} <= set(said):
            continue
        try:
            labels = [(name, None) for name, ticked in (said.get("flags") or {}).items() if ticked]
            labels += [(shape["label"], around(shape["points"])) for shape in said["shapes"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"{show(path)} is damaged: {reason(error)}") from error
        found.append(Annotated(str(said["imagePath"]), labels, path.parent.name.lower() in HELD_OUT))
    return found


def read_supervisely(root):
    """Return the pictures and labels of a project of Supervisely: https://docs.supervisely.com, "Annotation JSON".

    Parameters
    ----------
    root : listing.Folder
        In it, or below, is a folder `img` for each data set, and beside that `ann`, with a file for each picture.

    Returns
    -------
    list of Annotated
        Empty if it is no such project.

    Raises
    ------
    DataError
        If a file is damaged.
    """
    found = []
    for place in root.below():
        beside = place.path.parent / "ann"
        if place.path.name != "img" or not beside.is_dir():
            continue
        held_out = place.path.parent.name.lower() in HELD_OUT
        for photo in place.photos:
            path = beside / f"{photo.name}.json"
            said = _read(path) if path.is_file() else {"tags": [], "objects": []}
            try:
                labels = [(_tag(tag), None) for tag in said["tags"]]
                labels += [(one["classTitle"], _around(one)) for one in said["objects"]]
            except (KeyError, TypeError, ValueError) as error:
                raise DataError(f"{show(path)} is damaged: {reason(error)}") from error
            found.append(Annotated(photo.relative_to(root.path).as_posix(), labels, held_out))
    return found


def _tag(tag):
    """Return the label that a tag of Supervisely stands for: its value, or its name if it has none."""
    value = tag.get("value")
    return str(tag["name"] if value is None else value)


def _around(one):
    """Return the box around an object of Supervisely; None for one that is not drawn by points."""
    points = (one.get("points") or {}).get("exterior")
    return around(points) if points else None


def _read(path):
    """Return the content of a JSON file, None if it is not readable."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
