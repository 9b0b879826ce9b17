"""A trained model and new photos."""

from catsex.prediction.classifier import Classifier, classify, load_classifier
from catsex.prediction.saving import save

__all__ = ["Classifier", "classify", "load_classifier", "save"]
