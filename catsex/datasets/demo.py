"""The demo set: photos for when the tutorial's cannot be had, in which there is nothing to learn."""

import atexit
import hashlib
import itertools
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from catsex.errors import DataError
from catsex.files import cache_folder, replacing, show
from catsex.photos.folders import SEXES
from catsex.photos.photoset import photo_set

CHECKSUM = "SHA256"  # in the folder of the views: that of all of them


def demo_set():
    """Return 40 views of scikit-image's cat Chelsea with labels that mean nothing.

    Seeded crops, flips, tints and small rotations, the first 20 called female and the others male. All views
    are drawn alike, so whatever accuracy a network reaches on views it has not seen is luck.
    They are written to the cache folder, or to a temporary one where that is not possible.

    Returns
    -------
    PhotoSet

    Raises
    ------
    DataError
        If there is no place to write them to.
    """
    folder = cache_folder() / "demo"
    try:
        if not _is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)  # such as one that a cleaner of caches has been through
            with replacing(folder) as temporary:
                temporary.mkdir()
                _write_demo_views(temporary)
                (temporary / CHECKSUM).write_text(_checksum(temporary))
    except OSError:  # another process has just made it, or the cache cannot be written to
        folder = folder if _is_whole(folder) else _temporary_demo_folder()
    return replace(photo_set("demo", _demo_paths(folder)), is_demo=True)


def _demo_paths(folder):
    """Return {"female": paths, "male": paths} of the 40 views."""
    return {name: [folder / f"{sex}{number:02d}.jpg" for number in range(1, 21)] for sex, name in SEXES.items()}


def _is_whole(folder):
    """Return whether all 40 views are there as they were written."""
    try:
        return (folder / CHECKSUM).read_text() == _checksum(folder)
    except OSError:
        return False


def _checksum(folder):
    """Return the SHA-256 of all 40 views."""
    digest = hashlib.sha256()
    for path in itertools.chain.from_iterable(_demo_paths(folder).values()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _temporary_demo_folder():
    """Write the views to a folder that is removed when this process ends."""
    try:
        folder = Path(tempfile.mkdtemp(prefix="catsex-demo-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _write_demo_views(folder)
    except OSError as error:
        raise DataError(
            f"no photos: the demo set can be written neither to {show(cache_folder())} nor to a temporary folder: "
            f"{error.strerror or error}; make room, or pass --data DIR"
        ) from error
    return folder


def _write_demo_views(folder):
    """Write f01.jpg … f20.jpg and m01.jpg … m20.jpg."""
    import imageio.v3 as iio
    from skimage.data import chelsea
    from skimage.transform import rotate

    photo = chelsea() / 255  # (300, 451, 3)
    rng = np.random.default_rng(0)
    for path in itertools.chain.from_iterable(_demo_paths(folder).values()):
        view = rotate(photo, rng.uniform(-15, 15), mode="reflect")
        side = rng.integers(120, 290)
        top, left = rng.integers(0, np.array(view.shape[:2]) - side)
        view = view[top : top + side, left : left + side, :]
        view = view[:, ::-1] if rng.random() < 0.5 else view
        view = np.clip(view * rng.uniform(0.7, 1.3, size=3), 0, 1)
        iio.imwrite(path, (view * 255).round().astype(np.uint8), quality=95)
