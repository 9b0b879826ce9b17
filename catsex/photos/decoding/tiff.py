"""TIFFs that Pillow does not read, or takes for something else, by scikit-image's own reader."""

import importlib.util
import io
import zlib

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.depth import (
    BITS_PER_SAMPLE,
    CHANNELS,
    COMPRESSION,
    WHITE_IS_ZERO,
    Samples,
    declared_range,
    nodata,
)
from catsex.photos.decoding.opening import check_size, need
from catsex.photos.decoding.stacks import ALPHA, Contents, Plane, Stack, chosen

MAX_MEMORY = 800_000_000  # bytes that the pixels of a TIFF may take: 100 million with four channels of 16 bits
MAX_CHANNELS = 512
MAX_RATIO = 1100  # zlib compresses to no less than 1/1032
ORIENTATION, PROFILE, PLANAR = 274, 34675, 284  # TIFF 6.0; ICC.1
PLAIN, DEFLATE, PACK_BITS = 1, (8, 32946), 32773  # TIFF compressions that tifffile reads with nothing more installed
WEB_CODECS = (50001, 50002)  # WebP, JPEG XL
SEPARATE = 2  # TIFF's PlanarConfiguration: one channel after the other
COLOURS = {0: "L", 1: "L", 2: "RGB", 5: "CMYK"}  # by PhotometricInterpretation
CMYK, ROWS = 5, 256  # a photometric interpretation; rows that are unpacked at once
ASSOCIATED = 1  # ExtraSamples: colours that alpha has darkened


_latest: dict = {}  # what the file that was read last holds: of one with many pages it is asked for each of them


def is_misread(image):
    """Return whether Pillow takes an opened TIFF for something else.

    If channels of more than 8 bits lie one after the other, it takes high and low bytes for pixels; grey and alpha so
    are nothing to it. It passes over the alpha of CMYK, and its library has no WebP and no JPEG XL.
    """
    tags = image.tag_v2
    deep, channels, codec = (
        max(tags.get(BITS_PER_SAMPLE, (1,))) > 8,
        tags.get(CHANNELS, 1),
        tags.get(COMPRESSION, PLAIN),
    )
    planar = tags.get(PLANAR) == SEPARATE and channels > 1
    return (
        (planar and (channels == 2 or (deep and codec == PLAIN)))
        or codec in WEB_CODECS
        or (image.mode == "CMYK" and channels > 4)
    )


def from_tiff(data, name, frame=0, bands=()):
    """Return the samples of a TIFF that Pillow cannot read or reads wrongly, or only certain bands of a TIFF.

    Raises
    ------
    ImageError
        If it takes another library to read it, or too much memory, or has fewer bands.
    Exception
        Of any kind, if the file is damaged.
    """
    with _file(data) as tiff:
        stack = Stack(tiff, bool(bands))
        pages = stack.pages[frame]
        if not pages:
            raise ValueError("the file is cut off")
        check_page(pages[0].keyframe, name)
        used = chosen(stack.channels, bands, name)
        if len(pages) > 1:
            values = np.dstack([_values(pages[channel], data, name)[..., 0] for channel in used])
        else:
            values = _values(pages[0], data, name)
        return _samples(values, pages[0].keyframe, used if bands or len(pages) > 1 else None)


def _file(data):
    """Open a TIFF; if it is a hyperstack of ImageJ that is cut off, as if the rest were there."""
    import tifffile  # scikit-image requires it

    file = tifffile.TiffFile(io.BytesIO(data))
    if not file.is_imagej or len(file.pages) > 1 or int(file.pages[0].compression) != PLAIN:
        return file
    first = file.pages[0]  # all planes lie behind its own
    missing = first.dataoffsets[0] + int((file.imagej_metadata or {}).get("images", 1)) * first.nbytes - len(data)
    if not 0 < missing <= MAX_MEMORY:
        return file
    file.close()
    return tifffile.TiffFile(io.BytesIO(data + bytes(missing)))


def check_page(page, name):
    """Check that a page of a TIFF is of a kind that is read."""
    numbers = (page.imagewidth, page.imagelength, page.samplesperpixel, page.bitspersample)
    if not all(isinstance(number, int) for number in numbers):
        raise ValueError("its tags are not in order")
    check_size(page.imagewidth, page.imagelength, name)
    if page.dtype is not None and page.dtype.kind == "c":
        raise ImageError(f"{show(name)} has complex numbers; save their magnitude or phase as a picture")
    known = int(page.photometric) in COLOURS and page.imagedepth == 1
    if not known or not 1 <= page.samplesperpixel <= MAX_CHANNELS:
        raise ImageError(f"{show(name)} is a kind of TIFF that is not read; save it as RGB with 8 or 16 bits")


