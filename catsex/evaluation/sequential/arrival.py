"""In which order photos came: by a column of a table, by the camera's clock, or by their names."""

from pathlib import PurePath

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.listing import natural_key

BY_ITSELF = ""  # in place of a column's name: the camera's clock if all photos have one, else their names


def arrival(names, taken=(), columns=None, column=BY_ITSELF):
    """Return in which order photos came.

    Parameters
    ----------
    names : sequence of N str
        Of their files. Numbers in them count as numbers; folders do not count.
    taken : sequence of N (float or None)
        Seconds by the camera's clock; empty if nothing is known.
    columns : dict of str to sequence of N str, optional
        What a table says of each photo.
    column : str
        The one that says when each photo came: numbers, or dates such as 2024-05-31.

    Returns
    -------
    order : list of int
        The positions of the photos, the first one first; those of the same time by their names.
    how : str
        What they are in the order of.

    Raises
    ------
    DataError
        If there is no such column, or it does not say of every photo when it came.
    """
    by_name = [(natural_key(PurePath(name).name), name) for name in names]
    if column != BY_ITSELF:
        keys, how = _keys(column, columns or {}, names), f"the column {show(column)}"
    elif len(set(taken)) > 1 and None not in taken:
        keys, how = taken, "the camera's clock"
    else:
        keys, how = [0] * len(names), "the names of the files"
    return sorted(range(len(names)), key=lambda i: (keys[i], by_name[i])), how


def _keys(column, columns, names):
    """Return what a column orders photos by: numbers, or texts in natural order."""
    if column not in columns:
        there = f"; the columns are {', '.join(map(show, columns))}" if columns else ""
        raise DataError(f"--as-they-came: no column {show(column)} that says when each photo came{there}")
    values = columns[column]
    numbers = [_number(value) for value in values]
    for name, value, number in zip(names, values, numbers, strict=True):
        if not value.strip():
            raise DataError(f"--as-they-came: the column {show(column)} is empty for {show(name)}; fill it in")
        if number is None and any(other is not None for other in numbers):
            raise DataError(
                f"--as-they-came: the column {show(column)} has numbers, and {show(value)} for {show(name)}"
            )
    return [natural_key(value) for value in values] if None in numbers else numbers


def _number(text):
    """Return the number that a text is, with a point or a comma, or None."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
