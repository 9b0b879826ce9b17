"""The bytes of a photo to a Pillow image with 8 bits a channel, by whichever way reads them rightly."""

import contextlib

import numpy as np

from catsex.photos.decoding import damaged, depth, stacks, tiff
from catsex.photos.decoding.kinds.arrays import from_npy
from catsex.photos.decoding.kinds.bmp import bmp_profile, from_bmp
from catsex.photos.decoding.kinds.box_colours import box_colours
from catsex.photos.decoding.kinds.coded_colours import to_srgb
from catsex.photos.decoding.kinds.dicom import count_dicom, from_dicom
from catsex.photos.decoding.kinds.jpeg2000 import by_openjpeg, from_jpeg2000, jpeg2000_profile
from catsex.photos.decoding.kinds.jpeg_xl import from_jpeg_xl
from catsex.photos.decoding.kinds.png_colour import png_colours
from catsex.photos.decoding.notices import say_once
from catsex.photos.decoding.opening import MAX_PIXELS, frames_in, loaded, opened, orientation
from catsex.photos.decoding.scaling import to_eight_bits

# What reads a format with or without Pillow: each returns samples, or None to let Pillow do it.
READERS = {"BMP": from_bmp, "DICOM": from_dicom, "NPY": from_npy, "JXL": from_jpeg_xl, "JPEG2000": from_jpeg2000}
PROFILES = {"BMP": bmp_profile, "JPEG2000": jpeg2000_profile}  # which Pillow passes over
COLOURS = {"PNG": png_colours, "AVIF": box_colours, "HEIF": box_colours}


def eight_bits(data, file_format, name, levels=None, at_least=None, frame=None, bands=()):
    """Return a photo as a Pillow image with 8 bits a channel, not turned; the orientation to turn it by; and its size.

    The size is the height and width of the whole photo, of which `at_least` may have taken a smaller version.
    """
    samples, image, full_size = stored(
        data, file_format, name, wanted=bool(levels), at_least=at_least, frame=frame, bands=bands
    )
    if samples is None:
        result = image = loaded(image, data)
    else:
        result = to_eight_bits(samples, name, levels)
    turn = samples.orientation if image is None else orientation(image, file_format)
    colours = COLOURS[file_format](data) if file_format in COLOURS else None
    return to_srgb(result, colours) if colours else result, turn, full_size or result.size[::-1]


def stored(data, file_format, name, *, wanted, at_least=None, frame=None, bands=()):
    """Return the stored samples and None, None and an opened Pillow image, or both; and the size before it was reduced.

    `wanted`: whether 16-bit colours are wanted as they are stored, where Pillow cuts them to 8 bits. If one of them
    stands for transparency they are in any case: cut to 8 bits, it is another one.
    """
    if file_format == "TIFF":
        samples, image = _stored_tiff(data, name, frame, bands)
    else:
        reader = READERS.get(file_format)
        samples = reader(data, name, frame or 0) if reader else None
        image = opened(data, file_format, name, frame or 0) if samples is None else None
        if image is not None and file_format in PROFILES:
            image.info["icc_profile"] = PROFILES[file_format](data)
        if image is not None and frame is None:
            stacks.say_how_many(name, frames_in(image, file_format))
    if file_format == "DICOM" and frame is None:
        stacks.say_how_many(name, count_dicom(data, name))
    if samples is not None:
        return samples, None, None
    full_size = None
    if file_format == "JPEG" and at_least:
        full_size = image.height, image.width
        image.draft(None, (at_least, at_least))
    if image.mode == "F" or image.mode.startswith("I"):
        return depth.from_pillow(loaded(image, data)), image, full_size
    if depth.is_cut_to_8_bits(image) and (wanted or (file_format == "PNG" and "transparency" in image.info)):
        lower = opened(data, file_format, name, frame or 0)
        depth.keep_lower_bytes(lower)
        return depth.from_two_bytes(loaded(image, data), loaded(lower, data)), image, full_size
    return None, image, full_size


def _stored_tiff(data, name, frame, bands):
    """Return the samples of a TIFF, or None and an opened Pillow image if that is to be read by Pillow."""
    from PIL import Image

    try:
        image = opened(data, "TIFF", name)
    except Image.UnidentifiedImageError:
        image = None
    ours = image is None or bool(bands) or tiff.is_misread(image) or stacks.is_stack(image)
    if ours or frame is not None or _holds_more(image):
        there = tiff.contents(data, bands)
        stacks.say_what_is_read(name, there, frame, bands)
        if ours:
            return tiff.from_tiff(data, name, frame or 0, bands), None
        frame = there.numbers[frame or 0]
    return None, opened(data, "TIFF", name, frame) if frame else image


def _holds_more(image):
    """Return whether an opened TIFF holds more than one picture of three channels, as far as it can be followed."""
    try:
        return image.n_frames > 1 or image.tag_v2.get(depth.CHANNELS, 1) > 3
    except Exception:  # what follows the first picture is damaged
        return False


def mended(error, data, file_format, name, strict, *options):
    """Return what is there of a damaged photo as `eight_bits` does, or raise the error that it gave."""
    if file_format == "JPEG2000":
        with contextlib.suppress(Exception):  # of those that are cut off it reads none
            result = to_eight_bits(by_openjpeg(data, name), name)
            return result, None, result.size[::-1]
    repaired = damaged.repaired(data, file_format, MAX_PIXELS)
    if repaired is None:
        raise error
    content, share, fill = repaired
    try:
        found = eight_bits(content, file_format, name, *options)
    except Exception:
        raise error from None
    if share is None:
        share = damaged.rows_there(np.asarray(found[0]))
    elif share == 1:
        return found  # the pixels were in order
    if strict or share < damaged.ENOUGH:
        raise error
    say_once("%s is damaged, and used as far as it is there", name)
    return (fill(found[0]), *found[1:]) if fill else found


def count_pictures(data, file_format, name, bands=()):
    """Return how many pictures a file holds."""
    if file_format == "TIFF":
        return tiff.contents(data, bands).frames
    if file_format in ("DICOM", "NPY"):
        return count_dicom(data, name) if file_format == "DICOM" else 1
    return frames_in(opened(data, file_format, name), file_format)
