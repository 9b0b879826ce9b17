"""The tutorial's 40 cats, or where they cannot be had a demo set in which there is nothing to learn."""

import atexit
import hashlib
import logging
import shutil
import tempfile
from pathlib import Path

import numpy as np

from catsex import downloads
from catsex.datasets import SEXES, photo_set, read_folder
from catsex.errors import DataError, DownloadError
from catsex.files import cache_folder, replacing
from catsex.images import show

log = logging.getLogger(__name__)

CATS_FOLDER = Path(__file__).resolve().parents[1] / "data" / "cats"
CATS_ZIP_URLS = (
    "https://pythontutorials.eu/data/cats.zip",
    "https://github.com/smathot/pythontutorials/raw/master/data/cats.zip",
)


def open_photos(folder=None):
    """Find the photos to work on.

    Parameters
    ----------
    folder : str or Path, optional
        A folder of one's own, as `read_folder` takes it. Without it, the tutorial's cats: from `data/cats`,
        else downloaded to there, else (with a notice) the demo set.

    Returns
    -------
    PhotoSet

    Raises
    ------
    DataError
        If `folder` is not such a folder, or the cats are there in part and cannot be completed.
    """
    if folder is not None:
        return read_folder(folder)
    try:
        return open_cats()
    except DownloadError as error:
        log.warning("The tutorial's photos cannot be had: %s", error)
        log.warning("Using the demo set instead. To use the cats, see data/cats/README.md")
        return demo_set()


def open_cats(folder=CATS_FOLDER, urls=CATS_ZIP_URLS):
    """Return the tutorial's 40 cats, downloading them first if they are not there.

    Raises
    ------
    DataError
        If a photo in `folder` is not the tutorial's, or some are there and the others cannot be had.
    DownloadError
        If none is there and none can be had.
    """
    checksums = cat_checksums()
    missing = [name for name in checksums if not (folder / name).exists()]
    if missing:
        try:
            fetch_cats(urls, folder)
        except DownloadError as error:
            if len(missing) == len(checksums):
                raise
            raise DataError(
                f"{show(folder)} has no {missing[0]} ({len(missing)} of 40 missing) and it cannot be fetched: {error}"
            ) from error
    for name, checksum in checksums.items():
        try:
            intact = hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum
        except OSError as error:
            raise DataError(f"{show(folder / name)} cannot be read: {error.strerror or error}") from error
        if not intact:
            raise DataError(f"{show(folder / name)} is not the tutorial's photo: delete it to fetch it again")
    by_class = {sex: [folder / name for name in checksums if name[0] == sex[0]] for sex in SEXES.values()}
    return photo_set("cats", by_class)


def cat_checksums():
    """Return {file name: SHA-256} of the tutorial's photos, females first."""
    lines = (CATS_FOLDER / "SHA256SUMS").read_text().splitlines()
    return dict(sorted((name, checksum) for checksum, name in (line.split() for line in lines)))


def fetch_cats(sources=CATS_ZIP_URLS, folder=CATS_FOLDER):
    """Fill a folder with the tutorial's photos from the first source that has them all.

    Every photo is checked before the first one is put into place.

    Parameters
    ----------
    sources : sequence of str
        Addresses or local paths of `cats.zip`.
    folder : Path

    Raises
    ------
    DownloadError
        If no source has them, or the folder cannot be written to.
    """
    reasons = []
    for source in sources:
        try:
            photos = _read_cats_zip(source)
            break
        except DownloadError as error:
            reasons.append(str(error))
    else:
        raise DownloadError("; ".join(reasons))
    try:
        for name, data in photos.items():
            with replacing(folder / name) as temporary:
                temporary.write_bytes(data)
    except OSError as error:
        raise DownloadError(f"{show(folder)} cannot be written to: {error.strerror or error}") from error


def _read_cats_zip(source):
    """Return {file name: content} of the 40 photos in a local or remote `cats.zip`."""
    if "://" not in str(source):
        if not Path(source).is_file():
            raise DownloadError(f"no such file: {show(source)}")
        return downloads.read_zip(source, cat_checksums())
    log.info("Fetching %s", source)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cats.zip"
        downloads.fetch(source, path, max_bytes=20 * 2**20)
        return downloads.read_zip(path, cat_checksums())


def demo_set():
    """Return 40 views of scikit-image's cat Chelsea with labels that mean nothing.

    Seeded crops, flips, tints and small rotations, the first 20 called female and the others male. All views
    are drawn alike, so whatever accuracy a network reaches on views it has not seen is luck.
    They are written to the cache folder, or to a temporary one where that is not possible.

    Returns
    -------
    PhotoSet
    """
    folder = cache_folder() / "demo"
    if not folder.exists():
        try:
            with replacing(folder) as temporary:
                temporary.mkdir()
                _write_demo_views(temporary)
        except OSError:  # another process has just made it, or the cache cannot be written to
            if not folder.exists():
                folder = Path(tempfile.mkdtemp(prefix="catsex-demo-"))
                atexit.register(shutil.rmtree, folder, ignore_errors=True)
                _write_demo_views(folder)
    return photo_set("demo", {SEXES[s]: sorted(folder.glob(f"{s}*.jpg")) for s in SEXES})


def _write_demo_views(folder):
    """Write f01.jpg … f20.jpg and m01.jpg … m20.jpg."""
    import imageio.v3 as iio
    from skimage.data import chelsea
    from skimage.transform import rotate

    photo = chelsea() / 255  # (300, 451, 3)
    rng = np.random.default_rng(0)
    for sex in SEXES:
        for number in range(1, 21):
            view = rotate(photo, rng.uniform(-10, 10), mode="reflect")
            side = rng.integers(200, 290)
            top, left = rng.integers(0, np.array(view.shape[:2]) - side)
            view = view[top : top + side, left : left + side, :]
            view = view[:, ::-1] if rng.random() < 0.5 else view
            view = np.clip(view * rng.uniform(0.85, 1.15, size=3), 0, 1)
            iio.imwrite(folder / f"{sex}{number:02d}.jpg", (view * 255).round().astype(np.uint8), quality=95)
