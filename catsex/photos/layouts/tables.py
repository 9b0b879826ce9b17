"""A table with a row per photo to rows: files, labels, subjects and other columns."""

import difflib

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.cells import Frame, has_header, number_in, read_cells, with_header
from catsex.photos.layouts.columns import (
    IS_VALID,
    ONE_HOT,
    SAID,
    find_columns,
    is_missing,
    plain_column,
)
from catsex.photos.layouts.label_tools.label_studio import labels_in_cell
from catsex.photos.layouts.named_files import NamedFiles
from catsex.photos.layouts.rows import HELD_OUT, SPLITS, Row

MOST_NUMBERS = 10  # as many different numbers are surely classes, of however few photos
FEW = 5  # photos a number; with fewer, the numbers are a measurement
SEPARATORS = ("|", ";")  # between several labels in one cell
ONE_LABEL = ("first", "only")


def table_rows(path, columns=None, classes=None, one_label=None):
    """Return a row for each photo in a table: a line with the names of the columns, if there is one, then one each.

    Files are named relative to the table, with either slash; case and ending need not be exact, nor the folder.
    Labels are in one column, or in a column of zeros and ones for each class (one-hot).

    Parameters
    ----------
    path : Path or Frame
        As `cells.read_cells` takes it.
    columns : dict of str to str, optional
        The names of the columns for "file", "label", "subject" and "split", where they are not called so.
    classes : collection of str, optional
        The labels that the user names: they are classes whatever they look like, such as numbers or "NA".
    one_label : {"first", "only"}, optional
        What to do with photos that have several labels: take the first one, or leave these photos out. By default
        they are an error.

    Returns
    -------
    list of Row
        In the table's order, with all other columns as they are.

    Raises
    ------
    DataError
        If the table cannot be read, a column, a file or a label is missing, or a photo has two labels; with the
        number of the row as a spreadsheet counts it.
    """
    first_row = path.first_row if isinstance(path, Frame) else 1
    table = [(number, cells) for number, cells in enumerate(read_cells(path), first_row) if any(cells)]
    named = bool(table) and has_header(table[0][1])
    header, body = (table[0][1], table[1:]) if named else with_header(table)
    if not body:
        raise DataError(f"{show(path)} needs a row with the names of its columns, and one for each photo")
    width = len(header)
    body = [(number, cells + [""] * (width - len(cells))) for number, cells in body]
    found = find_columns(path, header, [cells for _, cells in body], columns)
    place, taken = found.place, {*found.place.values(), *found.classes.values()}
    said = _said(header)
    others = {name: k for k, name in enumerate(header) if name and k not in {*taken, *said}}
    labels = _labels(path, header, body, found, classes or (), one_label)
    if said:
        _check_spelling(path, body, labels, said[0])
    files, rows = NamedFiles(path.parent), []
    files.fetch(cells[place["file"]] for _, cells in body)
    seen: dict = {}
    for (number, cells), label in zip(body, labels, strict=True):
        where = f"{show(path)}, row {number}"
        if not cells[place["file"]]:
            raise DataError(f"{where}: no file in the column {show(header[place['file']])}")
        if label is None:
            continue
        photo = files.find(cells[place["file"]], where)
        first, other = seen.setdefault(photo, (number, label))
        if other != label:
            raise DataError(
                f"{where}: {show(cells[place['file']])} is {show(label)}, but in row {first} {show(other)}; "
                "correct one of them"
            )
        if first == number:
            told = {word: cells[place[word]] for word in ("split", "subject") if word in place}
            subject = None if is_missing(told.get("subject", "")) else told["subject"]
            kept = {name: cells[position] for name, position in others.items()}
            part = told.get("split", "")
            if "split" in place and plain_column(header[place["split"]]) == IS_VALID:
                part = "valid" if ONE_HOT.get(part.lower()) else ""
            rows.append(Row(photo, label, subject, _is_held_out(part, where), kept))
    files.say_moved()
    if not classes:
        _check_labels(path, header[place["label"]] if "label" in place else "labels", [row.label for row in rows])
    return rows


