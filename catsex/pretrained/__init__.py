"""Networks that others trained, and proof that they are the real ones."""

from catsex.pretrained.weights import Pretrained, load_mobilenet

__all__ = ["Pretrained", "load_mobilenet"]
