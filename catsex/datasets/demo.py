"""The demo set: photos for when the tutorial's are unavailable, in which there is nothing to learn."""

import atexit
import hashlib
import itertools
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import cache_folder, replacing, show
from catsex.photos import PhotoSet
from catsex.photos.layouts.folders import SEXES
from catsex.photos.photoset import photo_set

# Colour photos that are in scikit-image's wheel, and public domain or CC0 by its own documentation.
CUT_FROM = ("astronaut", "chelsea", "coffee", "hubble_deep_field", "rocket")
FOLDER = "demo-2"  # in the cache; to be counted up whenever the pieces change
CHECKSUM = "SHA256"  # in that folder: that of all pieces


def demo_set() -> PhotoSet:
    """Return 40 pieces of five of scikit-image's photos, one of which shows a cat, with labels that mean nothing.

    Eight pieces of each photo are dealt at random, with a fixed seed; the first 20 are called female and the others
    male. They are different enough to be learned by heart, but whatever accuracy a network reaches on pieces that
    it has not seen is chance.
    They are written to the cache folder, or to a temporary one where that is not possible.

    Returns
    -------
    PhotoSet

    Raises
    ------
    DataError
        If there is no place to write them to.
    """
    folder = cache_folder() / FOLDER
    try:
        if not _is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)  # such as one that a cleaner of caches has been through
            with replacing(folder) as temporary:
                temporary.mkdir()
                _write_pieces(temporary)
                (temporary / CHECKSUM).write_text(_checksum(temporary))
    except OSError:  # another process has just made it, or the cache cannot be written to
        folder = folder if _is_whole(folder) else _temporary_demo_folder()
    return replace(photo_set("demo", _demo_paths(folder)), is_demo=True)


def _demo_paths(folder):
    """Return {"female": paths, "male": paths} of the 40 pieces."""
    return {name: [folder / f"{sex}{number:02d}.jpg" for number in range(1, 21)] for sex, name in SEXES.items()}


def _is_whole(folder):
    """Return whether all 40 pieces are there as they were written."""
    try:
        return (folder / CHECKSUM).read_text() == _checksum(folder)
    except OSError:
        return False


def _checksum(folder):
    """Return the SHA-256 of all 40 pieces."""
    digest = hashlib.sha256()
    for path in itertools.chain.from_iterable(_demo_paths(folder).values()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _temporary_demo_folder():
    """Write the pieces to a folder that is removed when this process ends."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="catsex-demo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _write_pieces(folder)
    except OSError as error:
        raise DataError(
            f"no photos: the demo set can be written neither to {show(cache_folder())} nor to a temporary folder: "
            f"{reason(error)}; make room, or pass --data DIR"
        ) from error
    return folder


def _write_pieces(folder):
    """Write f01.jpg … f20.jpg and m01.jpg … m20.jpg: squares of random size and place, tinted, half mirrored."""
    import imageio.v3 as iio
    import skimage.data

    rng = np.random.default_rng(0)
    dealt = rng.permutation(np.arange(40) % len(CUT_FROM))  # as many pieces of each photo, in any order
    for path, number in zip(itertools.chain.from_iterable(_demo_paths(folder).values()), dealt, strict=True):
        photo = getattr(skimage.data, CUT_FROM[number])()  # (H, W, 3), uint8
        side = rng.integers(110, int(0.5 * photo.shape[0]))
        top, left = rng.integers(0, np.array(photo.shape[:2]) - side)
        piece = photo[top : top + side, left : left + side]
        piece = piece[:, ::-1] if rng.random() < 0.5 else piece
        piece = np.clip(piece * rng.uniform(0.7, 1.3, size=3), 0, 255)
        iio.imwrite(path, piece.round().astype(np.uint8), quality=95)
