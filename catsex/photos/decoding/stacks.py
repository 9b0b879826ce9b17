"""Which pictures and channels a TIFF holds: pages, hyperstacks of ImageJ, OME's channels, bands of satellites."""

import math
from typing import Any, NamedTuple

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.notices import say_once

REDUCED = 1 | 4  # TIFF's NewSubfileType: a smaller copy of another page; a mask for one
DESCRIPTION, SUBFILE = 270, 254  # TIFF 6.0
ALPHA = (1, 2)  # ExtraSamples that are transparency


class Contents(NamedTuple):
    """What a TIFF holds.

    How many pictures, how many channels in each, the number of each picture's first page, whether they are a printer's.
    """

    frames: int
    channels: int
    numbers: list
    is_cmyk: bool


class Plane(NamedTuple):
    """A plane of a hyperstack that has no directory of its own: the page that it is like, and where it begins."""

    keyframe: Any
    offset: int


class Stack:
    """What a TIFF holds.

    Parameters
    ----------
    tiff : tifffile.TiffFile
    by_page : bool
        Whether pages of one channel are the channels of one picture, where nothing says what they are.

    Attributes
    ----------
    frames : int
        Its pictures: points in time, depths, or pages.
    channels : int
        Of each picture, transparency left out.
    pages : list of list of tifffile.TiffPage or Plane
        Those of each picture: one for all channels or one for each of them.
    numbers : list of int
        The number of each picture's first page.
    """

    def __init__(self, tiff, by_page=False):
        series = tiff.series[0] if tiff.is_imagej or tiff.is_ome else None
        if series is not None and len(series.axes) >= series.keyframe.ndim:
            axes = series.axes[: len(series.axes) - series.keyframe.ndim]
            places = np.arange(math.prod(series.shape[: len(axes)])).reshape(series.shape[: len(axes)])
            if "C" in axes and series.keyframe.samplesperpixel == 1:
                places = np.moveaxis(places, axes.index("C"), -1)
                places = places.reshape(-1, places.shape[-1])
            else:
                places = places.reshape(-1, 1)
            there = series.pages
            if len(there) < places.size and tiff.is_imagej:  # one directory for all, as ImageJ itself writes it
                first = series.keyframe
                there = [Plane(first, first.dataoffsets[0] + i * first.nbytes) for i in range(places.size)]
            self.pages = [[there[int(i)] for i in row if i < len(there)] for row in places]
        else:
            self.pages = [[page] for page in _pages(tiff) if not _reduced(page)] or [[tiff.pages[0]]]
            if by_page and len(self.pages) > 1 and self.pages[0][0].keyframe.samplesperpixel == 1:
                self.pages = [[page for [page] in self.pages]]
        self.frames = len(self.pages)
        self.numbers = [0 if isinstance(pages[0], Plane) else pages[0].index for pages in self.pages if pages]
        first = self.pages[0][0].keyframe
        extra = [kind for kind in first.extrasamples if int(kind) in ALPHA]
        self.channels = max(len(self.pages[0]), first.samplesperpixel - len(extra))


def _pages(tiff):
    """Yield the pages of a TIFF; of one whose directories lead back to an earlier one, each once."""
    seen: set = set()
    for page in tiff.pages:
        if page.offset in seen:
            return
        seen.add(page.offset)
        yield page


def _reduced(page):
    """Return whether a page is a smaller copy of another one, or a mask for it."""
    return SUBFILE in page.tags and isinstance(page.tags[SUBFILE].value, int) and page.tags[SUBFILE].value & REDUCED


def is_stack(image):
    """Return whether an opened Pillow image is a TIFF whose pages mean what ImageJ or OME says of them."""
    text = str(image.tag_v2.get(DESCRIPTION, ""))
    return text.startswith("ImageJ=") or "<OME" in text[:4096]


def chosen(channels, bands, name):
    """Return which channels of a picture are read, from 0: one or three.

    Parameters
    ----------
    channels : int
        How many there are.
    bands : sequence of int
        Those that are asked for, from 1; empty for the first three, or the first.
    name : str or Path
        What to call the photo in an error.
    """
    if bands and max(bands) > channels:
        there = f"{channels} channel{'s' * (channels != 1)}"
        raise ImageError(f"{show(name)} has {there}; --bands {' '.join(map(str, bands))} asks for more")
    return [band - 1 for band in bands] or list(range(3 if channels >= 3 else 1))


def say_how_many(name, frames):
    """Say once in a run that a file holds more pictures than the one that is read."""
    if frames > 1:
        message = "%s holds %s pictures; the first is read, --frames all, N, max or mean reads others"
        say_once(message, name, "frames", f"{frames:,}")


def say_what_is_read(name, there, frame, bands):
    """Say once in a run what is not read of files that hold more (`Contents`): other pictures, other channels."""
    if frame is None:
        say_how_many(name, there.frames)
    used = chosen(there.channels, (), name)
    if there.channels > len(used) and not bands and not there.is_cmyk:
        which = "the first is" if len(used) == 1 else "the first three are"
        other = "4 3 2" if there.channels > 3 else "2"
        say_once(f"%s has {there.channels:,} channels; {which} read, --bands {other} reads others", name, "bands")
