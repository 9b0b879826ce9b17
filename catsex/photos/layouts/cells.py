"""The cells of a table, a text file or .xlsx, and names for its columns if it has none."""

import contextlib
import csv
import io
from pathlib import Path

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.layouts.listing import PHOTO_SUFFIXES
from catsex.photos.layouts.rows import SPLITS

MAX_BYTES = 100 * 2**20
LONGEST = 2**20  # of a cell
NO_VALUE = ("nan", "NaT", "<NA>")  # of NumPy and pandas
LISTS = (".txt", ".lst")


class Frame:
    """A DataFrame of pandas or Polars, where the path of a table would stand: the files in it lie here, or anywhere.

    Parameters
    ----------
    data : DataFrame
        As `is_frame` recognises it.
    """

    parent, name = Path(), "the DataFrame"
    first_row = -1  # the number of the header: that of the first photo is 0, as pandas counts

    def __init__(self, data):
        named = getattr(getattr(data, "index", None), "name", None) is not None
        rows = data.itertuples(index=named, name=None) if hasattr(data, "itertuples") else data.iter_rows()
        header = [*([data.index.name] if named else []), *data.columns]
        self.cells = [[_text(cell) for cell in row] for row in (header, *rows)]

    def __fspath__(self):
        return self.name


def is_frame(data):
    """Return whether something is a DataFrame, by its interface: neither pandas nor Polars is needed."""
    return hasattr(data, "columns") and (hasattr(data, "itertuples") or hasattr(data, "iter_rows"))


def read_cells(path):
    """Return the rows of a table.

    Parameters
    ----------
    path : Path or Frame
        CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252; a list of "path label" lines, as
        ImageNet's; or the first sheet of an .xlsx file.

    Returns
    -------
    list of list of str
        Without spaces around a text. Rows are as long as they are in the file.

    Raises
    ------
    DataError
        If it cannot be read, or a package is missing that could.
    """
    if isinstance(path, Frame):
        return path.cells
    return _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_csv(path)


def has_header(first):
    """Return whether the first row of a table names its columns: no cell of it is the name of a photo."""
    return not any(cell.lower().endswith(tuple(PHOTO_SUFFIXES)) for cell in first)


def with_header(table):
    """Return the header and the rows of a table that has no header; further labels of Google's join the first by |.

    Parameters
    ----------
    table : list of (int, list of str)
        The number and the cells of each row.

    Returns
    -------
    (list of str, list of (int, list of str))
    """
    if not table:
        return [], []
    header = made_up_header(table)
    if not {"file", "label"} <= set(header):
        return header, table
    file, label = header.index("file"), header.index("label")
    if "split" not in header and not table[0][1][file].startswith("gs://"):
        return header, table
    body = []
    for number, cells in table:
        more = [
            cell for k, cell in enumerate(cells) if header[k].startswith("column") and cell and number_in(cell) is None
        ]
        joined = "|".join(filter(None, [*cells[label : label + 1], *more]))
        body.append((number, [*cells[:label], joined, *cells[label + 1 :]]))
    return header, body


def made_up_header(body):
    """Return names for the columns of a table that has none: the file, the split, and the label in what is left.

    Parameters
    ----------
    body : list of (int, list of str)
        The number and the cells of each row.

    Returns
    -------
    list of str
    """
    width = max(len(cells) for _, cells in body)
    columns = [[cells[k] if k < len(cells) else "" for _, cells in body] for k in range(width)]
    names = [f"column {k + 1}" for k in range(width)]
    splits = {*SPLITS, "unassigned", ""}
    for word, fits in (
        ("file", lambda values: values[0].lower().endswith(tuple(PHOTO_SUFFIXES))),
        ("split", lambda values: any(values) and {value.lower() for value in values} <= splits),
        ("label", any),
    ):
        found = [k for k in range(width) if names[k].startswith("column") and fits(columns[k])]
        if found:
            names[found[0]] = word
    return names


def number_in(text):
    """Return the finite number that a text is, with a point or a comma, or None."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def _read_csv(path):
    """Return the rows of a text file."""
    text = _decoded(path)
    lines = io.StringIO(text, newline="")
    first = next(lines, "")
    skipped: list = []
    if first.lower().startswith("sep=") and len(first.strip()) in (4, 5):  # as Excel writes and reads it
        delimiter, skipped = first[4], [[]]
    else:
        lines.seek(0)
        delimiter = max(",;\t", key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
        if path.suffix.lower() in LISTS and not any(mark in first for mark in ",;\t"):
            return [line.rsplit(None, 1) for line in text.splitlines()]
    csv.field_size_limit(LONGEST)
    try:
        return skipped + [[cell.strip() for cell in cells] for cells in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as error:
        raise DataError(f"{show(path)} is not a readable table: {error}") from error


def _decoded(path):
    """Return the text of a file in UTF-8 or UTF-16, with or without its mark, or else in Windows-1252."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be read: {reason(error)}") from error
    if len(data) > MAX_BYTES:
        raise DataError(f"{show(path)} is larger than {MAX_BYTES >> 20} MB, too large for a table of photos")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if "\0" not in text:
                return text
    raise DataError(f"{show(path)} is not a table as text; save it as CSV, in UTF-8")


def _read_xlsx(path):
    """Return the rows of the first sheet of an .xlsx file."""
    try:
        import openpyxl
    except ImportError as error:
        raise DataError(
            f'reading {show(path)} needs another package: pip install -e ".[tables]"; or save the table as CSV'
        ) from error
    try:
        with contextlib.closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
            return [[_text(cell) for cell in cells] for cells in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # openpyxl raises nearly every built-in exception on damaged files
        raise DataError(f"{show(path)} is not a readable .xlsx file: {reason(error)}") from error


def _text(cell):
    """Return what is in a cell as text: whole numbers without a point, nothing as an empty text."""
    if cell is None or (not isinstance(cell, str) and str(cell) in NO_VALUE):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
