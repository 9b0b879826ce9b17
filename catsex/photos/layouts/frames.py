"""Animations and files of several pages: each picture in them as a photo, the file as its group."""

import hashlib
import logging
from dataclasses import replace

from catsex.errors import DataError, ImageError, reason
from catsex.files import cache_folder, replacing, show
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.images import count_frames, read_bytes
from catsex.photos.preprocessing import PREPROCESSING_VERSION

log = logging.getLogger(__name__)

MOST_FRAMES = 2000  # of one file


def all_frames(rows, decoder=None):
    """Put a row for each picture of a file in place of the file's own row.

    The pictures are written once, without loss, to the cache folder, under the checksum of the file's content. They
    belong to the file's subject; where it has none, the file is their subject.

    Parameters
    ----------
    rows : list of Row
    decoder : Decoder, optional
        How the files are decoded.

    Returns
    -------
    list of Row

    Raises
    ------
    ImageError
        If a picture cannot be read.
    DataError
        If there is no room for them, or a file has more than `MOST_FRAMES`.
    """
    decoder, found, files = decoder or Decoder(), [], 0
    for row in rows:
        data = read_bytes(row.path)
        try:
            number = count_frames(data, row.path, decoder.bands)
        except ImageError:
            number = 1  # the error is raised when it is read
        if number == 1:
            found.append(row)
            continue
        files += 1
        subject = row.subject or "/".join(row.path.parts[-2:])
        found += [row._replace(path=path, subject=subject) for path in _written(row.path, data, number, decoder)]
    if files:
        log.warning("%d files hold %d pictures in all; each is used", files, len(found) - len(rows) + files)
    return found


def _written(path, data, number, decoder):
    """Return where the pictures of a file have been written to."""
    if number > MOST_FRAMES:
        raise DataError(f"{show(path)} holds {number:,} pictures; at most {MOST_FRAMES:,} are read")
    way = f"{decoder.whole().key} {PREPROCESSING_VERSION}".encode()
    folder = cache_folder() / "frames" / hashlib.sha256(way + data).hexdigest() / path.name
    names = [f"{frame + 1:0{len(str(number))}d}.png" for frame in range(number)]
    try:
        if not folder.is_dir():
            with replacing(folder) as temporary:
                temporary.mkdir()
                for frame, name in enumerate(names):
                    _write(temporary / name, replace(decoder, frame=frame).whole().decode(data, path)[0])
    except OSError as error:
        raise DataError(
            f"the pictures in {show(path)} cannot be written to {show(cache_folder())}: {reason(error)}"
        ) from error
    return [folder / name for name in names]


def _write(path, pixels):
    """Write pixels as a PNG."""
    from PIL import Image

    Image.fromarray(pixels).save(path, "PNG", compress_level=1)
