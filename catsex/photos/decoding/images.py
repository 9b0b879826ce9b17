"""A photo's bytes to upright sRGB pixels.

Everything that shows a photo to a network, or to people, comes through here, so training and prediction cannot
disagree about what a photo looks like.
"""

import contextlib
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np

from catsex.errors import ImageError, reason
from catsex.files import show
from catsex.photos.decoding import colour
from catsex.photos.decoding import eight_bits as decoding
from catsex.photos.decoding.formats import NOT_READ, image_format
from catsex.photos.decoding.opening import LIMIT, turned

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "AVIF", "HEIF", "JXL", "DICOM", "NPY")
MAX_BYTES = 256 * 2**20
PROJECTIONS = ("max", "mean")  # of all pictures in a file


def read_image(path: str | Path, **options: Any) -> np.ndarray:
    """Read a photo as upright RGB pixels.

    Parameters
    ----------
    path : str or Path
        A file in one of `FORMATS`. Of an animation, the first frame.
    **options
        As `decode_image` takes them.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8, 0 to 255

    Raises
    ------
    ImageError
        If the file cannot be read, is not such an image, is damaged or is too large.
    """
    return decode_image(read_bytes(path), path, **options)


def read_bytes(path):
    """Return the content of a regular file of at most `MAX_BYTES`.

    Raises
    ------
    ImageError
        If there is no such file, it is not a regular file (opening a pipe would wait for ever),
        it is too large, or it cannot be read.
    """
    try:
        # O_NONBLOCK: opening a pipe without a writer returns at once.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
                raise ImageError(f"{show(path)} is {kind}, not a photo")
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read(MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise ImageError(f"no such photo: {show(path)}") from error
    except (OSError, ValueError) as error:
        raise ImageError(f"{show(path)} cannot be read: {reason(error)}") from error
    check_size(data, path)
    return data


def check_size(data, name):
    """Raise `ImageError` if a file's content is larger than `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        raise ImageError(f"{show(name)} is larger than {MAX_BYTES >> 20} MB; make it smaller")


def decode_image(data, name, *, levels=None, strict=False, frame=None, bands=()):
    """Decode the bytes of an image file to upright RGB pixels.

    Embedded colour profiles are converted to sRGB, transparency is laid over white, more than 8 bits are scaled to 8,
    and the EXIF orientation is applied.

    Parameters
    ----------
    data : bytes
        The whole content of the file.
    name : str or Path
        What to call the photo in an error or a notice.
    levels : dict of str to (float, float), optional
        What is black and white in photos of more than 8 bits that do not say so themselves, as
        `levels.find_levels` finds it in a set.
    strict : bool
        Whether to refuse a file that is cut off although at least half of its rows are there. By default it is read
        as every viewer shows it, and named once.
    frame : int, "max" or "mean", optional
        Which picture of an animation, or page of a TIFF, from 0 to `count_frames` - 1; or what is largest in all of
        them, or their mean, pixel by pixel. By default the first, and of a TIFF the others are mentioned.
    bands : sequence of int, optional
        Of a TIFF, the channels that are red, green and blue, from 1; or the one that is grey.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8, 0 to 255

    Raises
    ------
    ImageError
        If the bytes are not an image in one of `FORMATS`, or in one that takes an extra that is not installed; if they
        are damaged, or declare more than `MAX_PIXELS` or a side longer than `MAX_SIDE`; or if nothing says which
        values are white.
    """
    if frame in PROJECTIONS:
        return _projected(data, name, frame, levels=levels, strict=strict, bands=bands)
    if frame and (number := count_frames(data, name, bands)) <= frame:
        there = f"{number} picture{'s' * (number > 1)}"
        raise ImageError(f"{show(name)} holds {there}; picture {frame + 1} is asked for (--frames)")
    return _decoded(data, name, levels, strict, frame, bands)[0]


def _projected(data, name, how, **options):
    """Return the largest value, or the mean, of all pictures in a file, pixel by pixel."""
    number = count_frames(data, name, options["bands"])
    first = decode_image(data, name, frame=0, **options)
    found = first.astype(np.float32)
    for frame in range(1, number):
        pixels = decode_image(data, name, frame=frame, **options)
        if pixels.shape != first.shape:
            raise ImageError(f"{show(name)} holds pictures of different sizes; --frames {how} takes one size")
        found = np.maximum(found, pixels) if how == "max" else found + pixels
    return (found if how == "max" else (found / number).round()).astype(np.uint8)


def decode_reduced(data, name, at_least, *, levels=None, strict=False):
    """Decode as `decode_image`, but a large JPEG to a half, a quarter or an eighth of its size, which is faster.

    Parameters
    ----------
    data, name, levels, strict
        As `decode_image` takes them.
    at_least : int
        How many pixels both sides keep, if the photo has so many.

    Returns
    -------
    (ndarray, (int, int))
        The pixels, shape (H, W, 3), uint8, 0 to 255, and the height and width of the whole photo, as
        `preprocessing.preprocess` takes them.

    Raises
    ------
    ImageError
        As `decode_image`.
    """
    return _decoded(data, name, levels, strict, at_least=at_least)


def _decoded(data, name, levels, strict, frame=None, bands=(), at_least=None):
    """Return a photo's pixels, and the height and width of the whole photo."""
    file_format = _readable_format(data, name)
    with clear_errors(name):
        try:
            image, turn, full_size = decoding.eight_bits(data, file_format, name, levels, at_least, frame, bands)
        except (ImageError, MemoryError):
            raise
        except Exception as error:  # Pillow's decoders raise nearly every built-in exception on damaged files
            if frame:
                raise
            image, turn, full_size = decoding.mended(error, data, file_format, name, strict, levels, at_least)
        image = turned(image, turn)
        lies = turn in (5, 6, 7, 8)
        return np.array(colour.to_rgb(image, name)), full_size[::-1] if lies else full_size


def stored_samples(data, name, frame=None, bands=()):
    """Return the pixels of a photo with more than 8 bits a channel as they are stored.

    `frame` and `bands` as `decode_image` takes them.

    Returns
    -------
    depth.Samples or None
        None if it has 8 bits.

    Raises
    ------
    ImageError
        As `decode_image`.
    """
    file_format = _readable_format(data, name)
    with clear_errors(name):
        return decoding.stored(data, file_format, name, wanted=True, frame=frame, bands=bands)[0]


def count_frames(data, name, bands=()):
    """Return how many pictures a file holds: the frames of an animation, the pages of a TIFF; usually 1.

    `bands` as `decode_image` takes them: where they are given, pages of one channel are one picture's channels.

    Raises
    ------
    ImageError
        As `decode_image`.
    """
    file_format = _readable_format(data, name)
    with clear_errors(name):
        return decoding.count_pictures(data, file_format, name, bands)


def _readable_format(data, name):
    """Return the format of a file that can be read here."""
    if not data:
        raise ImageError(f"{show(name)} is empty")
    file_format = image_format(data)
    if file_format is None:
        raise ImageError(f"{show(name)} is not an image ({', '.join(FORMATS)} are read)")
    if file_format in NOT_READ:
        raise ImageError(f"{show(name)} is {NOT_READ[file_format]}")
    return file_format


@contextlib.contextmanager
def clear_errors(name):
    """Turn whatever goes wrong with a photo into an `ImageError` that names it."""
    from PIL import Image

    try:
        yield
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(f"{show(name)} has too many pixels; {LIMIT}") from error
    except MemoryError as error:
        raise ImageError(f"{show(name)} does not fit into memory; make it smaller") from error
    except Exception as error:
        # A library's own message ("decoder error -2") does not help the user.
        raise ImageError(f"{show(name)} is damaged or cut off; fetch it or save it again") from error
