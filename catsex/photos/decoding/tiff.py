"""TIFFs that Pillow does not read, or takes for something else, by scikit-image's own reader."""

import importlib.util
import io
import zlib

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.depth import BITS_PER_SAMPLE, COMPRESSION, WHITE_IS_ZERO, Samples, declared_range
from catsex.photos.decoding.opening import check_size

MAX_MEMORY = 800_000_000  # bytes that the pixels of a TIFF may take: 100 million with four channels of 16 bits
MAX_CHANNELS = 16
MAX_RATIO = 1100  # zlib compresses to no less than 1/1032
ORIENTATION, PROFILE, PLANAR, CHANNELS = 274, 34675, 284, 277  # TIFF 6.0; ICC.1
PLAIN, DEFLATE, PACK_BITS = 1, (8, 32946), 32773  # TIFF compressions that tifffile reads with nothing more installed
SEPARATE = 2  # TIFF's PlanarConfiguration: one channel after the other
COLOURS = {0: "L", 1: "L", 2: "RGB", 5: "CMYK"}  # by PhotometricInterpretation
ASSOCIATED = 1  # ExtraSamples: colours that alpha has darkened


def is_cut_up(image):
    """Return whether an opened TIFF holds its channels, of more than 8 bits, one after the other.

    Pillow takes high and low bytes for pixels if they are not compressed.
    """
    tags = image.tag_v2
    deep = max(tags.get(BITS_PER_SAMPLE, (1,))) > 8 and tags.get(CHANNELS, 1) > 1
    return deep and tags.get(PLANAR) == SEPARATE and tags.get(COMPRESSION, PLAIN) == PLAIN


def from_tiff(data, name, frame=0):
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
        page = tiff.pages[frame]
        numbers = (page.imagewidth, page.imagelength, page.samplesperpixel, page.bitspersample)
        if not all(isinstance(number, int) for number in numbers):
            raise ValueError("its tags are not in order")
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

        declared, orientation, profile = declared_range(tag, page.bitspersample), tag(ORIENTATION), tag(PROFILE)
    mode = COLOURS[photometric]
    if mode != "CMYK" and extra and extra[0]:  # 0: not alpha
        mode += "a" if extra[0] == ASSOCIATED else "A"
    values = values[..., 0] if mode == "L" else values[..., : len(mode)]
    if values.dtype == bool:
        values = values.astype(np.uint8) * np.uint8(255)
    return Samples(values, mode, declared, photometric == WHITE_IS_ZERO, None, orientation, profile)


def count_pages(data):
    """Return how many pages a TIFF has."""
    import tifffile

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        return len(file.pages)


def _check_segments(page, data, name):
    """Check that what a TIFF page says of its strips or tiles is true, before memory is taken for them."""
    if page.nbytes > MAX_MEMORY:
        raise ImageError(f"{show(name)} needs more than {MAX_MEMORY // 10**6} million bytes; make it smaller")
    codec = int(page.compression)
    if page.nbytes > (2 if codec == PLAIN else MAX_RATIO) * len(data):
        raise ValueError("the file is cut off")
    if codec not in (PLAIN, *DEFLATE, PACK_BITS) and importlib.util.find_spec("imagecodecs") is None:
        raise ImageError(
            f"{show(name)} is a TIFF with {page.compression.name} compression; "
            'save it without, or: pip install -e ".[scans]"'
        )
    most = 4096 + 2 * int(np.prod(page.chunks)) * 8  # bytes of a strip or tile, with room for padding
    for at, length in zip(page.dataoffsets, page.databytecounts, strict=True):
        if not 0 < at + length <= len(data) or not length:
            raise ValueError("the file is cut off")
        if codec in DEFLATE and len(zlib.decompressobj().decompress(data[at : at + length], most)) == most:
            raise ValueError("a strip is longer than the picture")


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
