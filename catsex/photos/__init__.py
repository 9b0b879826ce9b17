"""A photo on disk to what a network sees, and which photos there are."""

from catsex.photos.decoding.images import read_image
from catsex.photos.layouts.reading import read_photos
from catsex.photos.photoset import PhotoSet
from catsex.photos.preprocessing import preprocess

__all__ = ["PhotoSet", "preprocess", "read_image", "read_photos"]
