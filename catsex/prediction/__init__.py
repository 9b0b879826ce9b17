"""A trained model and new photos."""

from catsex.prediction.classifier import Classifier, load_classifier
from catsex.prediction.examining import classify, examine
from catsex.prediction.saving import save
from catsex.prediction.strange import Familiar

__all__ = ["Classifier", "Familiar", "classify", "examine", "load_classifier", "save"]
