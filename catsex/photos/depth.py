"""Pixels of more than 8 bits, from microscopes, scanners and satellites, and which values are black and white."""

import io
import sys
import zlib
from typing import NamedTuple

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.opening import check_size

MAX_MEMORY = 800_000_000  # bytes that the pixels of a TIFF may take: 100 million with four channels of 16 bits
MAX_CHANNELS = 16
MAX_RATIO = 1100  # zlib compresses to no less than 1/1032
PLAIN, DEFLATE, PACK_BITS = 1, (8, 32946), 32773  # TIFF compressions that tifffile reads with nothing more installed
SEPARATE = 2  # TIFF's PlanarConfiguration: one channel after the other
COLOURS = {0: "L", 1: "L", 2: "RGB", 5: "CMYK"}  # by PhotometricInterpretation
WHITE_IS_ZERO, ASSOCIATED = 0, 1  # PhotometricInterpretation; ExtraSamples: colours that alpha has darkened
EXTRA_SAMPLES = 338
OTHER_BYTE = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


class Samples(NamedTuple):
    """Pixels as a file stores them.

    Attributes
    ----------
    values : ndarray, shape (H, W) or (H, W, C), of any number type
    mode : str
        What they mean, as a Pillow mode: L, LA, RGB, RGBA, RGBa or CMYK.
    declared : (float, float) or None
        Black and white, where the file says.
    inverted : bool
        Whether white is the smaller one.
    see_through : int, tuple of int, or None
        The grey or colour that stands for transparency.
    orientation : int or None
        By which they must still be turned, as EXIF numbers it.
    profile : bytes or None
        The embedded colour profile.
    """

    values: np.ndarray
    mode: str = "L"
    declared: tuple | None = None
    inverted: bool = False
    see_through: int | tuple | None = None
    orientation: int | None = None
    profile: bytes | None = None

    @property
    def kind(self):
        """The number type's name, such as uint16: the key of levels."""
        return self.values.dtype.name


def from_pillow(image):
    """Return the samples of a loaded Pillow image with one channel of more than 8 bits.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode F, I or I;16 in any byte order.
    """
    tags = getattr(image, "tag_v2", {})
    values = np.asarray(image)
    values = values.astype(values.dtype.newbyteorder("="), copy=False)
    bits = tags.get(258, (0,))
    signed = tags.get(339, (1,))[0] == 2
    if image.mode == "I" and image.format == "TIFF" and not signed:
        values = values.view(np.uint32)  # Pillow has none, and lets them overflow
    elif image.mode == "I" and (bits[0] == 16 or image.format == "PNG"):
        values = values.astype(np.int16 if signed else np.uint16)
    if image.mode in ("F", "I") and tags.get(259, PLAIN) != PLAIN and tags.prefix == b"MM":
        values = values.byteswap()  # libtiff has put them in order, and Pillow again
    return Samples(
        values,
        declared=_declared(tags.get, bits[0]),
        inverted=tags.get(262) == WHITE_IS_ZERO,
        see_through=image.info.get("transparency"),
        profile=image.info.get("icc_profile"),
    )


def from_two_bytes(image, again):
    """Return the samples of an image that Pillow would cut to 8 bits, or None if it is not one.

    Pillow has no mode for colours of 16 bits, but can be told to keep the lower bytes as well as the upper ones.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened and not yet loaded.
    again : callable
        Opens it a second time.
    """
    raw_mode = _raw_mode(image)
    if not raw_mode.startswith(tuple(f"{mode};16" for mode in ("RGB", "RGBA", "CMYK"))):
        return None
    lower = again()
    changed = raw_mode[:-1] + OTHER_BYTE[raw_mode[-1]]
    lower.tile = [
        tile._replace(args=changed if isinstance(tile.args, str) else (changed, *tile.args[1:])) for tile in lower.tile
    ]
    values = np.asarray(image).astype(np.uint16) << 8 | np.asarray(lower)
    mode = image.mode if image.mode != "RGBA" or image.format != "TIFF" or image.tag_v2.get(EXTRA_SAMPLES) else "RGB"
    info = image.info
    return Samples(
        values[..., : len(mode)], mode, see_through=info.get("transparency"), profile=info.get("icc_profile")
    )


