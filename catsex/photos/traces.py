"""What taking, saving and handing on a photo has left in it: its border, sharpness, compression and small layout.

None of it is what the photo shows. All of it comes from the one time that the photo is decoded.
"""

import functools
import struct
from typing import NamedTuple

import numpy as np

from catsex.photos.decoding.damaged import jpeg_segments

SQUARES, CHANNELS = 16, 5  # of the layout: along each side, and numbers in each
SAMPLED = 128  # pixels along the longer side that the layout is taken from
WINDOW = 256  # pixels from the middle that sharpness and compression are measured in, along each side
BORDER, SHARPNESS, COMPRESSION, SPOTS = slice(0, 14), slice(14, 32), slice(32, 45), slice(45, 53)
NUMBERS = 53
TABLES, FRAMES = 0xDB, (0xC0, 0xC1, 0xC2)  # segments of a JPEG
BLOCK = 8  # pixels along the sides of the squares that JPEG compresses
FINEST = 13  # the coefficients of such a square, by how fine they are: from 1, up to here; finer ones are mostly 0
SMALL_SQUARES, HUES = 32, 8  # in which spots of a colour are looked for


class Traces(NamedTuple):
    """Traces of how a photo was made.

    Attributes
    ----------
    numbers : ndarray, shape (53,), float32
        `BORDER`: brightness of the top, bottom, left and right edge, logarithms of how much each varies along itself,
        colour of the whole edge, and that minus the colour of the photo. `SHARPNESS`: logarithms of the differences
        between neighbouring pixels, of pixels as they are and averaged by 2, 4 and 8; of the noise; and of the first
        of these over the second; mean logarithms of the cosine coefficients of 8 x 8 pixels, from coarse to fine, all
        of which sharpening raises, but not alike. `COMPRESSION`: whether the file is a JPEG; logarithms of the means of
        its first and second quantisation table; how many of four pixels share a colour; whether it is progressive; and
        what JPEG has left in the pixels: the grid of 8 x 8, along and across, and coarse, finer and finest coefficients
        that are 0, on that grid and off it. `SPOTS`: for each of eight hues, how much more of it a small square has
        than those around it, at most, as a logarithm; wherever that square is.
    layout : ndarray, shape (SQUARES, SQUARES, 5), uint8
        Mean red, green and blue of squares, and how much neighbouring pixels differ there in brightness and in colour.
    """

    numbers: np.ndarray
    layout: np.ndarray

    def to_bytes(self):
        """Return it as `LENGTH` bytes."""
        return self.numbers.astype("<f4").tobytes() + self.layout.tobytes()

    @classmethod
    def from_bytes(cls, data):
        """Return what `to_bytes` was made from."""
        layout = np.frombuffer(data[4 * NUMBERS :], np.uint8).reshape(SQUARES, SQUARES, CHANNELS)
        return cls(np.frombuffer(data[: 4 * NUMBERS], "<f4"), layout)


LENGTH = 4 * NUMBERS + CHANNELS * SQUARES**2  # bytes


def find_traces(data, pixels):
    """Measure the traces of how a photo was made.

    Parameters
    ----------
    data : bytes
        The content of its file.
    pixels : ndarray, shape (H, W, 3), uint8

    Returns
    -------
    Traces
    """
    sample = _sample(pixels)
    layout, window = _layout(sample), _middle(pixels)
    coefficients = _coefficients(window)
    sharpness = [*_sharpness(window), *_fineness(coefficients)]
    numbers = [*_border(pixels, layout), *sharpness, *_header(data), *_grid(window, coefficients), *_spots(sample)]
    return Traces(np.array(numbers, np.float32), layout)


def _sample(pixels):
    """Return a sample of the pixels: (3, h, w), float32; h and w are at most 255."""
    step = max(1, max(pixels.shape[:2]) // SAMPLED)
    return np.moveaxis(pixels[::step, ::step], 2, 0).astype(np.float32, order="C")


def _layout(sample):
    """Return a small picture of the photo: (SQUARES, SQUARES, 5), uint8."""
    layers = np.zeros((CHANNELS, *sample.shape[1:]), np.float32)
    layers[:3] = sample
    np.abs(np.diff(sample[1]), out=layers[3, :, 1:])
    np.abs(np.diff(sample[0] - sample[2]) / 2, out=layers[4, :, 1:])
    return np.moveaxis(_squares(layers, SQUARES).round().astype(np.uint8), 0, 2)


def _squares(layers, count):
    """Return the means of `count` x `count` squares: (c, h, w) -> (c, count, count)."""
    height, width = layers.shape[1:]
    return _means(height, count) @ layers @ _means(width, count).T


@functools.cache
def _means(length, count):
    """Return the matrix that takes `length` values to the means of `count` parts: (count, length)."""
    starts = np.arange(count) * length // count
    ends = np.maximum((np.arange(count) + 1) * length // count, starts + 1)  # an empty part: its first value
    place = np.arange(length)
    inside = (place >= starts[:, None]) & (place < ends[:, None])
    return (inside / (ends - starts)[:, None]).astype(np.float32)


def _spots(sample):
    """Look for a square of another hue than those around it: for each of 8 hues, by how much the farthest one is."""
    red, green, blue = _squares(sample, SMALL_SQUARES)
    colour = np.stack([(red - blue) / np.float32(np.sqrt(2)), (red + blue - 2 * green) / np.float32(np.sqrt(6))])
    padded = np.pad(colour, ((0, 0), (1, 1), (1, 1)), mode="edge")
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    near = (rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:] - colour) / 8
    angles = 2 * np.pi * np.arange(HUES, dtype=np.float32) / HUES
    most = (np.stack([np.cos(angles), np.sin(angles)], axis=1) @ (colour - near).reshape(2, -1)).max(axis=1)
    return np.log(2 + np.maximum(most, 0))


def _border(pixels, layout):
    """Measure the outermost pixels: 14 numbers."""
    edges = [edge.astype(np.float32) / 255 for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])]
    brightness = [edge.mean() for edge in edges]
    variation = [np.log(edge.mean(axis=1).std() + 0.002) for edge in edges]
    colour = np.mean([edge.mean(axis=0) for edge in edges], axis=0)
    return [*brightness, *variation, *colour, *(colour - layout[:, :, :3].mean(axis=(0, 1)) / 255)]


