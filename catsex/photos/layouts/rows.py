"""Rows, one per photo, as folders, tables and zip files give them, to a `PhotoSet`."""

import logging
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.listing import natural_key
from catsex.photos.photoset import PhotoSet

log = logging.getLogger(__name__)

TRAIN = ("train", "training", "trn")
HELD_OUT = ("val", "valid", "validation", "dev", "test", "testing")
SPLITS = (*TRAIN, *HELD_OUT)


class Row(NamedTuple):
    """A photo's path, label and more; `subject` is None and `columns` (name to text) empty where unknown."""

    path: Path
    label: str
    subject: str | None = None
    held_out: bool = False
    columns: dict = {}  # noqa: RUF012, never changed


def choose(rows, classes, others=()):
    """Keep the rows of the chosen classes, under their new names.

    Parameters
    ----------
    rows : list of Row
    classes : dict of str to sequence of str, or sequence of str
        The classes in their order: each by its name, or a name for several taken together.
    others : iterable of str
        Classes of which there are no rows.

    Raises
    ------
    DataError
        If there is no such class or no photo of it, or one is named twice.
    """
    if not isinstance(classes, dict):
        classes = {name: [name] for name in classes}
    there = dict.fromkeys(show(row.label) for row in rows) | dict.fromkeys(map(show, others))
    new_names: dict = {}
    for new, old_names in classes.items():
        for old in old_names:
            if show(old) not in there:
                raise DataError(f"no such class: {show(old)}; the classes are {', '.join(there)}")
            if new_names.setdefault(show(old), new) != new:
                raise DataError(f"class {show(old)} is to be both {show(new_names[show(old)])} and {show(new)}")
    left_out = [name for name in there if name not in new_names]
    if left_out:
        log.warning("classes not used: %s", ", ".join(left_out))
    kept = [row._replace(label=new_names[show(row.label)]) for row in rows if show(row.label) in new_names]
    empty = set(classes) - {row.label for row in kept}
    if empty:
        raise DataError(f"class {show(min(empty))} has no photos in it")
    return kept


def to_photo_set(name, rows, class_names=None):
    """Build a `PhotoSet`: photos to train on before those held out, class by class, otherwise in the rows' order.

    Parameters
    ----------
    name : str
    rows : list of Row
        At least one of each class.
    class_names : list of str, optional
        The order of the classes; by default natural order.
    """
    class_names = class_names or sorted({row.label for row in rows}, key=natural_key)
    number = {label: position for position, label in enumerate(class_names)}
    rows = sorted(rows, key=lambda row: (row.held_out, number[row.label]))  # a stable sort
    if len(class_names) > 1:
        _notice_spellings(class_names)
    held_out = np.array([row.held_out for row in rows])
    groups, group_names = _groups(rows)
    photos = PhotoSet(
        show(name),
        [row.path for row in rows],
        np.array([number[row.label] for row in rows], np.int64),
        [show(label) for label in class_names],
        held_out if held_out.any() else None,
        groups=groups,
        group_names=group_names,
        columns={column: [row.columns.get(column, "") for row in rows] for column in _columns(rows)},
    )
    _notice_groups(photos)
    return photos


def _columns(rows):
    """Return the names of all columns, in order."""
    return dict.fromkeys(column for row in rows for column in row.columns)


def _groups(rows):
    """Return the number of each row's subject, shape (N,), and the subjects' names; or None twice if none is known.

    A photo of which no subject is known is its own.
    """
    if all(row.subject is None for row in rows):
        return None, None
    keys = [row.path if row.subject is None else row.subject for row in rows]
    names = {key: show(key.stem if isinstance(key, Path) else key) for key in keys}
    numbers = {key: number for number, key in enumerate(names)}
    return np.array([numbers[key] for key in keys], np.int64), list(names.values())


def _notice_groups(photos):
    """Say which subjects are in several classes, and which are both trained on and held out."""
    if photos.groups is None:
        return
    classes: dict = {}
    for group, label in zip(photos.groups.tolist(), photos.labels.tolist(), strict=True):
        classes.setdefault(group, set()).add(label)
    several = [group for group, labels in classes.items() if len(labels) > 1]
    if several:
        names = " and ".join(photos.class_names[label] for label in sorted(classes[several[0]])[:2])
        log.warning(
            "subjects in more than one class: %d, such as %s in %s; each counts as one subject",
            *(len(several), photos.group_names[several[0]], names),
        )
    if photos.held_out is not None:
        both = np.intersect1d(photos.groups[photos.held_out], photos.groups[~photos.held_out])
        if len(both):
            log.warning(
                "subjects both trained on and held out: %d, such as %s; their held-out photos are not new",
                *(len(both), photos.group_names[both[0]]),
            )


def _notice_spellings(class_names):
    """Say so if two classes may be one, written in two ways."""
    spellings: dict = {}
    for name in class_names:
        spelling = re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", name).casefold()).strip()
        other = spellings.setdefault(spelling, name)
        if other != name and not re.fullmatch(r"[-+]?\d+", name):
            log.warning(
                "%s and %s are two classes here; if they are two spellings of one, pass --classes %s=%s+%s …",
                *(show(text) for text in (other, name, spelling.replace(" ", "_"), other, name)),
            )
