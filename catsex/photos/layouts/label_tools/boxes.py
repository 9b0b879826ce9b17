"""Labels of pictures, and of boxes in them, to rows: one for each picture, or one for each box that is cut out."""

import hashlib
import logging
from pathlib import Path
from typing import NamedTuple

from catsex.errors import DataError, reason
from catsex.files import cache_folder, replacing, show
from catsex.photos.decoding.images import decode_image, read_bytes
from catsex.photos.layouts.rows import Row

log = logging.getLogger(__name__)

SMALLEST = 8  # pixels on a side; smaller boxes show nothing


class Box(NamedTuple):
    """A box in a picture, from its upper left corner; in pixels, or as shares of the picture's sides."""

    left: float
    top: float
    width: float
    height: float
    shares: bool = False


def around(points):
    """Return the box around points, (x, y) in pixels each, as numbers or texts."""
    across, down = zip(*((float(x), float(y)) for x, y in points), strict=True)
    return Box(min(across), min(down), max(across) - min(across), max(down) - min(down))


class Annotated(NamedTuple):
    """A picture by its name, its labels, (label, Box or None for the whole picture) each, and its place, if known."""

    name: str
    labels: list
    held_out: bool = False
    place: str | None = None


def annotated_rows(pictures, files, source, crop=False, one_label=None):
    """Return rows for pictures with labels.

    Parameters
    ----------
    pictures : list of Annotated
    files : named_files.NamedFiles
    source : Path
        What the labels are from, for messages.
    crop : bool
        Whether each box becomes a photo, cut out once into the cache folder; the picture is its subject.
    one_label : {"first", "only"}, optional
        What to do with pictures of several labels, as `tables.table_rows` takes it.

    Returns
    -------
    list of Row

    Raises
    ------
    DataError
        If a picture is missing, has several labels, or there are no boxes to cut out.
    """
    rows, unlabelled, small = [], 0, 0
    for picture in pictures:
        path = files.find(picture.name, show(source))
        if crop:
            boxes = [(label, box) for label, box in picture.labels if box is not None]
            cut = _cut(path, boxes) if boxes else []
            small += len(boxes) - len(cut)
            subject = picture.place or picture.name.replace("\\", "/")
            rows += [Row(photo, label, subject, picture.held_out) for photo, label in cut]
        else:
            label = _only_label(picture, source, one_label)
            unlabelled += label is None
            rows += [Row(path, label, picture.place, picture.held_out)] if label is not None else []
    files.say_moved()
    if unlabelled:
        log.warning("%d pictures without a label are left out", unlabelled)
    if small:
        log.warning("%d boxes smaller than %d pixels are left out", small, SMALLEST)
    if not rows:
        raise DataError(f"{show(source)} has no {'boxes' if crop else 'labels'} of pictures")
    return rows


def _only_label(picture, source, one_label):
    """Return the one label of a picture; None if it has none, or is to be left out."""
    labels = list(dict.fromkeys(label for label, _ in picture.labels))
    if len(labels) > 1 and one_label is None:
        boxes = any(box for _, box in picture.labels)
        raise DataError(
            f"{show(source)}: {show(picture.name)} has {len(labels)} labels, {' and '.join(map(show, labels[:3]))}; "
            + ("--crop makes a photo of each box; or " if boxes else "")
            + "--one-label first, or --one-label only to leave such pictures out"
        )
    return labels[0] if len(labels) == 1 or (labels and one_label == "first") else None


def _cut(path, boxes):
    """Cut boxes out of a picture, once, and return (path, label) of each that is large enough."""
    from PIL import Image

    data = read_bytes(path)
    digest = hashlib.sha256(repr(boxes).encode() + data).hexdigest()
    folder = cache_folder() / "crops" / digest / path.name
    names = [f"{number:03d}.png" for number in range(1, len(boxes) + 1)]
    if not folder.is_dir():
        pixels = decode_image(data, path)
        try:
            with replacing(folder) as temporary:
                temporary.mkdir()
                for name, (_, box) in zip(names, boxes, strict=True):
                    piece = _piece(pixels, box)
                    if min(piece.shape[:2]) >= SMALLEST:
                        Image.fromarray(piece).save(temporary / name, "PNG", compress_level=1)
        except OSError as error:
            raise DataError(f"{show(folder)} cannot be written: {reason(error)}") from error
    there = {entry.name for entry in Path(folder).iterdir()}
    return [(folder / name, label) for name, (label, _) in zip(names, boxes, strict=True) if name in there]


def _piece(pixels, box):
    """Return the pixels in a box, as far as it lies within the picture."""
    height, width = pixels.shape[:2]
    left, top, wide, high = box[:4]
    if box.shares:
        left, top, wide, high = left * width, top * height, wide * width, high * height
    first, last = max(0, round(left)), max(0, round(left + wide))
    return pixels[max(0, round(top)) : max(0, round(top + high)), first:last]