def _middle(pixels):
    """Return the brightness in the middle of a photo, in whole blocks of 8 pixels: (h, w), float32, 0 to 255."""
    top, left = (max(0, (length - WINDOW) // 2) // BLOCK * BLOCK for length in pixels.shape[:2])
    return pixels[top : top + WINDOW, left : left + WINDOW] @ np.array([0.299, 0.587, 0.114], np.float32)


def _sharpness(window):
    """Measure fine detail at four scales, and noise: 6 numbers."""
    found, smaller = [], window
    for _ in range(4):
        steps = [np.abs(np.diff(smaller, axis=axis)) for axis in (0, 1) if smaller.shape[axis] > 1]
        found.append(np.log(0.05 + np.mean([step.mean() for step in steps] or [0.0])))
        height, width = (length // 2 * 2 for length in smaller.shape)
        if min(height, width) >= 2:
            halves = smaller[:height:2, :width] + smaller[1:height:2, :width]
            smaller = (halves[:, ::2] + halves[:, 1::2]) / 4
    # Immerkær, J. (1996), Fast noise variance estimation, Computer Vision and Image Understanding 64, 300-302; the
    # median in place of the mean, which edges do not change.
    bent = np.diff(np.diff(window, 2, axis=0), 2, axis=1)[::2, ::2]
    return [*found, np.log(0.05 + (np.median(np.abs(bent)) if bent.size else 0.0)), found[0] - found[1]]


def _header(data):
    """Read what a JPEG says of its compression: 5 numbers, 0 for other files."""
    tables: dict = {}
    sampling, progressive = 0, 0
    if data[:2] != b"\xff\xd8":
        return [0.0] * 5
    try:
        for marker, segment in jpeg_segments(data):
            if marker == TABLES:
                tables |= _tables(segment[4:])
            elif marker in FRAMES:
                sampling, progressive = (segment[11] >> 4) * (segment[11] & 15), marker == 0xC2
    except (IndexError, struct.error):  # damaged, and decoded all the same
        pass
    means = [np.log(np.mean(tables[number])) if number in tables else 0.0 for number in (0, 1)]
    return [1.0, *means, float(sampling), float(progressive)]


def _tables(content):
    """Return the quantisation tables in a segment, {number: 64 values}."""
    tables, at = {}, 0
    while at < len(content):
        kind = ">64H" if content[at] >> 4 else ">64B"
        tables[content[at] & 15] = struct.unpack_from(kind, content, at + 1)
        at += 1 + struct.calcsize(kind)
    return tables


def _grid(window, coefficients):
    """Look for what JPEG leaves in pixels, whatever file they come from: 8 numbers."""
    off = _coefficients(window[BLOCK // 2 :, BLOCK // 2 :])
    return [_steps(window), _steps(window.T), *_zeros(coefficients), *_zeros(off)]


def _steps(window):
    """Return how much larger steps are at one of 8 columns than at the others, as a logarithm."""
    width = (window.shape[1] - 1) // BLOCK * BLOCK
    if not width:
        return 0.0
    steps = np.abs(np.diff(window[:, : width + 1], axis=1)).mean(axis=0).reshape(-1, BLOCK).mean(axis=0) + 0.05
    return float(np.log(steps.max() / np.median(steps)))


def _coefficients(window):
    """Return the cosine coefficients of 8 x 8 blocks: (blocks, 64)."""
    height, width = (length // BLOCK * BLOCK for length in window.shape)
    blocks = window[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    return (_COSINES @ blocks.transpose(0, 2, 1, 3) @ _COSINES.T).reshape(-1, BLOCK * BLOCK)


def _zeros(coefficients):
    """Return which shares of the coefficients are all but 0, as log-odds: 3 numbers."""
    if not len(coefficients):
        return [0.0] * 3
    zero = (np.abs(coefficients) < 0.75).mean(axis=0)
    shares = np.array([zero[band == _BANDS].mean() for band in (0, 1, 2)])
    return np.log((shares + 0.01) / (1.01 - shares)).tolist()


def _fineness(coefficients):
    """Return how much there is of coarse and fine detail: 12 numbers."""
    if not len(coefficients):
        return [0.0] * (FINEST - 1)
    each = np.log(0.5 + np.abs(coefficients)).mean(axis=0)
    return [float(each[one == _FINENESS].mean()) for one in range(1, FINEST)]


# The orthonormal cosine transform of 8 values: ITU-T T.81 (1992), annex A.3.3. Coefficient (u, v) is the finer the
# larger u + v; band -1 is the mean of the block.
_COSINES = np.cos(np.pi * np.outer(np.arange(8), np.arange(8) + 0.5) / BLOCK) / 2
_COSINES = np.where(np.arange(8)[:, None] == 0, np.sqrt(1 / BLOCK), _COSINES).astype(np.float32)
_FINENESS = np.add.outer(np.arange(8), np.arange(8)).ravel()
_BANDS = np.digitize(_FINENESS, [1, 4, 8]) - 1
