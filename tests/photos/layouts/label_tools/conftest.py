"""Little pictures whose left half is red and whose right half is blue, as label tools know them."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def pictures(tmp_path, empty_cache):
    """Return a folder with images/1.png … images/4.png, each 60 x 40 pixels."""
    (tmp_path / "set" / "images").mkdir(parents=True)
    for number in range(1, 5):
        pixels = np.zeros((40, 60, 3), np.uint8)
        pixels[:, :30, 0], pixels[:, 30:, 2] = 200 + number, 200 + number
        Image.fromarray(pixels).save(tmp_path / "set" / "images" / f"{number}.png")
    return tmp_path / "set"
