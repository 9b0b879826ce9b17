"""Labels as Label Studio exports them: JSON, JSON-MIN, and cells of its CSV (https://labelstud.io/guide/export)."""

import json

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.label_tools.boxes import Annotated, Box, around

SIDES = ("x", "y", "width", "height")
# What Label Studio says of a task in JSON-MIN that is no label.
ABOUT = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement", "answer")
ACCEPTED = "accept"  # Prodigy's answer to a label that it proposes; else it is refused or passed over
PICTURE = ("image", "img", "photo")


def label_studio(content):
    """Return the pictures and labels of its JSON or JSON-MIN; None if the content is of neither kind.

    Parameters
    ----------
    content : object
        As `json.loads` returns it.

    Returns
    -------
    list of Annotated, or None

    Raises
    ------
    DataError
        If several names in JSON-MIN could hold the labels.
    Exception
        Of nearly any kind, if it is damaged.
    """
    if not isinstance(content, list) or not all(isinstance(task, dict) for task in content):
        return None
    if all("annotations" in task and "data" in task for task in content):
        return [Annotated(_picture(task["data"]), _results(task["annotations"])) for task in content]
    content = [task for task in content if task.get("answer", ACCEPTED) == ACCEPTED]
    name = _name_of_labels(content)
    return [Annotated(_picture(task), _labels_in(task.get(name))) for task in content]


def _name_of_labels(content):
    """Return under which name the tasks of JSON-MIN hold their labels: that of a field in the labelling interface."""
    there = list(dict.fromkeys(name for task in content for name in task))
    if "choice" in there or "label" in there:
        return "choice" if "choice" in there else "label"
    pictures = {_picture(task) for task in content}
    found = [
        name
        for name in there
        if name not in (*ABOUT, *PICTURE)
        and any(_labels_in(task.get(name)) and task.get(name) not in pictures for task in content)
    ]
    if len(found) != 1:
        where = f"under {' and '.join(map(show, found[:4]))}" if found else "under any name"
        raise DataError(f"the labels may be {where}; call the name that holds them label, in the file")
    return found[0]


def labels_in_cell(text):
    """Return the labels of a cell of its CSV, each once, where they are JSON; None for any other text."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return list(dict.fromkeys(str(label) for label, _ in _labels_in(json.loads(text))))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _labels_in(value):
    """Return the labels, (label, Box or None) each, that Label Studio writes as a text, choices, or drawn shapes."""
    if isinstance(value, str):
        return [(value, None)]
    if isinstance(value, dict):
        return [(label, None) for label in value.get("choices", ())]
    if not isinstance(value, list):
        return []
    return [(label, None) for label in value if isinstance(label, str)] + _drawn(value)


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
    """Return the labels of shapes, whose places are per cent of the picture's sides; a box around each."""
    found = []
    for value in values:
        if not isinstance(value, dict):
            continue
        points = value.get("points") or []
        if all(side in value for side in SIDES):
            points = [(value["x"], value["y"]), (value["x"] + value["width"], value["y"] + value["height"])]
        box = _shares(around(points)) if points else None
        found += [(label, box) for kind, labels in value.items() if kind.endswith("labels") for label in labels]
    return found


def _shares(box):
    """Return a box in per cent as one in shares of the picture's sides."""
    return Box(box.left / 100, box.top / 100, box.width / 100, box.height / 100, True)
