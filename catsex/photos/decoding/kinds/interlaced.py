"""Pictures that are stored coarse first and are cut off: what is missing is shown as what is there, only coarser."""

import numpy as np

# Each pass: its first row and column, the steps to the next ones, and the steps of all that is there after it.
ADAM7 = (  # PNG, third edition, 8.1
    (0, 0, 8, 8, 8, 8),
    (0, 4, 8, 8, 8, 4),
    (4, 0, 8, 4, 4, 4),
    (0, 2, 4, 4, 4, 2),
    (2, 0, 4, 2, 2, 2),
    (0, 1, 2, 2, 2, 1),
    (1, 0, 2, 1, 1, 1),
)
GIF = ((0, 0, 8, 1, 8, 1), (4, 0, 8, 1, 4, 1), (2, 0, 4, 1, 2, 1), (1, 0, 2, 1, 1, 1))  # GIF89a, appendix E


def sizes(passes, width, height):
    """Return the height and width of each pass, as stored."""
    return [(-(-(height - y) // down), -(-(width - x) // across)) for y, x, down, across, _, _ in passes]


def filled(image, passes, complete, rows):
    """Return a picture in which each missing pixel is like the nearest one above and before it that is there.

    Parameters
    ----------
    image : PIL.Image.Image
        With 8 bits a channel, not turned.
    passes : sequence
        `ADAM7` or `GIF`.
    complete : int
        How many passes are there.
    rows : int
        How many rows of the next one are.
    """
    image = image.convert("L") if image.mode == "1" else image
    pixels = np.asarray(image)
    first, _, down, _, *finer = passes[complete]
    border = first + rows * down if rows else 0  # above it, this pass is there too
    parts = [_coarse(pixels, *finer)[:border], _coarse(pixels, *passes[max(0, complete - 1)][4:])[border:]]
    result = image.copy()
    result.frombytes(np.concatenate(parts).tobytes())
    return result


def _coarse(pixels, down, across):
    """Return a picture made of the pixels at every so many rows and columns."""
    rows, columns = (np.arange(n) // step * step for n, step in zip(pixels.shape, (down, across), strict=False))
    return pixels[rows][:, columns]
