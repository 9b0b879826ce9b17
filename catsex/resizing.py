"""The matrices by which `images` resizes: scikit-image's resize, one axis at a time."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=1024)  # at most some 30 MB for photos of ordinary size
def resize_blocks(length, new_length, block=16):
    """Return `resize_matrix` without the zeros far from its diagonal.

    Returns
    -------
    tuple of (slice, slice, ndarray)
        For each block of output positions: which they are, which source positions they depend on, and the
        weights between them, float32.
    """
    matrix = resize_matrix(length, new_length).astype(np.float32)
    blocks = []
    for start in range(0, new_length, block):
        out = slice(start, min(start + block, new_length))
        used = np.flatnonzero(matrix[out].any(axis=0))
        source = slice(int(used[0]), int(used[-1]) + 1)
        blocks.append((out, source, matrix[out, source].copy()))
    return tuple(blocks)


def resize_matrix(length, new_length):
    """Return the matrix by which ``skimage.transform.resize`` resizes one axis.

    It equals ``resize(np.eye(length), (new_length, length))``, at a cost that does not grow with ``length ** 2``.

    Parameters
    ----------
    length, new_length : int
        Number of pixels before and after.

    Returns
    -------
    ndarray, shape (new_length, length), float64
        Each row sums to 1.

    Notes
    -----
    skimage's defaults: a Gaussian with a standard deviation of ``(length / new_length - 1) / 2`` pixels, cut off
    at 4 standard deviations, then linear interpolation between pixel centres; beyond its ends the axis is
    mirrored at the centre of the last pixel (``mode="mirror"`` of ``scipy.ndimage``).
    """
    scale = length / new_length
    sigma = max(0.0, (scale - 1) / 2)
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    gaussian = np.exp(-0.5 * (offsets / (sigma or 1)) ** 2)
    gaussian /= gaussian.sum()

    centres = (np.arange(new_length) + 0.5) * scale - 0.5
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
