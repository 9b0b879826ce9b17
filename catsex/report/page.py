"""One self-contained HTML page about a run: the sentence, the pictures, the numbers, how it was done."""

import re
import shlex
import unicodedata
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from catsex.files import show
from catsex.report import captions, comparison, contact_sheet, figures, style, summary
from catsex.report.card import card
from catsex.sentences import sentences_of

say = sentences_of("captions")

PAGE = "report.html"
TEMPLATE = "page.html.jinja"
HOW_TO_DRAW = 'pip install -e ".[report]"'


@dataclass(frozen=True)
class Picture:
    """A figure on the page.

    Attributes
    ----------
    name : str
        Its file's name, without `.svg`.
    title : str
    svg : str
    finding : str
        What it shows, which is also what a reader hears who cannot see it.
    reading : str
        How to read it.
    """

    name: str
    title: str
    svg: str
    finding: str
    reading: str

    @property
    def address(self):
        """The figure as a data URI that follows the page's light or dark colours."""
        return contact_sheet.as_data_uri(style.for_page(self.svg).encode(), "image/svg+xml")

    @property
    def shape(self):
        """Its width and height, so that a browser keeps the place free."""
        found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', self.svg)
        return found.groups() if found else ("", "")


def can_draw():
    """Return whether matplotlib and Jinja are installed."""
    return all(find_spec(name) for name in ("matplotlib", "jinja2"))


def draw(record, pictures=None):
    """Draw the figures and the page of a run.

    Parameters
    ----------
    record : dict
        As `redrawing.read` returns it.
    pictures : dict of str to bytes, optional
        Small JPEGs of the photos by the SHA-256 of their files; those that are not in it are read from the files.

    Returns
    -------
    dict of str to str
        The content of each file: `report.html` and `figures/….svg`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    figures = list(pictures_of(record))
    compares = record["kind"] == "comparison"  # configurations, so that there is no single prediction of a photo
    tiles, total = ([], 0) if compares else contact_sheet.sheet(record, pictures or {})
    worst, wrong = ([], 0) if compares else contact_sheet.worst(record, pictures or {})
    names = class_names(record)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = lambda text: typeset(text, names)
    page = environment.get_template(TEMPLATE).render(
        say=sentences_of("report"),
        results=record,
        run=record["record"],
        repeat=[shlex.quote(word) for word in shlex.split(record["record"]["repeat"])],
        kind=record["kind"],
        card=card(record),
        held_out=record["kind"] != "evaluation" and any(photo.get("held_out") for photo in record["photos"]),
        pictures=figures,
        classes=[(name, [tile for tile in tiles if tile.truth == show(name)]) for name in names],
        sheet_finding=captions.contact_sheet(tiles, total) if tiles else "",
        worst=worst,
        worst_finding=captions.worst(worst, wrong) if worst else "",
        gone=sum(tile.picture is None for tile in tiles + worst),
        numbers=comparison.rows(record) if compares else summary.rows(record),
    )
    return {PAGE: page} | {f"figures/{picture.name}.svg": picture.svg for picture in figures}


def class_names(record):
    """Return the names of the classes, in their order."""
    return record.get("class_names") or list(dict.fromkeys(photo["class"] for photo in record["photos"]))


def typeset(text, names):
    """Keep numbers and their units on one line, and names that run from right to left apart from the words around."""
    text = text.replace(" %", "\N{NO-BREAK SPACE}%").replace("p = ", "p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")
    for name in names:
        if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name):
            text = text.replace(name, f"\u2068{name}\u2069")
    return text


def pictures_of(record):
    """Yield the figures that the results of a run allow.

    Parameters
    ----------
    record : dict
        As `redrawing.read` returns it.

    Yields
    ------
    Picture
    """
    demo = record["is_demo"]
    for name, title, svg, finding, reading in (
        *_evaluation_figures(record),
        *_training_figures(record),
        *_comparison_figures(record),
    ):
        yield Picture(name, title, style.marked(svg, "DEMO") if demo else svg, finding, reading)


def _evaluation_figures(record):
    """Yield the figures of `evaluate.py`."""
    if record["kind"] != "evaluation":
        return
    yield (
        "chance",
        say("chance"),
        figures.null_histogram(record["null"], record["observed"]),
        captions.null_histogram(record["null"], record["observed"]),
        say("chance.reading"),
    )
    points = record["learning_curve"]
    yield (
        "photos_per_class",
        say("size"),
        figures.accuracy_by_size(points, record["chance"]),
        captions.accuracy_by_size(points, record["still_rising"]),
        say("size.reading"),
    )
    if came := record.get("as_they_came"):
        yield (
            "as_they_came",
            say("as they came"),
            figures.capital_curve(came["capital"]),
            came["sentence"],
            say("as they came.reading"),
        )
    photos = Counter(photo["class"] for photo in record["photos"])
    yield _confusion(record, np.array(record["confusion"]), [photos[name] for name in class_names(record)])


def _training_figures(record):
    """Yield the figures of a run that trained."""
    if record["kind"] != "training" or not record["history"].get("accuracy"):
        return
    unseen = [photo["held_out"] for photo in record["photos"]]
    scored = Counter(photo["class"] for photo in record["photos"] if photo["held_out"] or not any(unseen))
    chance = max(scored.values()) / scored.total()
    history = record["history"]
    yield (
        "learning_curves",
        say("learning curves"),
        figures.learning_curves(history, (unseen.count(False), unseen.count(True)), chance),
        captions.learning_curves(history),
        say("learning curves.reading" if "val_accuracy" in history else "learning curves.reading.trained on"),
    )
    if any(unseen):
        matrix = np.array(record["confusion"]) if "confusion" in record else _counted(record)
        yield _confusion(record, matrix, matrix.sum(axis=1).astype(int).tolist())


def _comparison_figures(record):
    """Yield the figure of `compare.py`."""
    if record["kind"] == "comparison":
        yield (
            "configurations",
            say("configurations"),
            comparison.figure(record),
            comparison.caption(record),
            say("configurations.reading"),
        )


def _confusion(record, matrix, counts):
    """Return the figure of a confusion matrix, counts or shares, a row per true class, of so many photos."""
    names = class_names(record)
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1e-12)
    return (
        "confusion",
        say("confusion"),
        figures.confusion_matrix(shares, names, counts),
        captions.confusion_matrix(shares, names),
        say("confusion.reading"),
    )


def _counted(record):
    """Return how often each class (columns) was predicted for held-out photos of each class (rows)."""
    place = {name: number for number, name in enumerate(class_names(record))}
    matrix = np.zeros((len(place), len(place)))
    for photo in record["photos"]:
        if photo["held_out"]:
            matrix[place[photo["class"]], place[photo["prediction"]]] += 1
    return matrix
