"""The photos themselves, small, with what each is and what the network answered."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.images import decode_image, read_bytes
from catsex.photos.preprocessing import preprocess

MOST = 120  # photos on a sheet
SIDE = 168  # pixels of a small photo's longer side


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


def sheet(record):
    """Return the photos that the network was asked about, or a seeded random sample of them if they are many.

    Parameters
    ----------
    record : dict
        As `records.read` returns it.

    Returns
    -------
    tiles : list of Tile
        Class by class.
    total : int
        How many photos it was asked about.
    """
    judged = list(zip(record["record"]["photos"], record.get("photos", []), strict=False))
    asked = [pair for pair in judged if pair[1].get("answer", "") is not None]
    chosen = range(len(asked))
    if len(asked) > MOST:
        chosen = np.sort(np.random.default_rng(record["seed"]).choice(len(asked), MOST, replace=False))
    both_parts = len({finding.get("held_out") for _, finding in asked}) > 1
    with ThreadPoolExecutor() as pool:
        tiles = list(pool.map(lambda i: _tile(*asked[i], record.get("class_names"), both_parts), chosen))
    return tiles, len(asked)


def _tile(photo, finding, class_names, both_parts):
    """Return one photo's tile, from what the record says of its file and of the answer."""
    if "is_cat" in finding:
        answer, wrong = finding["label"].replace("_", " "), not finding["is_cat"]
        score = f"{100 * finding['score']:.0f} %" if finding["class_index"] is not None else f"{finding['score']:.2f}"
    elif "answers" in finding:
        counts = finding["answers"]
        answer, wrong = class_names[int(np.argmax(counts))], finding["right"] < 0.5
        score = f"{max(counts)} of {sum(counts)}"
    else:
        answer, wrong = finding["answer"], finding["answer"] != photo["class"]
        score = f"{100 * finding['score']:.0f} %"
    part = ("never seen" if finding["held_out"] else "trained on") if both_parts else ""
    texts = [show(text) for text in (photo["name"], photo["class"], answer)]
    return Tile(*texts, score, wrong, part, small_photo(photo["path"], photo["sha256"]))


def small_photo(path, checksum):
    """Return a photo as a small JPEG in a data URI.

    Parameters
    ----------
    path : str
    checksum : str
        SHA-256 of the file as it was.

    Returns
    -------
    str or None
        None if the file cannot be read, or is not the same any more.
    """
    import imageio.v3 as iio

    try:
        data = read_bytes(path)
        if hashlib.sha256(data).hexdigest() != checksum:
            return None
        pixels = decode_image(data, path)
    except ImageError:
        return None
    scale = min(1, SIDE / max(pixels.shape[:2]))
    height, width = (max(1, round(scale * length)) for length in pixels.shape[:2])
    small = ((preprocess(pixels, (height, width)) + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
    return as_data_uri(iio.imwrite("<bytes>", small, extension=".jpg", quality=78), "image/jpeg")


def as_data_uri(data, kind):
    """Return content of a MIME type as an address that a page can hold."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
