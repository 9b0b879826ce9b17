"""The only code that decodes, converts or scales pixels; it resizes them by the matrices of `resizing`.

A photo travels from its bytes to an upright RGB array (`decode_image`), and from there to what
MobileNetV2 expects (`preprocess`). Everything that shows a photo to the network comes through here,
so training and prediction cannot disagree about what a photo looks like.
"""

import io
import os
import stat
import threading
import warnings

import numpy as np

from catsex.errors import ImageError, reason
from catsex.files import show
from catsex.photos.formats import image_format
from catsex.quiet import hidden_stderr

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP")
MAX_PIXELS = 100_000_000  # 300 MB as RGB; more than that is a mistake or an attack
MAX_SIDE = 65_500  # JPEG's own limit; the memory that resizing takes grows with the longest side
MAX_BYTES = 256 * 2**20

# Pillow's warnings are about odd metadata, which is not the user's business. Set once, because a filter that is
# set for the length of a block is not safe with threads.
warnings.filterwarnings("ignore", module=r"PIL\.")

_one_at_a_time = threading.Lock()  # there is only one standard error to hide


def read_image(path):
    """Read a photo as upright RGB pixels.

    Parameters
    ----------
    path : str or Path
        A JPEG, PNG, GIF, WebP, TIFF or BMP file. Of an animation, the first frame.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8, 0 to 255

    Raises
    ------
    ImageError
        If the file cannot be read, is not such an image, is damaged or is too large.
    """
    return decode_image(read_bytes(path), path)


def read_bytes(path):
    """Return the content of a regular file of at most `MAX_BYTES`.

    Raises
    ------
    ImageError
        If there is no such file, it is not a regular file (opening a pipe would wait for ever),
        it is too large, or it cannot be read.
    """
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to returns at once.
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
        cause = getattr(error, "strerror", None) or error
        raise ImageError(f"{show(path)} cannot be read: {cause}") from error
    if len(data) > MAX_BYTES:
        raise ImageError(f"{show(path)} is larger than {MAX_BYTES >> 20} MB; make it smaller")
    return data


def decode_image(data, name):
    """Decode the bytes of an image file to upright RGB pixels.

    Transparency is laid over white, 16-bit grey is scaled to 8 bits, and the EXIF orientation is applied.

    Parameters
    ----------
    data : bytes
        The whole content of the file.
    name : str or Path
        What to call the photo in an error.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8, 0 to 255

    Raises
    ------
    ImageError
        If the bytes are not an image in one of `FORMATS`, are damaged, or declare more than `MAX_PIXELS` or a
        side longer than `MAX_SIDE`.
    """
    # Pillow is what imageio itself reads these formats with; called directly it takes a list of formats and
    # skips imageio's search for optional plugins, which costs more than decoding a small photo.
    from PIL import Image

    if not data:
        raise ImageError(f"{show(name)} is empty")
    limit = f"the limit is {MAX_PIXELS // 10**6} million, {MAX_SIDE:,} on a side; make it smaller"
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
                raise ImageError(f"{show(name)} has {image.width} x {image.height} pixels; {limit}")
            _load(image)
            return np.array(_to_rgb(_upright(image), name))
    except ImageError:
        raise
    except Image.UnidentifiedImageError as error:
        what = {None: "an image", "RAW": "a picture yet, but camera raw"}.get(image_format(data), "readable here")
        raise ImageError(f"{show(name)} is not {what} ({', '.join(FORMATS)} are read)") from error
    except Image.DecompressionBombError as error:
        raise ImageError(f"{show(name)} has too many pixels; {limit}") from error
    except MemoryError as error:
        raise ImageError(f"{show(name)} does not fit into memory; make it smaller") from error
    except Exception as error:  # Pillow's decoders raise nearly every built-in exception on damaged files
        raise ImageError(f"{show(name)} is damaged: {reason(error)}") from error


def _load(image):
    """Decode the pixels of an opened Pillow image, without what libtiff would print about damaged ones."""
    if image.format != "TIFF":
        image.load()
        return
    failure = None
    with _one_at_a_time, hidden_stderr():
        try:
            image.load()
        except Exception as error:  # raised below: what was hidden is shown if an error leaves the block
            failure = error
    if failure is not None:
        raise failure


def _upright(image):
    """Turn a loaded Pillow image the way that its metadata (EXIF, or XMP) says."""
    from PIL.Image import Transpose

    try:
        orientation = image.getexif().get(0x0112)
    except Exception:  # damaged metadata, which says nothing about the pixels
        orientation = None
    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _to_rgb(image, name):
    """Convert a loaded Pillow image of any mode to mode RGB."""
    from PIL import Image

    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):  # 16 bits a pixel, sometimes held as 32
        grey = np.asarray(image).astype(np.int64)
        if grey.min() < 0 or grey.max() > 65535:
            raise ImageError(f"{show(name)} has 32-bit pixels; save it with 8 or 16 bits")
        return Image.fromarray((grey / 257 + 0.5).astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        raise ImageError(f"{show(name)} has floating-point pixels; save it with 8 or 16 bits")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")
