"""Labels that are probably wrong, for people: a few of them as lines, all photos as a table to correct them in."""

import csv
import heapq
import os

from catsex.errors import DataError, reason
from catsex.files import replacing, show
from catsex.photos.layouts.columns import NAMES, SAID, plain_column
from catsex.sentences import sentences_of

say = sentences_of("summary")

SHOWN = 10  # photos listed at most


def lines(results):
    """Return the photos whose label is probably wrong, the least probable label first, as lines for a person.

    Parameters
    ----------
    results : dict
        As `evaluation.evaluate` returns them.

    Returns
    -------
    list of str
    """
    listed, expected = (results["wrong_labels"][key] for key in ("listed", "expected"))
    if not listed:
        return []
    sure = say("labels.unsure") if expected is None else say("labels.expected", number=round(expected))
    text = ["", say("labels", count=listed, expected=sure)]
    suggested = (photo for photo in results["photos"] if photo["suggested"])
    for photo in heapq.nsmallest(SHOWN, suggested, key=lambda photo: photo["label_probability"]):
        found = {"probability": photo["label_probability"], "suggested": photo["suggested"]}
        text.append("  " + say("label", name=photo["name"], label=photo["class"], **found))
    more = listed - SHOWN
    return text + (["  " + say("labels.more", number=more)] if more > 0 else [])


def write_table(path, photos, results):
    """Write a row for each photo, to correct labels in, and to be read again as `--data`.

    Its columns are `file`, `label`, `subject` and `split` where these are known, those of `SAID`, of which the last is
    empty, and what else was known of each photo.

    Parameters
    ----------
    path : Path
        Must not be there yet.
    photos : PhotoSet
        n photos.
    results : dict
        As `evaluation.evaluate` returns them for these photos.

    Raises
    ------
    DataError
        If it is there already or cannot be written, or photos are no whole files, which no table can name.
    """
    if os.path.lexists(path):
        raise DataError(f"{show(path)} already exists; choose another name")
    parts = [photo for photo in photos.paths if not photo.is_file()]
    if parts:
        raise DataError(
            f"{show(parts[0])} is a part of a file, which a table cannot name; save it as a file of its own"
        )
    table = {"file": [_from(photo, path) for photo in photos.paths]}
    table["label"] = [photo["class"] for photo in results["photos"]]
    if photos.groups is not None:
        table["subject"] = [photos.group_names[group] for group in photos.groups]
    if photos.held_out is not None:
        table["split"] = ["test" if held_out else "train" for held_out in photos.held_out]
    for name, key in zip(SAID, ("prediction", "label_probability", "suggested", ""), strict=True):
        table[name] = [photo.get(key) for photo in results["photos"]]
    # What is called as a column above would be read in its place.
    taken = {
        *NAMES["file"].split(),
        *NAMES["label"].split(),
        *NAMES["subject"].split(),
        "split",
        *map(plain_column, SAID),
    }
    table |= {name: values for name, values in photos.columns.items() if plain_column(name) not in taken}
    try:
        with replacing(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table)
            writer.writerows(zip(*table.values(), strict=True))
    except (OSError, UnicodeEncodeError) as error:
        raise DataError(f"{show(path)} cannot be written: {reason(error)}") from error


def _from(photo, table):
    """Return how a table names a photo: from its own folder if the photo is in it or below, else in full."""
    photo, folder = photo.resolve(), table.resolve().parent
    return photo.relative_to(folder).as_posix() if folder in photo.parents else str(photo)