def _raw_mode(image):
    """Return how Pillow is going to unpack the pixels of an opened image."""
    args = image.tile[0][3] if image.tile else ""
    return args if isinstance(args, str) else str(args[0])


def has_transparent_colour(image):
    """Return whether one colour of an opened Pillow image stands for transparency, which cut to 8 bits is another."""
    return image.mode == "RGB" and ";16" in _raw_mode(image) and "transparency" in image.info


def is_cut_up(image):
    """Return whether an opened TIFF holds its channels, of more than 8 bits, one after the other.

    Pillow takes high and low bytes for pixels if they are not compressed.
    """
    tags = image.tag_v2
    return (
        tags.get(259, PLAIN) == PLAIN
        and tags.get(284) == SEPARATE
        and tags.get(277, 1) > 1
        and max(tags.get(258, (1,))) > 8
    )


def from_tiff(data, name):
    """Return the samples of a TIFF that Pillow cannot read, or reads wrongly.

    Raises
    ------
    ImageError
        If it takes another library to read it, or too much memory.
    Exception
        Of any kind, if the file is damaged.
    """
    import tifffile  # scikit-image requires it

    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        page = tiff.pages[0]
        check_size(page.imagewidth, page.imagelength, name)
        photometric, channels = int(page.photometric), page.samplesperpixel
        if photometric not in COLOURS or not 1 <= channels <= MAX_CHANNELS or page.imagedepth != 1:
            raise ImageError(f"{show(name)} is a kind of TIFF that is not read; save it as RGB with 8 or 16 bits")
        _check_segments(page, data, name)
        values = _twelve_bits(page, data, name) if page.bitspersample == 12 else page.asarray(maxworkers=1)
        if page.planarconfig == SEPARATE and channels > 1:
            values = np.moveaxis(values.reshape(channels, page.imagelength, page.imagewidth), 0, -1)
        values = values.reshape(page.imagelength, page.imagewidth, channels)
        extra = [int(kind) for kind in page.extrasamples]

        def tag(number):
            return page.tags[number].value if number in page.tags else None

        declared, orientation, profile = _declared(tag, page.bitspersample), tag(0x0112), tag(34675)
    mode = COLOURS[photometric]
    if mode != "CMYK" and extra and extra[0]:  # 0: not alpha
        mode += "a" if extra[0] == ASSOCIATED else "A"
    values = values[..., 0] if mode == "L" else values[..., : len(mode)]
    if values.dtype == bool:
        values = values.astype(np.uint8) * np.uint8(255)
    return Samples(values, mode, declared, photometric == WHITE_IS_ZERO, None, orientation, profile)


def _check_segments(page, data, name):
    """Check that what a TIFF page says of its strips or tiles is true, before memory is taken for them."""
    if page.nbytes > MAX_MEMORY:
        raise ImageError(f"{show(name)} needs more than {MAX_MEMORY // 10**6} million bytes; make it smaller")
    codec = int(page.compression)
    if page.nbytes > (2 if codec == PLAIN else MAX_RATIO) * len(data):
        raise ValueError("the file is cut off")
    if codec not in (PLAIN, *DEFLATE, PACK_BITS) and not _has_codecs():
        raise ImageError(
            f"{show(name)} is a TIFF with {page.compression.name} compression; "
            "save it without, or: pip install 'catsex[scans]'"
        )
    most = 4096 + 2 * int(np.prod(page.chunks)) * 8  # bytes of a strip or tile, with room for padding
    for at, length in zip(page.dataoffsets, page.databytecounts, strict=True):
        if not 0 < at + length <= len(data) or not length:
            raise ValueError("the file is cut off")
        if codec in DEFLATE and len(zlib.decompressobj().decompress(data[at : at + length], most)) == most:
            raise ValueError("a strip is longer than the picture")


