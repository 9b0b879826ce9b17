"""Bytes to a Pillow image as programs show it, where Pillow alone would do otherwise."""

import importlib
import io
import logging
import threading
import warnings

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.damaged import ends_early, jpeg_segments
from catsex.quiet import hidden_stderr

MAX_PIXELS = 100_000_000  # 300 MB as RGB; more than that is a mistake or an attack
MAX_SIDE = 65_500  # JPEG's own limit; the memory that resizing takes grows with the longest side
LIMIT = f"the limit is {MAX_PIXELS // 10**6} million, {MAX_SIDE:,} on a side; make it smaller"
OTHER_BMP = "Unsupported BMP"  # what Pillow says of 2 bits, RLE24, OS/2's short headers …
ORIENTATION, EXTRA_SAMPLES, COLOUR_MAP = 0x0112, 338, 320  # tags of TIFF and EXIF

# What Pillow, tifffile and pydicom remark is about odd metadata, which is not the user's business. Set once, because a
# filter that is set for the length of a block is not safe with threads.
warnings.filterwarnings("ignore", module=r"(PIL|pydicom)\.")
for _library in ("PIL.TiffImagePlugin", "tifffile", "pydicom"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_one_at_a_time = threading.Lock()  # there is only one standard error to hide


def opened(data, file_format, name, frame=0):
    """Return a Pillow image whose pixels are not decoded yet.

    Parameters
    ----------
    data : bytes
        The whole content of the file.
    file_format : str
        What `formats.image_format` says of it.
    name : str or Path
        What to call it in an error.
    frame : int
        Which picture of an animation or of several pages, from 0.

    Raises
    ------
    ImageError
        If it takes an extra that is not installed, or has too many pixels.
    Exception
        Of nearly any kind, if the file is damaged.
    """
    # Pillow is what imageio itself reads these formats with; called directly it takes a list of formats and
    # skips imageio's search for optional plugins, which costs more than decoding a small photo.
    from PIL import Image, features

    if file_format == "HEIF":
        return _opened_heif(data, name)
    if file_format == "AVIF" and not features.check("avif"):
        raise ImageError(f'{show(name)} is AVIF, which takes Pillow 11.3 or later: pip install -e ".[phone]"')
    if file_format == "JPEG2000" and not features.check("jpg_2000"):
        raise ImageError(f"{show(name)} is JPEG 2000, which this Pillow does not read; save it as JPEG or PNG")
    if file_format == "JXL":
        need("pillow_jxl", "JPEG XL", "jxl", name)
    try:
        image = Image.open(io.BytesIO(data), formats=(file_format,))
    except Image.UnidentifiedImageError:
        if file_format == "JPEG" and _is_12_bit(data):
            raise ImageError(f"{show(name)} is a JPEG with 12 bits; save it with 8, or as PNG with 16") from None
        raise
    except (OSError, ValueError) as error:
        if file_format == "BMP" and str(error).startswith(OTHER_BMP):
            raise ImageError(f"{show(name)} is a kind of BMP that is not read; save it as PNG") from error
        raise
    check_size(*image.size, name)
    if file_format == "PNG" and image.info.get("default_image"):
        frame += 1  # the default picture is for programs that know no animations
    if frame:
        image.seek(frame)
        check_size(*image.size, name)
    return image


def frames_in(image, file_format):
    """Return how many pictures an opened image holds; 1 where the others are no photos of their own."""
    if file_format not in ("GIF", "PNG", "TIFF", "WEBP", "AVIF"):  # a JPEG's others are previews and depths
        return 1
    try:
        return getattr(image, "n_frames", 1) - bool(image.info.get("default_image"))
    except Exception:  # what follows the first picture is damaged
        image.seek(0)
        return 1


def _is_12_bit(data):
    """Return whether a JPEG says that its values have 12 bits, as medical ones do."""
    frames = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
    return any(marker in frames and segment[4:5] == b"\x0c" for marker, segment in jpeg_segments(data))


def _opened_heif(data, name):
    """Return the main picture of an HEIC or HEIF file."""
    pillow_heif = need("pillow_heif", "HEIC (HEIF)", "phone", name)
    pictures = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    width, height = pictures.size
    check_size(width, height, name)
    return pictures.to_pillow()  # upright


def need(module, file_format, extra, name):
    """Import what reads a format, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImageError(f'{show(name)} is {file_format}; to read it: pip install -e ".[{extra}]"') from error


def check_size(width, height, name):
    """Check that a photo has pixels, and not too many."""
    if width <= 0 or height <= 0:
        raise ImageError(f"{show(name)} is damaged: it has no pixels")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageError(f"{show(name)} has {width} x {height} pixels; {LIMIT}")


def loaded(image, data):
    """Decode the pixels of an opened Pillow image, and mend what Pillow takes for something else.

    Returns
    -------
    PIL.Image.Image
        Not turned, but for a TIFF; in any mode.
    """
    if image.format == "TIFF":
        return _loaded_tiff(image)
    tile = image.tile[0][1] if image.format == "GIF" and image.tile and not image.tell() else None
    image.load()
    if image.format == "PNG" and image.mode == "P" and not image.palette.palette:
        raise ValueError("it has no palette")  # Pillow would show black
    if image.format == "PNG" and _is_black_below(image) and ends_early(data, MAX_PIXELS):
        raise ValueError("its pixels end early")
    if tile and tile != (0, 0, *image.size):
        return _on_a_screen(image, tile)
    level = image.info.get("transparency")
    if image.format == "PNG" and image.mode == "L" and isinstance(level, int):
        highest = 2 ** data[24] - 1  # by the bits of a pixel, in IHDR; the pixels are scaled to 8 already
        image.info["transparency"] = (level & highest) * 255 // highest
    return image


def _is_black_below(image):
    """Return whether one of the last two rows of a picture, not of an animation, is nothing but zeros."""
    rows = np.asarray(image.crop((0, max(0, image.height - 2), *image.size)))
    return frames_in(image, "PNG") == 1 and not rows.any(axis=tuple(range(1, rows.ndim))).all()


def _on_a_screen(image, tile):
    """Return the first frame of a GIF that is smaller than its screen, on nothing instead of a colour."""
    from PIL import Image

    screen = Image.new("RGBA", image.size, (0, 0, 0, 0))
    screen.paste(image.convert("RGBA").crop(tile), tile[:2])
    return screen


def _loaded_tiff(image):
    """Decode a TIFF, without what libtiff would print about damaged ones."""
    from PIL import Image, ImagePalette

    image.info.pop("xmp", None)  # Pillow would turn the picture by what editors note there
    colours = image.tag_v2.get(COLOUR_MAP)
    if image.mode == "P" and colours and max(colours) < 256:  # should be 16 bits, but some programs write 8
        image.palette = ImagePalette.raw("RGB;L", bytes(colours))
    has_alpha, turn = image.tag_v2.get(EXTRA_SAMPLES), image.tag_v2.get(ORIENTATION)
    silently(image.load)
    if image.mode == "RGBA" and not has_alpha:  # a fourth channel of unknown meaning
        three = Image.merge("RGB", image.split()[:3])
        three.info.update(image.info)
        image = three
    return turned(image, turn[0]) if isinstance(turn, bytes) and turn else image  # else Pillow has turned it


def silently(action):
    """Return what a function returns, without what native libraries print, whether it fails or not."""
    result = failure = None
    with _one_at_a_time, hidden_stderr():
        try:
            result = action()
        except Exception as error:  # raised below: what was hidden is shown if an error leaves the block
            failure = error
    if failure is not None:
        raise failure
    return result


def orientation(image, file_format):
    """Return the EXIF orientation, 1 to 8, by which a loaded image must still be turned, or None.

    Other metadata (XMP) may hold one too, which browsers do not look at.
    """
    from PIL import Image

    if file_format in ("TIFF", "HEIF") or (file_format == "JXL" and not getattr(image, "jpeg", False)):
        return None  # their decoders turn the picture
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif") or b"")
        return exif.get(ORIENTATION)
    except Exception:  # damaged metadata, which says nothing about the pixels
        return None


def turned(image, orientation):
    """Turn a loaded Pillow image the way that an EXIF orientation says."""
    from PIL.Image import Transpose

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
