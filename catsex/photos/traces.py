"""What taking, saving and handing on a photo has left in it: its border, sharpness, compression and small layout.

None of it is what the photo shows. All of it comes from the one time that the photo is decoded.
"""

import struct
from typing import NamedTuple

import numpy as np

from catsex.photos.decoding.damaged import jpeg_segments

SQUARES, CHANNELS = 16, 5  # of the layout: along each side, and numbers in each
SAMPLED = 128  # pixels along the longer side that the layout is taken from
WINDOW = 256  # pixels from the middle that sharpness and compression are measured in, along each side
BORDER, SHARPNESS, COMPRESSION = slice(0, 14), slice(14, 20), slice(20, 33)
NUMBERS = 33
TABLES, FRAMES = 0xDB, (0xC0, 0xC1, 0xC2)  # segments of a JPEG
BLOCK = 8  # pixels along the sides of the squares that JPEG compresses


class Traces(NamedTuple):
    """Traces of how a photo was made.

    Attributes
    ----------
    numbers : ndarray, shape (33,), float32
        `BORDER`: brightness of the top, bottom, left and right edge, logarithms of how much each varies along itself,
        colour of the whole edge, and that minus the colour of the photo. `SHARPNESS`: logarithms of the differences
        between neighbouring pixels, of pixels as they are and averaged by 2, 4 and 8; of the noise; and of the first
        of these over the second. `COMPRESSION`: whether the file is a JPEG; logarithms of the means of its first and
        second quantisation table; how many of four pixels share a colour; whether it is progressive; and what JPEG
        has left in the pixels: the grid of 8 x 8, along and across, and coarse, finer and finest coefficients that are
        0, on that grid and off it.
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
    layout = _layout(pixels)
    window = _middle(pixels)
    numbers = [*_border(pixels, layout), *_sharpness(window), *_header(data), *_grid(window)]
    return Traces(np.array(numbers, np.float32), layout)


def _layout(pixels):
    """Return a small picture of the photo, from a sample of its pixels: (SQUARES, SQUARES, 5), uint8."""
    step = max(1, max(pixels.shape[:2]) // SAMPLED)  # at most 255 are left
    sample = pixels[::step, ::step].astype(np.float32)
    texture = np.zeros((*sample.shape[:2], 2), np.float32)
    texture[:, 1:, 0] = np.abs(np.diff(sample[:, :, 1], axis=1))
    texture[:, 1:, 1] = np.abs(np.diff(sample[:, :, 0] - sample[:, :, 2], axis=1)) / 2
    sample = np.concatenate([sample, texture], axis=2)
    for axis in (0, 1):
        starts = np.arange(SQUARES) * sample.shape[axis] // SQUARES
        ends = np.maximum((np.arange(SQUARES) + 1) * sample.shape[axis] // SQUARES, starts + 1)
        sums = np.add.reduceat(sample, starts, axis=axis)  # of an empty square: the one pixel that it begins with
        shape = [1, 1, 1]
        shape[axis] = SQUARES
        sample = sums / (ends - starts).reshape(shape)
    return sample.round().astype(np.uint8)


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


def _grid(window):
    """Look for what JPEG leaves in pixels, whatever file they come from: 8 numbers."""
    return [_steps(window), _steps(window.T), *_zeros(window), *_zeros(window[BLOCK // 2 :, BLOCK // 2 :])]


def _steps(window):
    """Return how much larger steps are at one of 8 columns than at the others, as a logarithm."""
    width = (window.shape[1] - 1) // BLOCK * BLOCK
    if not width:
        return 0.0
    steps = np.abs(np.diff(window[:, : width + 1], axis=1)).mean(axis=0).reshape(-1, BLOCK).mean(axis=0) + 0.05
    return float(np.log(steps.max() / np.median(steps)))


def _zeros(window):
    """Return which shares of the cosine coefficients of 8 x 8 blocks are all but 0, as log-odds: 3 numbers."""
    height, width = (length // BLOCK * BLOCK for length in window.shape)
    if not height or not width:
        return [0.0] * 3
    blocks = window[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    coefficients = (_COSINES @ blocks.transpose(0, 2, 1, 3) @ _COSINES.T).reshape(-1, BLOCK * BLOCK)
    zero = (np.abs(coefficients) < 0.75).mean(axis=0)
    shares = np.array([zero[band == _FINENESS].mean() for band in (0, 1, 2)])
    return np.log((shares + 0.01) / (1.01 - shares)).tolist()


# The orthonormal cosine transform of 8 values: ITU-T T.81 (1992), annex A.3.3. Coefficient (u, v) is the finer the
# larger u + v; -1 is the mean of the block.
_COSINES = np.cos(np.pi * np.outer(np.arange(8), np.arange(8) + 0.5) / BLOCK) / 2
_COSINES = np.where(np.arange(8)[:, None] == 0, np.sqrt(1 / BLOCK), _COSINES).astype(np.float32)
_FINENESS = np.digitize(np.add.outer(np.arange(8), np.arange(8)).ravel(), [1, 4, 8]) - 1