def _values(page, data, name):
    """Return the values of a page, shape (H, W, channels)."""
    kept = page.keyframe  # has what is the same in all pages of a stack
    if isinstance(page, Plane):
        if page.offset + kept.nbytes > len(data):
            raise ValueError("the file is cut off")
        flat = np.frombuffer(data, kept.dtype.newbyteorder(kept.parent.byteorder), kept.size, page.offset)
        return flat.astype(kept.dtype).reshape(kept.imagelength, kept.imagewidth, kept.samplesperpixel)
    _check_segments(page, data, name)
    odd = kept.bitspersample < 16 and kept.bitspersample not in (1, 8)
    values = _packed(page, data, name) if odd else page.asarray(maxworkers=1)
    shape = kept.imagelength, kept.imagewidth
    if kept.planarconfig == SEPARATE and kept.samplesperpixel > 1:
        values = np.moveaxis(values.reshape(kept.samplesperpixel, *shape), 0, -1)
    values = values.reshape(*shape, kept.samplesperpixel)
    return values.astype(np.uint8) if values.dtype == bool else values


def _samples(values, page, used):
    """Return the values of a page, shape (H, W, channels), as samples: of the channels that `used` names, if any."""
    photometric, extra = int(page.photometric), [int(kind) for kind in page.extrasamples]

    def tag(number):
        return page.tags[number].value if number in page.tags else None

    mode = COLOURS[photometric]
    if used is not None:
        values = values if values.shape[2] == len(used) else values[..., used]
        mode, extra = ("RGB" if len(used) == 3 else "L"), []
    elif mode == "L" and values.shape[2] - any(kind in ALPHA for kind in extra) >= 3:
        mode = "RGB"
    if extra and extra[-1] in ALPHA:
        mode += "a" if extra[-1] == ASSOCIATED and mode != "CMYK" else "A"
        values = np.concatenate([values[..., : len(mode) - 1], values[..., -1:]], axis=2)
    else:
        values = values[..., : len(mode)]
    declared, inverted = declared_range(tag, page.bitspersample), photometric == WHITE_IS_ZERO
    return Samples(values, mode, declared, inverted, None, tag(ORIENTATION), tag(PROFILE), nodata(tag))


def contents(data, bands=()):
    """Return what a TIFF holds, as `stacks.Contents`."""
    key = hash(data), len(data), bool(bands)
    found = _latest.get(key)
    if found is None:
        with _file(data) as file:
            stack = Stack(file, bool(bands))
            found = Contents(
                stack.frames, stack.channels, stack.numbers, int(stack.pages[0][0].keyframe.photometric) == CMYK
            )
        _latest.clear()
        _latest[key] = found
    return found


def _check_segments(page, data, name):
    """Check that what a TIFF page says of its strips or tiles is true, before memory is taken for them."""
    kept = page.keyframe
    needed = kept.nbytes if kept.bitspersample % 8 == 0 else kept.size * kept.bitspersample // 8
    if kept.nbytes > MAX_MEMORY:
        raise ImageError(f"{show(name)} needs more than {MAX_MEMORY // 10**6} million bytes; make it smaller")
    codec = int(kept.compression)
    if needed > (2 if codec == PLAIN else MAX_RATIO) * len(data):
        raise ValueError("the file is cut off")
    if codec not in (PLAIN, *DEFLATE, PACK_BITS) and importlib.util.find_spec("imagecodecs") is None:
        raise ImageError(
            f"{show(name)} is a TIFF with {kept.compression.name} compression; "
            'save it without, or: pip install -e ".[scans]"'
        )
    most = 4096 + 2 * int(np.prod(kept.chunks)) * 8  # bytes of a strip or tile, with room for padding
    for at, length in zip(page.dataoffsets, page.databytecounts, strict=True):
        if not 0 < at + length <= len(data) or not length:
            raise ValueError("the file is cut off")
        if codec in DEFLATE and len(zlib.decompressobj().decompress(data[at : at + length], most)) == most:
            raise ValueError("a strip is longer than the picture")


def _packed(page, data, name):
    """Return values of an odd number of bits, which do not begin at bytes, from a TIFF page."""
    kept, bits = page.keyframe, page.keyframe.bitspersample
    if int(kept.compression) != PLAIN or kept.is_tiled or kept.fillorder != 1:
        need("imagecodecs", f"a TIFF of {bits} bits, compressed or in tiles", "scans", name)
        return page.asarray(maxworkers=1)
    width = kept.imagewidth * (1 if kept.planarconfig == SEPARATE else kept.samplesperpixel)
    row = (width * bits + 7) // 8
    packed = b"".join(data[at : at + n] for at, n in zip(page.dataoffsets, page.databytecounts, strict=True))
    lines = np.frombuffer(packed, np.uint8)
    lines = lines[: len(lines) // row * row].reshape(-1, row)  # (H, bytes)
    values = np.zeros((len(lines), width), np.uint8 if bits < 8 else np.uint16)
    for start in range(0, len(lines), ROWS):
        single = np.unpackbits(lines[start : start + ROWS], axis=1)[:, : width * bits].reshape(-1, width, bits)
        for bit in range(bits):
            values[start : start + ROWS] = values[start : start + ROWS] << 1 | single[..., bit]
    return values
