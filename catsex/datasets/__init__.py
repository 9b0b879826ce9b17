"""Public sets of photos, and the demo set."""

from catsex.datasets.cats_dogs import open_cats_dogs
from catsex.datasets.demo import demo_set
from catsex.datasets.load import load_photos

__all__ = ["demo_set", "load_photos", "open_cats_dogs"]
