"""A photo on disk to what a network sees, and which photos there are."""

from catsex.photos.images import read_image
from catsex.photos.photoset import PhotoSet
from catsex.photos.preprocessing import preprocess
from catsex.photos.reading import read_photos
from catsex.photos.stores import is_stored, list_store

__all__ = ["PhotoSet", "is_stored", "list_store", "preprocess", "read_image", "read_photos"]
