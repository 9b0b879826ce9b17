"""NumPy's own files, where what is in them is plainly a picture."""

import io

import numpy as np

from catsex.errors import ImageError
from catsex.files import show
from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.opening import check_size

LEAST = 8  # pixels of a side
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def from_npy(data, name, frame=0):
    """Return the samples of a .npy file of shape (H, W), (H, W, 1, 3 or 4) or (1, 3 or 4, H, W).

    Raises
    ------
    ImageError
        If it holds something else.
    Exception
        Of any kind, if the file is damaged.
    """
    if frame:
        raise ImageError(f"{show(name)} holds one picture")
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(file)
    channels_first = len(shape) == 3 and shape[0] in MODES and shape[2] not in MODES
    sides = (*shape[1:], shape[0]) if channels_first else (*shape, *[1] * (len(shape) == 2))
    if len(sides) != 3 or sides[2] not in MODES or min(sides[:2]) < LEAST or kind.kind not in "biuf":
        raise ImageError(f"{show(name)} holds {kind} of shape {shape}, no picture: (height, width) or with 3 colours")
    height, width, channels = sides
    check_size(width, height, name)
    if kind.itemsize * height * width * channels > len(data):
        raise ValueError("the file is cut off")
    values = np.load(io.BytesIO(data), allow_pickle=False)
    values = np.moveaxis(values, 0, -1) if channels_first else values.reshape(sides)
    if kind.kind == "b":
        values = values.astype(np.uint8) * np.uint8(255)
    return Samples(values.astype(values.dtype.newbyteorder("="), copy=False), MODES[channels])
