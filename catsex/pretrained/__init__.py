"""Pretrained networks, and checks that their weights are the real ones."""

from catsex.pretrained.imagenet import CAT_CLASSES, decode_predictions
from catsex.pretrained.networks import NETWORKS, load_keras_network
from catsex.pretrained.sanity import KNOWN_PHOTOS, known_photos, most_alike
from catsex.pretrained.weights import Pretrained, load_mobilenet

__all__ = [
    "CAT_CLASSES",
    "KNOWN_PHOTOS",
    "NETWORKS",
    "Pretrained",
    "decode_predictions",
    "known_photos",
    "load_keras_network",
    "load_mobilenet",
    "most_alike",
]
