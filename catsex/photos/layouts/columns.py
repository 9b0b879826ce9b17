"""Which column of a table holds the file, the label, the subject, the part of a split."""

import logging
import re
from typing import NamedTuple

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.listing import PHOTO_SUFFIXES
from catsex.photos.layouts.packed.web_photos import path_of
from catsex.photos.layouts.rows import SPLITS

log = logging.getLogger(__name__)

# What the columns are called, in any case, with spaces or - for _; the first that is there counts.
NAMES = {
    "file": "file path filename file_name filepath file_path image image_path image_file image_name image_id photo img "
    "image_index isic_id id_code",
    "label": "label labels label_name dx diagnosis finding findings finding_labels species scientific_name common_name "
    "choice category class class_name target breed sex",
    "subject": "subject individual animal subject_id individual_id animal_id person person_id patient patient_id "
    "lesion_id group group_id identity deployment_id site id",
    "split": "split subset partition set is_valid",
}
# What scripts/evaluate.py says of each photo in a table that it writes; no property of the photo.
SAID = ("predicted class", "probability of the label", "suggested label", "checked")
OF_VIA = "region_attributes"
WEAK_LABEL = "sex"  # more often a property of the subject than the class
SURE_SUBJECTS = ("subject", "subject_id", "individual", "individual_id", "animal", "animal_id")
MISSING = ("", "na", "n/a", "nan", "null", "none")  # what programs write for no value
FEW_VALUES = 10  # a column with at most so many recurring values may hold classes
IS_VALID = "is_valid"  # fastai's column of True for what is held out
ONE_HOT = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}


class Columns(NamedTuple):
    """The positions of a table's columns.

    Attributes
    ----------
    place : dict of str to int
        The position of each column that was found: "file", and perhaps "label", "subject" and "split".
    classes : dict of str to int
        For one-hot labels, the position of each class's column; else empty.
    """

    place: dict
    classes: dict


def find_columns(path, header, body, given=None):
    """Find out which column holds what.

    Parameters
    ----------
    path : Path
        Of the table, for messages.
    header : list of str
    body : list of list of str
        The cells of each photo's row, as many as the header has.
    given : dict of str to str, optional
        The names that the user gave.

    Returns
    -------
    Columns

    Raises
    ------
    DataError
        If a column is missing, or it cannot be guessed which one holds the classes.
    """
    place = _given(path, header, given or {})
    plain = [plain_column(name) for name in header]
    for word, names in NAMES.items():
        free = [name for name in names.split() if name in plain and plain.index(name) not in place.values()]
        if word not in place and free:
            place[word] = plain.index(free[0])
            if word == "label":
                _say_other_labels(header, [header[plain.index(name)] for name in free])
    if "file" not in place:
        place |= _files_by_content(header, body, place)
    given = given or {}
    _drop_guesses(place, header, given, body)
    if "label" not in place and OF_VIA in plain:
        raise DataError(
            f"{show(path)} is a CSV of VIA's, which is not read; export the annotations as JSON, and pass that"
        )
    classes = {} if "label" in place else _one_hot(header, body, place)
    if classes:
        _say_one_hot(header, body, place, classes)
    if "label" in place and "label" not in given and plain[place["label"]] == WEAK_LABEL:
        _refuse_to_guess(path, header, body, place)
    shown = ", ".join(show(name) for name in header[:12] if name)
    for word in ("file", "label"):
        if word not in place and not (word == "label" and classes):
            raise DataError(
                f"{show(path)} has no column called {word}; its first row, which should name the columns, is: {shown}; "
                f"say which it is: --columns {word}=NAME"
            )
    return Columns(place, classes)