def _has_codecs():
    """Return whether the package is installed with which tifffile reads what is compressed in other ways."""
    try:
        import imagecodecs  # noqa: F401
    except ImportError:
        return False
    return True


def _twelve_bits(page, data, name):
    """Return values of 12 bits, of which two lie in three bytes, from an uncompressed TIFF page."""
    if int(page.compression) != PLAIN or page.is_tiled:
        raise ImageError(f"{show(name)} has 12-bit pixels, compressed or in tiles; save it with 8 or 16 bits")
    width = page.imagewidth * (1 if page.planarconfig == SEPARATE else page.samplesperpixel)
    row = (width * 12 + 7) // 8
    packed = b"".join(data[at : at + n] for at, n in zip(page.dataoffsets, page.databytecounts, strict=True))
    lines = np.frombuffer(packed, np.uint8)
    lines = lines[: len(lines) // row * row].reshape(-1, row).astype(np.uint16)  # (H, bytes)
    lines = np.pad(lines, ((0, 0), (0, -row % 3))).reshape(len(lines), -1, 3)
    pairs = np.stack([lines[..., 0] << 4 | lines[..., 1] >> 4, (lines[..., 1] & 15) << 8 | lines[..., 2]], axis=-1)
    return pairs.reshape(len(lines), -1)[:, :width]


def _declared(tag, bits):
    """Return black and white as a TIFF's tags give them, or its number of bits if that is an odd one; or None."""
    lowest, highest = tag(340), tag(341)  # SMinSampleValue, SMaxSampleValue
    if lowest is not None and highest is not None:
        lowest, highest = np.min(lowest), np.max(highest)
        if highest > lowest:
            return float(lowest), float(highest)
    return (0.0, 2.0**bits - 1) if 8 < bits < 16 else None


def to_eight_bits(samples, name, levels=None):
    """Return samples as a Pillow image with 8 bits a channel.

    What is black and what is white is what the file declares; else what `levels` says; else the whole range of
    16 bits, or 0 to 1 for floating-point values that lie between.

    Parameters
    ----------
    samples : Samples
    name : str or Path
        What to call the photo in an error.
    levels : dict of str to (float, float), optional
        Black and white by number type, as `levels.find_levels` finds them in a set of photos.

    Raises
    ------
    ImageError
        If nothing says what is white.
    """
    from PIL import Image

    values = samples.values
    low, high = samples.declared or (levels or {}).get(samples.kind) or _usual_range(values, name)
    scaled = np.nan_to_num((values.astype(np.float32) - np.float32(low)) * np.float32(255 / (high - low)))
    pixels = (np.clip(scaled, 0, 255) + np.float32(0.5)).astype(np.uint8)
    if samples.inverted:
        pixels = 255 - pixels if pixels.ndim == 2 else np.dstack([255 - pixels[..., :1], pixels[..., 1:]])
    mode = samples.mode
    if samples.see_through is not None and mode in ("L", "RGB"):
        alpha = (np.dstack([values]) != samples.see_through).any(axis=2)
        pixels, mode = np.dstack([pixels, alpha * np.uint8(255)]), mode + "A"
    image = Image.frombytes(mode, pixels.shape[1::-1], pixels.tobytes())
    if mode in ("La", "RGBa"):  # colours that alpha has darkened
        image = image.convert(mode.upper())
    if samples.profile:
        image.info["icc_profile"] = samples.profile
    return image


def _usual_range(values, name):
    """Return black and white of values about which nothing else is known."""
    if values.dtype == np.uint8:
        return 0, 255
    lowest, highest = extremes(values)
    floating = values.dtype.kind == "f"
    if lowest >= 0 and highest <= (1 if floating else 65535):
        return 0, (1 if floating else 65535)
    kind = "floating-point" if floating else f"{8 * values.dtype.itemsize}-bit"
    raise ImageError(
        f"{show(name)} has {kind} pixels; save it with 8 or 16 bits "
        f"(they go from {lowest:g} to {highest:g}, and nothing says which is white)"
    )


def extremes(values):
    """Return the smallest and the largest finite value, as floats; 0 and 0 if there is none."""
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
