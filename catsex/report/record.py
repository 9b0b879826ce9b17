"""A record of every run: a folder with its results, its figures and its page, written whole or not at all."""

import csv
import io
import itertools
import json
import logging
import shlex
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from catsex.errors import reason
from catsex.files import replacing, show
from catsex.report import page
from catsex.report.photo_table import to_csv

log = logging.getLogger(__name__)

RUNS = Path("runs")  # in the working folder
RESULTS, PHOTOS = "results.json", "photos.csv"
MANY = 5000  # photos; with more, they are in a table beside results.json
FORMAT = 3  # to be raised when report.py can no longer draw what an older version wrote


def keep(record: dict, pictures: dict[str, bytes], argv: list[str], folder: Path | None = None) -> None:
    """Leave the record of a run, and say where; one that cannot be written costs a notice, not the run.

    Parameters
    ----------
    record : dict
        With `kind`, `is_demo`, `sentence` (str), what the run has found, `seed` (int), `photos`, a list with a dict
        for each, and `record`, as `describe` returns it.
    pictures : dict of str to bytes
        As `page.draw` takes them.
    argv : list of str
        The command line.
    folder : Path, optional
        As `write` takes it.
    """
    record = record | {"record": record["record"] | command(argv, record["seed"])}
    try:
        folder = write(contents(record, pictures), folder, Path(argv[0]).stem)
    except OSError as error:
        log.warning("No record of this run: %s: %s", show(folder or RUNS), reason(error))
        return
    if page.can_draw():
        log.warning("See %s", show(folder / page.PAGE))
    else:
        log.warning(
            "Kept in %s. For pictures: %s, then python scripts/report.py %s",
            show(folder),
            page.HOW_TO_DRAW,
            show(folder),
        )


def contents(record, pictures):
    """Return the content of each file of a record: the results, and as far as can be drawn the figures and the page.

    Of more than `MANY` photos, the results say in place of `photos` where these are (`photos_in`): in `photos.csv`.

    Parameters
    ----------
    record : dict
        As `redrawing.read` returns it.
    pictures : dict of str to bytes
        As `page.draw` takes it.
    """
    table: Iterable[str] = ""
    results = record
    if len(record["photos"]) > MANY:
        record = record | {"photos_in": PHOTOS}
        results = {name: value for name, value in record.items() if name != "photos"}
        table = to_csv(record["photos"])
    text = json.dumps(results, indent=2, allow_nan=False, default=list) + "\n"
    drawn = page.draw(record, pictures) if page.can_draw() else {}
    return {RESULTS: text, PHOTOS: table, "history.csv": _history(record)} | drawn


def describe(argv, seed, photos, pretrained):
    """Return the provenance of a run, and how to repeat it.

    Parameters
    ----------
    argv : list of str
        The command line; empty if there was none.
    seed : int
    photos : PhotoSet
    pretrained : weights.Pretrained

    Returns
    -------
    dict
        `format` (int), `script`, `command` and `repeat` (the command line as it was, and with the seed and without
        `--out`), `written` (ISO 8601), `headline` (which photos) and `weights` (`network`, `source` and `fingerprint`).
    """
    return command(argv, seed) | {
        "format": FORMAT,
        "written": datetime.now().astimezone().isoformat(timespec="seconds"),
        "headline": photos.headline,
        "weights": {name: getattr(pretrained, name) for name in ("network", "source", "fingerprint")},
    }


def command(argv, seed):
    """Return `script`, `command` and `repeat` of a run, as `describe` does."""
    if not argv:
        return {"script": "Python", "command": "", "repeat": ""}
    again = _without(argv, "--out")
    if len(_without(argv, "--seed")) == len(argv):
        again += ["--seed", str(seed)]
    said = {"command": shlex.join(["python", *argv]), "repeat": shlex.join(["python", *again])}
    return {"script": Path(argv[0]).name} | said


def _without(argv, option):
    """Return a command line without an option and its value."""
    left = [word for word in argv if not word.startswith(f"{option}=")]
    if option in left:
        place = left.index(option)
        del left[place : place + 2]
    return left


def _history(record):
    """Return the training history as CSV, a line per epoch; nothing if the run did not train."""
    history = record.get("history", {})
    text = io.StringIO()
    if history:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["epoch", *history, "photos"])
        photos = "DEMO" if record["is_demo"] else record["data"]
        for epoch, values in enumerate(zip(*history.values(), strict=True), 1):
            writer.writerow([epoch, *values, photos])
    return text.getvalue()


def write(contents, folder, stem):
    """Write the files of a record into a new folder, all or none.

    Parameters
    ----------
    contents : dict of str to iterable of str
        What to write to which file, a text or pieces of it; empty ones are left out.
    folder : Path, optional
        By default one in `RUNS`, named after `stem` and the time; of two in the same second, one gets a number.
    stem : str

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    if folder is not None:
        if folder.is_dir():
            folder.rmdir()  # an empty one is as good as none
        return _write(contents, folder)
    name = f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}"
    for number in itertools.count(1):
        folder = RUNS / (name if number == 1 else f"{name}-{number}")
        if folder.exists():
            continue
        try:
            return _write(contents, folder)
        except OSError:
            if not folder.exists():
                raise  # for another reason than that another run has just taken the name


def _write(contents, folder):
    """Write files into a folder that is not there yet."""
    with replacing(folder) as temporary:
        for name, text in contents.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            if text:
                with open(temporary / name, "w", encoding="utf-8", errors="backslashreplace") as file:
                    file.writelines([text] if isinstance(text, str) else text)
    return folder