def _said(header):
    """Return where a table that scripts/evaluate.py has written holds what it said; nothing of other tables."""
    plain = [plain_column(name) for name in header]
    places = [plain.index(plain_column(name)) if plain_column(name) in plain else None for name in SAID]
    return [] if None in places else places


def _check_spelling(path, body, labels, predicted):
    """Raise `DataError` if a label in a table that was edited is probably a misspelt one.

    One that was predicted for no photo and that a single row has is; a new class takes two photos.
    """
    known = {cells[predicted] for _, cells in body}
    for (number, _), label in zip(body, labels, strict=True):
        if label is not None and label not in known and labels.count(label) == 1:
            near = difflib.get_close_matches(label.casefold(), sorted(known), n=1)
            advice = (
                f"did you mean {show(near[0])}?" if near else f"the classes are {', '.join(map(show, sorted(known)))}"
            )
            raise DataError(f"{show(path)}, row {number}: no other photo is {show(label)}; {advice}")


def _labels(path, header, body, found, classes, one_label):
    """Return the label of each row; None for rows that are left out."""
    several = _several_in_a_cell(body, found.place["label"]) if "label" in found.place else {}
    result = []
    for number, cells in body:
        where = f"{show(path)}, row {number}"
        if found.classes:
            given = [name for name, position in found.classes.items() if ONE_HOT[cells[position].lower()]]
            missing, what = not given, f"none of the classes {', '.join(map(show, found.classes))}"
        else:
            cell = cells[found.place["label"]]
            given = several.get(cell, [cell])
            missing = not given or (is_missing(cell) and cell not in classes)
            what = f"no label in the column {show(header[found.place['label']])}" + (f" ({show(cell)})" if cell else "")
        if missing and not (one_label == "only" and found.classes):
            advice = f"; if {show(cell)} is a class, name it in --classes" if not found.classes and cell else ""
            raise DataError(f"{where}: {what}{advice}")
        if len(given) > 1 and one_label is None:
            raise DataError(
                f"{where}: {len(given)} labels, {' and '.join(map(show, given[:3]))}; a photo takes one: "
                "--one-label first, or --one-label only to leave such photos out"
            )
        result.append(given[0] if len(given) == 1 or (given and one_label == "first") else None)
    return result


def _several_in_a_cell(body, position):
    """Return {cell: labels} of the cells that hold several labels, or one as JSON.

    They do if a separator divides them, or if spaces do and each word is a label elsewhere.
    """
    cells = dict.fromkeys(cells[position] for _, cells in body)
    found = {}
    for cell in cells:
        labels = labels_in_cell(cell)
        if labels is not None:
            found[cell] = labels
            continue
        mark = next((mark for mark in SEPARATORS if mark in cell), None)
        parts = [part.strip() for part in cell.split(mark)]
        if len(parts) > 1 and all(parts) and (mark or all(part in cells for part in parts)):
            found[cell] = parts
    return found


def _is_held_out(split, where):
    """Return whether a photo is not to be trained on."""
    if split and split.lower() not in {*SPLITS, "unassigned"}:
        raise DataError(f"{where}: {show(split)} is not a part of a split; expected one of {', '.join(SPLITS)}")
    return split.lower() in HELD_OUT


def _check_labels(path, column, labels):
    """Raise `DataError` if the labels are not classes, but measurements, or a name for each photo."""
    different = list(dict.fromkeys(labels))
    numbers = [number_in(text) for text in different]
    many = len(different) > MOST_NUMBERS and len(labels) < FEW * len(different)
    if None not in numbers and (many or any(number != int(number) for number in numbers)):
        problem = f"looks like a measurement ({len(different)} distinct numbers, {min(numbers):g} to {max(numbers):g})"
    elif 2 * len(different) > len(labels) > 4:
        problem = f"has {len(different)} distinct values in {len(labels)} rows: a name or a description"
    else:
        return
    raise DataError(
        f"{show(path)}: {show(column)} {problem}, not a class; say which column holds the classes, "
        f"--columns label=NAME, or which values are classes, --classes {' '.join(map(show, different[:2]))} …"
    )
