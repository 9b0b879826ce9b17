"""What reads the photos of a set, and owns what has been read."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from catsex.photos import description, preprocessing
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.images import read_bytes
from catsex.progress import following


class Reader:
    """Reads photos one way, and remembers the description of each: one reader for a set and all its subsets.

    Attributes
    ----------
    decoder : Decoder
        How the files are decoded.
    described : dict of Path to description.Description
        What is known of the photos that have been read so far.
    computed : dict
        What was computed of the photos in this run, for when nothing is kept on disk.
    looked_at : set of Path
        The photos of which was said whether anything is to be seen in them.
    """

    def __init__(self, decoder: Decoder | None = None) -> None:
        self.decoder = decoder or Decoder()
        self.described: dict[Path, description.Description] = {}
        self.computed: dict[Any, Any] = {}
        self.looked_at: set[Path] = set()

    def read(self, path: Path, with_picture: bool = True) -> np.ndarray:
        """Read a photo as upright RGB pixels, shape (H, W, 3), uint8, 0 to 255."""
        return self.decode(path, read_bytes(path), with_picture)

    def decode(self, path: Path, data: bytes, with_picture: bool = True) -> np.ndarray:
        """Decode what has been read of a photo, `data`, as `read` does."""
        return self._decode(path, data, self.decoder.whole(), with_picture)[0]

    def prepare(self, path: Path, data: bytes, size: tuple[int, int], with_picture: bool = True) -> np.ndarray:
        """Decode what has been read of a photo as `decoder` says, and preprocess it to a size, (height, width)."""
        pixels, full_size = self._decode(path, data, self.decoder, with_picture)
        return preprocessing.preprocess(pixels, size, full_size)

    def _decode(self, path, data, decoder, with_picture):
        pixels, full_size = decoder.decode(data, path)
        self.described[path] = description.describe(data, pixels, with_picture, full_size)
        return pixels, full_size

    def describe(self, paths: list[Path], with_pictures: bool = True) -> list[description.Description]:
        """Return the description of each photo; those that have not been read yet are read now."""
        missing = [path for path in paths if path not in self.described]

        def describe_one(path):
            self.read(path, with_pictures)  # its pixels are not kept

        with ThreadPoolExecutor() as pool:
            for _ in following(pool.map(describe_one, missing), len(missing)):
                pass
        return [self.described[path] for path in paths]
