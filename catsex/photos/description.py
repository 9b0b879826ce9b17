"""What can be said of a photo without a network: its checksum, a few numbers, when it was taken, a small picture.

All of it comes from the one time that a photo is read and decoded in a run, or from the cache.
"""

import hashlib
import struct
from dataclasses import dataclass

import numpy as np

from catsex.photos.bursts import Taken, read_taken
from catsex.photos.preprocessing import preprocess

# Raised whenever `describe` would say something else of the same file.
DESCRIPTION_VERSION = 2
NUMBERS = 9
TAKEN, MOST_CAMERA = "<dH", 1000  # how a time and the length of a camera's name are stored; bytes of that name
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
    taken : bursts.Taken or None
        By which camera and when, where the file says so.
    """

    checksum: str
    numbers: np.ndarray
    picture: bytes
    taken: Taken | None = None

    def to_array(self):
        """Return all but the checksum as an array of uint8, for a cache."""
        camera, seconds = self.taken or ("", 0.0)
        camera = camera.encode("utf-8", "backslashreplace")[:MOST_CAMERA]
        taken = struct.pack(TAKEN, seconds, len(camera)) + camera
        return np.frombuffer(self.numbers.astype("<f4").tobytes() + taken + self.picture, np.uint8)

    @classmethod
    def from_array(cls, checksum, content):
        """Return what `to_array` was made from."""
        data = content.tobytes()
        seconds, length = struct.unpack_from(TAKEN, data, 4 * NUMBERS)
        start = 4 * NUMBERS + struct.calcsize(TAKEN)
        camera = data[start : start + length].decode("utf-8", "replace")
        taken = Taken(camera, seconds) if camera else None
        return cls(checksum, np.frombuffer(data[: 4 * NUMBERS], "<f4"), data[start + length :], taken)


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
    height, width = full_size or pixels.shape[:2]
    colour = pixels.reshape(-1, 3).mean(axis=0) / 255
    total = pixels[:, :, 0].astype(np.uint16) + pixels[:, :, 1] + pixels[:, :, 2]  # a third of the memory of floats
    shape = np.log([len(data), width, height, width / height])
    numbers = np.concatenate([colour, [total.mean() / 765, total.std() / 765], shape]).astype(np.float32)
    picture = small_picture(pixels) if with_picture else b""
    return Description(checksum(data), numbers, picture, read_taken(data))


def small_picture(pixels):
    """Return a small JPEG of a photo, shape (H, W, 3), uint8."""
    import imageio.v3 as iio

    scale = min(1, SIDE / max(pixels.shape[:2]))
    height, width = (max(1, round(scale * length)) for length in pixels.shape[:2])
    small = ((preprocess(pixels, (height, width)) + 1) * 127.5).round().clip(0, 255).astype(np.uint8)
    return iio.imwrite("<bytes>", small, extension=".jpg", quality=78)
