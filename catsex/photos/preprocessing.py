"""Pixels to what a network takes: scikit-image's resize, one axis at a time, and scaling."""

import math
from functools import lru_cache

import numpy as np

from catsex.errors import ImageError
from catsex.products import in_pieces

# Raised whenever `decode_image` or `preprocess` would give other numbers for the same file,
# so that nothing computed from the old pixels is taken for new.
PREPROCESSING_VERSION = 4


def preprocess(
    pixels: np.ndarray, size: tuple[int, int] = (224, 224), full_size: tuple[int, int] | None = None
) -> np.ndarray:
    """Turn pixels into what MobileNetV2 expects: resized, float32, scaled to -1 to 1.

    The same numbers, to rounding, as ``skimage.transform.resize(preprocess_input(pixels), size)``, where
    `preprocess_input`, that of ``keras.applications.mobilenet_v2``, is ``x / 127.5 - 1``. Both steps of skimage's
    resize, a Gaussian that prevents aliasing and linear interpolation, are linear and work on one axis at a
    time, so a photo costs two matrix products: ``rows @ pixels @ columns.T``.

    Parameters
    ----------
    pixels : ndarray, shape (H, W, 3), uint8 or float, 0 to 255
        Never changed.
    size : (int, int)
        Height and width of the result, in pixels.
    full_size : (int, int), optional
        Height and width that the photo had before `images.decode_reduced` took means of 4, 16 or 64 pixels. The result
        is nearly that of the whole photo.

    Returns
    -------
    ndarray, shape (size[0], size[1], 3), float32, -1 to 1

    Raises
    ------
    ImageError
        If `pixels` has another shape, or no pixels at all.
    """
    pixels = np.asarray(pixels)
    if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise ImageError(f"expected pixels of shape (height, width, 3), got {pixels.shape}")
    height, width, _ = pixels.shape
    new_height, new_width = size
    full_height, full_width = full_size or (height, width)

    columns = np.empty((width, new_height, 3), np.float32)  # (H, W, 3) -> (W, h, 3)
    for out, source, weights in resize_blocks(height, new_height, full_height):
        # Converted block by block, so that a large photo is never held as floats; centred before it is divided,
        # which keeps the rounding errors of float32 small.
        centred = np.subtract(pixels[source].reshape(-1, width * 3), np.float32(127.5), dtype=np.float32)
        _swap_axes(in_pieces(weights, centred).reshape(-1, width, 3), columns[:, out])
    flat = columns.reshape(width, -1)
    result = np.empty((new_height, new_width, 3), np.float32)  # (W, h, 3) -> (h, w, 3)
    for out, source, weights in resize_blocks(width, new_width, full_width):
        _swap_axes(in_pieces(weights, flat[source]).reshape(-1, new_height, 3), result[:, out])
    result /= np.float32(127.5)
    return result


def _swap_axes(source, out):
    """Copy (A, B, 3) to (B, A, 3), one channel at a time: that takes half as long as all at once."""
    for channel in range(3):
        out[:, :, channel] = source[:, :, channel].T


@lru_cache(maxsize=1024)  # at most some 30 MB for photos of ordinary size
def resize_blocks(length, new_length, full_length=None, block=16):
    """Return `resize_matrix` without the zeros far from its diagonal.

    Returns
    -------
    tuple of (slice, slice, ndarray)
        For each block of output positions: which they are, which source positions they depend on, and the
        weights between them, float32.
    """
    matrix = resize_matrix(length, new_length, full_length).astype(np.float32)
    blocks = []
    for start in range(0, new_length, block):
        out = slice(start, min(start + block, new_length))
        used = np.flatnonzero(matrix[out].any(axis=0))
        source = slice(int(used[0]), int(used[-1]) + 1)
        blocks.append((out, source, matrix[out, source].copy()))
    return tuple(blocks)


def resize_matrix(length, new_length, full_length=None):
    """Return the matrix by which ``skimage.transform.resize`` resizes one axis.

    It equals ``resize(np.eye(length), (new_length, length))``, at a cost that does not grow with ``length ** 2``.

    Parameters
    ----------
    length, new_length : int
        Number of pixels before and after.
    full_length : int, optional
        Number of pixels of which those before are means, each of equally many, the last perhaps of fewer.

    Returns
    -------
    ndarray, shape (new_length, length), float64
        Each row sums to 1.

    Notes
    -----
    skimage's defaults: a Gaussian with a standard deviation of ``(length / new_length - 1) / 2`` pixels, cut off
    at 4 standard deviations, then linear interpolation between pixel centres; beyond its ends the axis is
    mirrored at the centre of the last pixel (``mode="mirror"`` of ``scipy.ndimage``).

    The mean of k pixels has blurred the photo already, with a variance of ``(k ** 2 - 1) / 12``, and variances of
    blurs add up: the Gaussian has the rest.
    """
    scale = (full_length or length) / new_length
    mean_of = round((full_length or length) / length)
    sigma = math.sqrt(max(0.0, max(0.0, (scale - 1) / 2) ** 2 - (mean_of**2 - 1) / 12)) / mean_of
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    gaussian = np.exp(-0.5 * (offsets / (sigma or 1)) ** 2)
    gaussian /= gaussian.sum()

    centres = (np.arange(new_length) + 0.5) * scale / mean_of - 0.5
    left = np.floor(centres).astype(int)
    right_share = centres - left
    matrix = np.zeros((new_length, length))
    for tap, share in ((left, 1 - right_share), (left + 1, right_share)):
        # A tap is mirrored onto the axis first, since it reads the filtered axis; then so are its neighbours.
        source = _mirror(_mirror(tap, length)[:, None] + offsets, length)  # (new_length, 2 * radius + 1)
        np.add.at(matrix, (np.arange(new_length)[:, None], source), share[:, None] * gaussian)
    return matrix


def _mirror(index, length):
    """Fold positions beyond either end of an axis back onto it, without repeating the end pixels."""
    period = max(2 * (length - 1), 1)
    index = np.abs(index) % period
    return np.minimum(index, period - index) if length > 1 else np.zeros_like(index)
