"""A photo on disk to what a network sees, and which photos there are."""

from catsex.photos.folders import read_folder
from catsex.photos.images import read_image
from catsex.photos.photoset import PhotoSet
from catsex.photos.preprocessing import preprocess

__all__ = ["PhotoSet", "preprocess", "read_folder", "read_image"]
