"""Augmented views of a photo: mirrored, cropped, brighter or darker."""

import numpy as np

AUGMENTATION_VERSION = 1  # to be raised when `view` gives other pixels
VIEWS = 5  # of each photo; in 20 epochs each is seen four times
LEAST_SIDE = 0.8  # of a crop, as a share of the photo's
BRIGHTNESS = 0.2  # at most so much brighter or darker


def view(pixels, key, number):
    """Return one of the views of a photo, the same for the same photo and number.

    Half of the views are mirrored; each is a crop of 0.8 to 1 of both sides, anywhere in the photo; and is made
    brighter or darker by up to a fifth.

    Parameters
    ----------
    pixels : ndarray, shape (H, W, 3), uint8, 0 to 255
        Never changed.
    key : bytes
        Identifies the photo: the SHA-256 of its file.
    number : int
        Which view.

    Returns
    -------
    ndarray, shape (h, w, 3), float32, 0 to 255
    """
    rng = np.random.default_rng([int.from_bytes(key[:8], "little"), number])
    height, width, _ = pixels.shape
    share = rng.uniform(LEAST_SIDE, 1)
    rows, columns = (max(1, round(share * side)) for side in (height, width))
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)
    crop = pixels[top : top + rows, left : left + columns]
    if rng.random() < 0.5:
        crop = crop[:, ::-1]
    return np.clip(crop * np.float32(1 + rng.uniform(-BRIGHTNESS, BRIGHTNESS)), 0, 255)
