"""A table with a row per photo to rows: which column says what, which file a name means, what labels are classes."""

import unicodedata
from pathlib import Path

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.cells import read_cells
from catsex.photos.layouts.listing import PHOTO_SUFFIXES, visible
from catsex.photos.layouts.rows import HELD_OUT, SPLITS, Row

# What the columns are called, in any case, with spaces or - for _; the first that is there counts.
NAMES = {
    "file": "file path filename file_name filepath file_path image image_path image_file image_name photo img",
    "label": "label class species category target class_name breed diagnosis sex",
    "subject": "subject group individual animal subject_id group_id individual_id animal_id person person_id patient "
    "patient_id identity id",
    "split": "split subset partition set",
}
MOST_NUMBERS = 10  # as many different numbers are surely classes, of however few photos
FEW = 5  # photos a number; with fewer, the numbers are a measurement


def table_rows(path, columns=None, any_label=False):
    """Return a row for each photo in a table: one line with the names of the columns, then one per photo.

    Files are named relative to the table, with either slash; case and ending need not be exact, nor the folder
    beside the table in which a file is.

    Parameters
    ----------
    path : Path
        As `cells.read_cells` takes it.
    columns : dict of str to str, optional
        The names of the columns for "file", "label", "subject" and "split", where they are not called so.
    any_label : bool
        Whether to take whatever is in the column for labels as classes, even numbers of which nearly every photo
        has its own.

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
    table = [(number, cells) for number, cells in enumerate(read_cells(path), 1) if any(cells)]
    if len(table) < 2:
        raise DataError(f"{show(path)} needs a row with the names of its columns, and one for each photo")
    header, body = table[0][1], table[1:]
    body = [(number, cells + [""] * (len(header) - len(cells))) for number, cells in body]
    place = _find_columns(path, header, columns or {})
    _drop_guesses(place, header, columns or {}, [cells for _, cells in body])
    others = {name: position for position, name in enumerate(header) if name and position not in place.values()}
    files, rows, seen = _Files(path.parent), [], {}
    for number, cells in body:
        where = f"{show(path)}, row {number}"
        said = {word: cells[position] for word, position in place.items()}
        for word in ("file", "label"):
            if not said[word]:
                raise DataError(f"{where}: no {word} in the column {show(header[place[word]])}")
        photo = files.find(said["file"], where)
        first, other = seen.setdefault(photo, (number, said))
        if other["label"] != said["label"]:
            raise DataError(
                f"{where}: {show(said['file'])} is {show(said['label'])}, but in row {first} "
                f"{show(other['label'])}; correct one of them"
            )
        if first == number:
            held_out = _is_held_out(said.get("split", ""), where)
            kept = {name: cells[position] for name, position in others.items()}
            rows.append(Row(photo, said["label"], said.get("subject") or None, held_out, kept))
    if not any_label:
        _check_labels(path, header[place["label"]], [row.label for row in rows])
    return rows


def _find_columns(path, header, given):
    """Return {"file": position, "label": position …} of the columns that say so; "subject" and "split" if there."""
    plain = [_plain_column(name) for name in header]
    shown = ", ".join(show(name) for name in header[:12] if name)
    place = {}
    for word, wanted in given.items():
        if word not in NAMES:
            raise DataError(f"--columns {show(word)}=…: expected one of {', '.join(NAMES)}")
        if _plain_column(wanted) not in plain:
            raise DataError(f"{show(path)} has no column {show(wanted)}; its first row is: {shown}")
        place[word] = header.index(wanted) if wanted in header else plain.index(_plain_column(wanted))
    for word, names in NAMES.items():
        free = [name for name in names.split() if name in plain and plain.index(name) not in place.values()]
        if word not in place and free:
            place[word] = plain.index(free[0])
    for word in ("file", "label"):
        if word not in place:
            raise DataError(
                f"{show(path)} has no column called {word}; its first row, which should name the columns, is: {shown}; "
                f"say which it is: --columns {word}=NAME"
            )
    return place


def _plain_column(name):
    """Return a column's name as it is compared."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _drop_guesses(place, header, given, body):
    """Leave out what was taken for a subject or a split only by its name, and is none by its content."""
    subjects = [cells[place["subject"]] for cells in body] if "subject" in place else []
    if "subject" not in given and subjects and len(set(subjects)) == len(subjects):  # a number for each photo
        del place["subject"]
    sure = "split" not in place or "split" in given or _plain_column(header[place["split"]]) == "split"
    if not sure and not {cells[place["split"]].lower() for cells in body} <= {*SPLITS, ""}:
        del place["split"]


def _is_held_out(split, where):
    """Return whether a photo is not to be trained on."""
    if split and split.lower() not in SPLITS:
        raise DataError(f"{where}: {show(split)} is no part of a split; expected one of {', '.join(SPLITS)}")
    return split.lower() in HELD_OUT


def _check_labels(path, column, labels):
    """Raise `DataError` if the labels are no classes, but a measurement, or a name for each photo."""
    different = list(dict.fromkeys(labels))
    numbers = [_number(text) for text in different]
    many = len(different) > MOST_NUMBERS and len(labels) < FEW * len(different)
    if None not in numbers and (many or any(number != int(number) for number in numbers)):
        problem = f"{len(different)} different numbers, {min(numbers):g} to {max(numbers):g}, a measurement"
    elif 2 * len(different) > len(labels) > 4:
        problem = f"{len(different)} different values in {len(labels)} rows, too many"
    else:
        return
    raise DataError(
        f"{show(path)}: {show(column)} has {problem} for classes; say which column has those, --columns label=NAME, "
        f"or which values they are, --classes {' '.join(map(show, different[:2]))} …"
    )


def _number(text):
    """Return the finite number that a text is, with a point or a comma, or None."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


class _Files:
    """The files that a table's names mean, each folder listed once."""

    def __init__(self, folder):
        self.folder, self.listed = folder, {}

    def find(self, name, where):
        """Return the path of the file that a cell names; `where` says which row for an error."""
        for text in dict.fromkeys((name, name.replace("\\", "/"))):
            path = self.folder / text
            found = self._in(path.parent, path.name)
            if found:
                return found
        plain = Path(name.replace("\\", "/"))
        if len(plain.parts) == 1:
            inside = list(filter(None, (self._in(folder, plain.name) for folder in self._beside())))
            if len(inside) == 1:
                return inside[0]
            if inside:
                raise DataError(f"{where}: which is it, {show(inside[0])} or {show(inside[1])}? write the folder too")
        raise DataError(f"{where}: no such photo: {show(self.folder / plain)}")

    def _in(self, folder, name):
        """Return the path of a file in a folder, or None."""
        if folder not in self.listed:
            names = [entry.name for entry in visible(folder) if not entry.is_dir()] if folder.is_dir() else []
            stems = {}
            for there in names:
                if Path(there).suffix.lower() in PHOTO_SUFFIXES:
                    stems.setdefault(_plain(Path(there).stem), []).append(there)
            self.listed[folder] = {stem: found[0] for stem, found in stems.items() if len(found) == 1}
            self.listed[folder] |= {_plain(there): there for there in names} | {there: there for there in names}
        there = self.listed[folder].get(name) or self.listed[folder].get(_plain(name))
        return folder / there if there else None

    def _beside(self):
        """Return the folders beside the table."""
        if None not in self.listed:
            self.listed[None] = [self.folder / entry.name for entry in visible(self.folder) if entry.is_dir()]
        return self.listed[None]


def _plain(name):
    """Return a file's name as it is compared: without case, and with accents in one spelling."""
    return unicodedata.normalize("NFC", name).casefold()
