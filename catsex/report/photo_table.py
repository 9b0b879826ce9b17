"""The results of each photo as a CSV table beside results.json, for sets too large for JSON."""

import csv
import io
import json

AT_ONCE = 1_000_000  # letters
TEXTS = ("name", "path", "sha256", "class", "prediction", "label", "suggested")


def to_csv(photos):
    """Write the results of each photo as CSV, a line each.

    Parameters
    ----------
    photos : sequence of dict
        All with the same keys. Of `TEXTS` the values are texts, of others whatever JSON can write.

    Yields
    ------
    str
        Some lines at a time. Texts as they are, other values as JSON, None as nothing.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = list(photos[0])
    writer.writerow(columns)
    for photo in photos:
        writer.writerow([_cell(name, photo[name]) for name in columns])
        if text.tell() > AT_ONCE:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _cell(name, value):
    """Return a value as it stands in the table."""
    return "" if value is None else value if name in TEXTS else json.dumps(value)


def from_csv(lines):
    """Return what `to_csv` was given.

    Parameters
    ----------
    lines : iterable of str
        As a file that is opened with `newline=""` gives them.

    Returns
    -------
    list of dict

    Raises
    ------
    ValueError
        If it is no such table.
    """
    try:
        return [{name: _value(name, cell) for name, cell in row.items()} for row in csv.DictReader(lines, strict=True)]
    except (csv.Error, AttributeError, TypeError) as error:
        raise ValueError(f"no table of photos: {error}") from error


def _value(name, cell):
    """Return what a cell of the table stands for."""
    return None if cell == "" else cell if name in TEXTS else json.loads(cell)
