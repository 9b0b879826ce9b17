"""The description of a photo without a network: its checksum, a few numbers, and a small picture of it.

All of it comes from the one time that a photo is read and decoded in a run, or from the cache.
"""

import hashlib
import io
import json
from dataclasses import dataclass, field

import numpy as np

from catsex.photos.exif import read_exif
from catsex.photos.preprocessing import preprocess
from catsex.photos.traces import LENGTH, Traces, find_traces

# Raised whenever `describe` would say something else of the same file.
DESCRIPTION_VERSION = 3
NUMBERS = 9
SIDE = 168  # pixels of a small picture's longer side


@dataclass(frozen=True)
class Description:
    """What a run keeps of a photo.

    Attributes
    ----------
    checksum : str
        SHA-256 of the file, in hexadecimal.
    numbers : ndarray, shape (9,), float32
        Mean red, green and blue; mean and standard deviation of the brightness, all 0 to 1; logarithms of the
        file's bytes, of the width and of the height in pixels, and of their ratio.
    picture : bytes
        A JPEG of at most `SIDE` pixels; empty for photos of a set too large to keep them.
    traces : traces.Traces
        What taking, saving and handing on the photo has left in it.
    exif : dict
        What the file says of how it was taken, as `exif.read_exif` returns it.
    """

    checksum: str
    numbers: np.ndarray
    picture: bytes
    traces: Traces
    exif: dict = field(default_factory=dict)

    def to_array(self):
        """Return all but the checksum as an array of uint8, for a cache."""
        exif = json.dumps(self.exif).encode()
        parts = self.numbers.astype("<f4").tobytes(), self.traces.to_bytes(), len(exif).to_bytes(4, "little"), exif
        return np.frombuffer(b"".join(parts) + self.picture, np.uint8)

    @classmethod
    def from_array(cls, checksum, content):
        """Return what `to_array` was made from."""
        data = content.tobytes()
        numbers, data = np.frombuffer(data[: 4 * NUMBERS], "<f4"), data[4 * NUMBERS :]
        traces, data = Traces.from_bytes(data[:LENGTH]), data[LENGTH:]
        length = int.from_bytes(data[:4], "little")
        return cls(checksum, numbers, data[4 + length :], traces, json.loads(data[4 : 4 + length]))


def checksum(data):
    """Return the SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def describe(data, pixels, with_picture=True, full_size=None):
    """Describe a photo.

    Parameters
    ----------
    data : bytes
        The content of its file.
    pixels : ndarray, shape (H, W, 3), uint8
    with_picture : bool
    full_size : (int, int), optional
        Height and width of the whole photo, if the pixels are those of a smaller version of it.

    Returns
    -------
    Description
    """
    height, width = pixels.shape[:2]
    # Along the columns first, all at once: a fifth of the time that the mean of each colour takes.
    colour = pixels.reshape(height, -1).sum(axis=0, dtype=np.uint32).reshape(width, 3).mean(axis=0) / (255 * height)
    total = pixels[:, :, 0].astype(np.uint16) + pixels[:, :, 1] + pixels[:, :, 2]  # a third of the memory of floats
    height, width = full_size or (height, width)
    shape = np.log([len(data), width, height, width / height])
    numbers = np.concatenate([colour, [total.mean() / 765, total.std() / 765], shape]).astype(np.float32)
    picture = small_picture(pixels) if with_picture else b""
    return Description(checksum(data), numbers, picture, find_traces(data, pixels), read_exif(data))


def small_picture(pixels):
    """Return a small JPEG of a photo, shape (H, W, 3), uint8."""
    from PIL import Image

    scale = min(1, SIDE / max(pixels.shape[:2]))
    height, width = (max(1, round(scale * length)) for length in pixels.shape[:2])
    small = ((preprocess(pixels, (height, width)) + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(small).save(file, "JPEG", quality=78)  # in half of the time of imageio
    return file.getvalue()
