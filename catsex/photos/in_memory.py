"""Pictures that a program holds already, instead of naming a file: of Pillow, or arrays of pixels."""

from typing import Any, NamedTuple

import numpy as np

from catsex.errors import DataError
from catsex.photos.decoding import colour, depth
from catsex.photos.decoding.images import clear_errors
from catsex.photos.decoding.opening import check_size, orientation, turned
from catsex.photos.decoding.scaling import to_eight_bits

TAKEN = "paths, addresses, folders, Pillow pictures, arrays (height, width, 3) of uint8, or a list of these"


class Held(NamedTuple):
    """A picture that a program holds, and what to call it where the path of a file would stand."""

    picture: Any
    name: str

    def __fspath__(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name


def is_picture(thing: Any) -> bool:
    """Return whether something is a picture of Pillow, or an array of at most three axes."""
    from PIL import Image

    return isinstance(thing, Image.Image) or (isinstance(thing, np.ndarray) and thing.ndim <= 3)


def hold(picture: Any, name: str) -> Held:
    """Return what `is_picture` under a name.

    Raises
    ------
    DataError
        If it is an array, but not of shape (H, W, 3), uint8.
    """
    if isinstance(picture, np.ndarray):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            found = f"{picture.dtype} of shape {picture.shape}"
            raise DataError(f"{name} is an array of {found}; expected uint8, 0 to 255, of shape (height, width, 3)")
        check_size(picture.shape[1], picture.shape[0], name)
    return Held(picture, name)


def pixels_of(held: Held, levels: dict) -> np.ndarray:
    """Return the pixels of a picture as those of a photo: upright, in sRGB, transparency over white.

    Parameters
    ----------
    held : Held
    levels : dict
        What is black and white in pictures of more than 8 bits, as `images.decode_image` takes it.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8, 0 to 255

    Raises
    ------
    ImageError
        If Pillow cannot read the file that it comes from, or nothing says which values are white.
    """
    image, name = held
    if isinstance(image, np.ndarray):
        return image
    with clear_errors(name):
        check_size(image.width, image.height, name)
        image.load()
        turn = orientation(image, image.format)
        if image.mode == "F" or image.mode.startswith("I"):
            image = to_eight_bits(depth.from_pillow(image), name, levels)
        return np.array(colour.to_rgb(turned(image, turn), name))
