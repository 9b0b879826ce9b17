"""The photos themselves, small, with what each is and what the network answered."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.description import checksum, small_picture
from catsex.photos.images import decode_image, read_bytes

MOST = 120  # photos on a sheet


@dataclass(frozen=True)
class Tile:
    """A photo on the sheet.

    Attributes
    ----------
    name, truth, answer : str
        Its file, its class, and what the network answered.
    score : str
        How sure the answer is.
    wrong : bool
    part : str
        "trained on" or "never seen" where a run has both, else "".
    picture : str or None
        The photo as a data URI; None if the file is gone or is another one by now.
    """

    name: str
    truth: str
    answer: str
    score: str
    wrong: bool
    part: str
    picture: str | None

    @property
    def alt(self):
        """What a reader who cannot see the photo should know."""
        verdict = "wrong" if self.wrong else "right"
        return f"{self.name} is {self.truth}; answer: {self.answer}, {self.score}, {verdict}"


def sheet(record, pictures):
    """Return the photos that the network was asked about, or a seeded random sample of them if they are many.

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
    asked = [photo for photo in record["photos"] if "sha256" in photo and photo.get("answer", "") is not None]
    chosen = range(len(asked))
    if len(asked) > MOST:
        chosen = np.sort(np.random.default_rng(record["seed"]).choice(len(asked), MOST, replace=False))
    both_parts = len({photo.get("held_out") for photo in asked}) > 1
    with ThreadPoolExecutor() as pool:
        tiles = list(pool.map(lambda i: _tile(asked[i], pictures, record.get("class_names"), both_parts), chosen))
    return tiles, len(asked)


def _tile(photo, pictures, class_names, both_parts):
    """Return one photo's tile, from what the record says of its file and of the answer."""
    if "is_cat" in photo:
        answer, wrong = photo["label"].replace("_", " "), not photo["is_cat"]
        score = f"{100 * photo['score']:.0f} %" if photo["class_index"] is not None else f"{photo['score']:.2f}"
    elif "answers" in photo:
        counts = photo["answers"]
        answer, wrong = class_names[int(np.argmax(counts))], photo["right"] < 0.5
        score = f"{max(counts)} of {sum(counts)}"
    else:
        answer, wrong = photo["answer"], photo["answer"] != photo["class"]
        score = f"{100 * photo['score']:.0f} %"
    part = ("never seen" if photo["held_out"] else "trained on") if both_parts else ""
    texts = [show(text) for text in (photo["name"], photo["class"], answer)]
    small = pictures.get(photo["sha256"]) or _read_small(photo["path"], photo["sha256"])
    return Tile(*texts, score, wrong, part, small and as_data_uri(small, "image/jpeg"))


def _read_small(path, sha256):
    """Return a small JPEG of a photo, or None if its file cannot be read or is not the same any more."""
    try:
        data = read_bytes(path)
        return small_picture(decode_image(data, path)) if checksum(data) == sha256 else None
    except ImageError:
        return None


def as_data_uri(data, kind):
    """Return content of a MIME type as an address that a page can hold."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