def plain_column(name):
    """Return a column's name as it is compared: scientificName, Scientific-Name and scientific_name are one."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip()).lower().replace(" ", "_").replace("-", "_")


def is_missing(text):
    """Return whether a cell holds no value, however a program writes that."""
    return text.strip().lower() in MISSING


def _given(path, header, given):
    """Return the positions of the columns that the user names."""
    plain, place = [plain_column(name) for name in header], {}
    for word, wanted in given.items():
        if word not in NAMES:
            raise DataError(f"--columns {show(word)}=…: expected one of {', '.join(NAMES)}")
        if plain_column(wanted) not in plain:
            shown = ", ".join(show(name) for name in header[:12] if name)
            raise DataError(f"{show(path)} has no column {show(wanted)}; its first row is: {shown}")
        place[word] = header.index(wanted) if wanted in header else plain.index(plain_column(wanted))
    return place


def _say_other_labels(header, candidates):
    """Log which column was taken for the classes, if another could be meant."""
    if len(candidates) > 1:
        chosen, *others = map(show, candidates)
        log.warning(
            "the classes are taken from the column %s; if %s is meant, pass --columns label=%s",
            *(chosen, " or ".join(others), others[0]),
        )


def _files_by_content(header, body, place):
    """Return {"file": position} of the first column that holds names of photos only, and say if others do too."""
    found = [
        k
        for k in range(len(header))
        if k not in place.values()
        and any(cells[k] for cells in body)
        and all(not cells[k] or path_of(cells[k]).lower().endswith(tuple(PHOTO_SUFFIXES)) for cells in body)
    ]
    if len(found) > 1:
        chosen, other = (show(header[k]) for k in found[:2])
        log.warning("the files are taken from the column %s, not %s; --columns file=NAME says which", chosen, other)
    return {"file": found[0]} if found else {}


def _say_one_hot(header, body, place, classes):
    """Log that columns of zeros and ones were taken for the classes, if another column could be meant."""
    taken = {*place.values(), *classes.values()}
    others = [k for k in range(len(header)) if k not in taken and _few_values([cells[k] for cells in body])]
    if others:
        log.warning(
            "the classes are taken from the columns of zeros and ones, %s; if %s is meant, pass --columns label=%s",
            *(", ".join(map(show, classes)), show(header[others[0]]), show(header[others[0]])),
        )


def _drop_guesses(place, header, given, body):
    """Drop a column that was taken for a subject or a split by its name alone, where its content does not fit."""
    if "subject" in place and "subject" not in given:
        values = [cells[place["subject"]] for cells in body]
        sure = plain_column(header[place["subject"]]) in SURE_SUBJECTS
        if len(set(values)) == len(values) or (not sure and _few_values(values)):  # one each, or as few as classes
            del place["subject"]
    name = plain_column(header[place["split"]]) if "split" in place else "split"
    words = {*ONE_HOT, ""} if name == IS_VALID else {*SPLITS, ""}
    sure = "split" in given or name == "split"
    if not sure and not {cells[place["split"]].lower() for cells in body} <= words:
        del place["split"]


def _few_values(values):
    """Return whether a column has as few values, each of many rows, as a column of classes would have."""
    different = {value for value in values if not is_missing(value)}
    return 2 <= len(different) <= FEW_VALUES and len(values) >= 5 * len(different)


def _refuse_to_guess(path, header, body, place):
    """Raise `DataError` if the only label is the sex of the subject, and another column might hold the classes."""
    others = [
        name
        for position, name in enumerate(header)
        if position not in place.values() and _few_values([cells[position] for cells in body])
    ]
    if others:
        names = " or ".join(map(show, [header[place["label"]], *others[:3]]))
        raise DataError(
            f"{show(path)}: the classes may be in the column {names}; say which, as in "
            f"--columns label={show(others[0])}"
        )


def _one_hot(header, body, place):
    """Return {class: position} of columns of zeros and ones, if there are at least two of them."""
    found = {
        name: position
        for position, name in enumerate(header)
        if name and position not in place.values() and all(cells[position].lower() in ONE_HOT for cells in body)
    }
    return found if len(found) > 1 else {}
