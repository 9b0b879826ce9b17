"""Reads the record of an earlier run, and draws its figures and its page anew."""

import json
import warnings
from pathlib import Path

from catsex.errors import DataError, reason
from catsex.files import replacing, show
from catsex.report import page
from catsex.report.photo_table import from_csv
from catsex.report.record import FORMAT, PHOTOS, RESULTS


def read(folder: str | Path) -> dict:
    """Read the record of a run.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    dict
        The results, with `photos` from the table beside them where it is there, and under `record` what `describe`
        returns.

    Raises
    ------
    DataError
        If there is none, or one that this version cannot read.
    """
    path = Path(folder) / RESULTS
    try:
        if path.exists() and not path.is_file():
            raise DataError(f"{show(path)} is not a regular file; name a run's folder")
        record = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be read: {reason(error)}; name a run's folder") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{show(path)} is damaged: {error}; run the script again") from error
    provenance = record.get("record") if isinstance(record, dict) else None
    found = provenance.get("format") if isinstance(provenance, dict) else None
    if found != FORMAT:
        raise DataError(
            f"{show(path)} was written by another version of catsex (format {found}, this one reads {FORMAT}): run the "
            "script again"
        )
    return record | {"photos": _photos(path.with_name(PHOTOS))} if record.get("photos_in") == PHOTOS else record


def _photos(path):
    """Return what the table beside the results says of each photo."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return from_csv(file)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be read: {reason(error)}; run the script again") from error
    except ValueError as error:
        raise DataError(f"{show(path)} is damaged: {error}; run the script again") from error


def _refuse(constant):
    """Refuse what Python's JSON knows beyond the standard: NaN and the infinities."""
    raise ValueError(f"{constant} is no number")


def redraw(folder: str | Path) -> Path:
    """Draw the figures and the page of a record anew.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    Path
        The page.

    Raises
    ------
    DataError
        If there is no record in the folder, or it cannot be read or written.
    """
    folder, record = Path(folder), read(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drawn = page.draw(record)
    except Exception as error:  # whatever numpy, matplotlib or Jinja make of it
        raise DataError(f"{show(folder / RESULTS)} is damaged ({error!r}): run the script again") from error
    try:
        for name, text in drawn.items():
            with replacing(folder / name) as temporary:
                temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise DataError(f"{show(folder)} cannot be written to: {reason(error)}") from error
    return folder / page.PAGE
