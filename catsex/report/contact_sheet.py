"""The photos, small, each with its class and its prediction."""

import base64
import heapq
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.images import read_bytes
from catsex.photos.description import checksum, small_picture
from catsex.sentences import sentences_of

say = sentences_of("captions")

MOST = 120  # photos on a sheet
WORST = 40  # beside it, of a set of which it is a sample


@dataclass(frozen=True)
class Tile:
    """A photo on the sheet.

    Attributes
    ----------
    name, truth, prediction : str
        Its file, its class, and what the network predicted.
    score : str
        How sure the prediction is.
    wrong : bool
    part : str
        "trained on" or "never seen" where a run has both, else "".
    picture : str or None
        The photo as a data URI; None if the file is gone or is another one by now.
    """

    name: str
    truth: str
    prediction: str
    score: str
    wrong: bool
    part: str
    picture: str | None

    @property
    def alt(self):
        """The alternative text, for readers who cannot see the photo."""
        said = {"name": self.name, "truth": self.truth, "prediction": self.prediction, "score": self.score}
        return say("tile.wrong" if self.wrong else "tile.right", **said)


def sheet(record, pictures):
    """Return the predicted photos, or a seeded random sample of them if they are many.

    Parameters
    ----------
    record : dict
        As `redrawing.read` returns it.
    pictures : dict of str to bytes
        Small JPEGs by the SHA-256 of the photos' files.

    Returns
    -------
    tiles : list of Tile
        Class by class.
    total : int
        How many photos it was asked about.
    """
    asked = _asked(record)
    chosen = np.arange(len(asked))
    if len(asked) > MOST:
        chosen = np.sort(np.random.default_rng(record["seed"]).choice(len(asked), MOST, replace=False))
    return _tiles([asked[i] for i in chosen], asked, record, pictures), len(asked)


def worst(record, pictures):
    """Return the worst predictions, if the sheet is only a sample.

    Those are the ones that were right least often while they were held out, or about which it was most sure of a wrong
    answer; only held-out ones, if there are any.

    Parameters
    ----------
    record, pictures
        As `sheet` takes them.

    Returns
    -------
    tiles : list of Tile
        The worst first.
    total : int
        How many wrong predictions there are among the photos that count.
    """
    asked = _asked(record)
    some_held_out = any(_column(asked, "held_out"))
    wrong = Counted(photo for photo in asked if (photo.get("held_out") or not some_held_out) and _how_wrong(photo) > 0)
    listed = heapq.nsmallest(WORST, wrong, key=lambda photo: (-_how_wrong(photo), photo["name"]))
    return ([] if len(asked) <= MOST else _tiles(listed, asked, record, pictures)), wrong.number


class Counted:
    """An iterable that counts what it yields."""

    def __init__(self, items):
        self.items, self.number = items, 0

    def __iter__(self):
        for item in self.items:
            self.number += 1
            yield item


def _asked(record):
    """Return the predicted photos of a record."""
    photos = record["photos"]
    if isinstance(photos, list):
        return [photo for photo in photos if "sha256" in photo and photo.get("prediction", "") is not None]
    return photos if "sha256" in photos[0] else []  # of too many for a list each is like the first


def _column(photos, key):
    """Return the value of a key for each photo; nothing if the first photo does not have it."""
    return (photo.get(key) for photo in photos) if photos and key in photos[0] else ()


def _how_wrong(photo):
    """Return how wrong a prediction is: 0 if it is right, else a number above 0 and up to 1."""
    if "is_cat" in photo:
        return 0 if photo["is_cat"] else max(photo["score"], 1e-9)
    if "predictions" in photo:
        return 1 - photo["right"] if photo["right"] < 0.5 else 0
    return photo["score"] if photo["prediction"] != photo["class"] else 0


def _tiles(photos, asked, record, pictures):
    """Return the tiles of some of the predicted photos."""
    both_parts = len(set(_column(asked, "held_out"))) > 1
    how = pictures, record.get("class_names"), both_parts, Decoder.from_json(record.get("decoding", {}))
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda photo: _tile(photo, *how), photos))


def _tile(photo, pictures, class_names, both_parts, decoder):
    """Return one photo's tile, from what the record says of its file and of the prediction."""
    if "is_cat" in photo:
        prediction, wrong = photo["label"].replace("_", " "), not photo["is_cat"]
        score = f"{100 * photo['score']:.0f} %" if photo["class_index"] is not None else f"{photo['score']:.2f}"
    elif "predictions" in photo:
        counts = photo["predictions"]
        prediction, wrong = class_names[int(np.argmax(counts))], photo["right"] < 0.5
        score = say("tile.count", number=max(counts), total=sum(counts))
    else:
        prediction, wrong = photo["prediction"], photo["prediction"] != photo["class"]
        score = f"{100 * photo['score']:.0f} %"
    part = say("tile.never seen" if photo["held_out"] else "tile.trained on") if both_parts else ""
    small = pictures.get(photo["sha256"]) or _read_small(photo["path"], photo["sha256"], decoder)
    name, label = show(photo["name"]), show(photo["class"])
    return Tile(name, label, show(prediction), score, wrong, part, small and as_data_uri(small, "image/jpeg"))


def _read_small(path, sha256, decoder):
    """Return a small JPEG of a photo, or None if its file cannot be read or is not the same any more."""
    try:
        data = read_bytes(path)
        return small_picture(decoder.decode(data, path)[0]) if checksum(data) == sha256 else None
    except ImageError:
        return None


def as_data_uri(data, kind):
    """Return content of a MIME type as an address that a page can hold."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
