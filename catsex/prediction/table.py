"""Predictions as a CSV table."""

import csv

from catsex.errors import CatsexError, reason
from catsex.files import replacing, show


def write_csv(path, class_names, found):
    """Write predictions as a table, whole or not at all.

    Parameters
    ----------
    path : str or Path
    class_names : list of str
    found : list of dict
        Of each photo `name`, and either `class` and `probabilities` (a dict), and perhaps `answer`, or `error`.

    Raises
    ------
    CatsexError
        If the file cannot be written.
    """
    try:
        # What no file can hold of a name is written as an escape.
        with (
            replacing(path) as temporary,
            open(temporary, "w", newline="", encoding="utf-8", errors="backslashreplace") as file,
        ):
            writer = csv.writer(file)
            answers = ["answer"] if any("answer" in photo for photo in found) else []
            writer.writerow(["photo", "class", *answers, *(f"probability of {name}" for name in class_names), "error"])
            for photo in found:
                values = photo.get("probabilities", dict.fromkeys(class_names, "")).values()
                answer = [photo.get(name, "") for name in ("class", *answers)]
                writer.writerow([photo["name"], *answer, *values, photo.get("error", "")])
    except OSError as error:
        raise CatsexError(f"{show(path)} cannot be written: {reason(error)}") from error


def check_all_predicted(found):
    """Raise `CatsexError` if any photo could not be used."""
    failed = sum("error" in photo for photo in found)
    if failed:
        raise CatsexError(f"{failed} of {len(found)} photos cannot be used; the predictions of the others are above")
