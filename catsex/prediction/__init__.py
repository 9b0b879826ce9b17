"""A trained model and new photos."""

from catsex.prediction.classifier import Classifier, load_classifier
from catsex.prediction.examining import classify, examine
from catsex.prediction.out_of_distribution import OutOfDistribution
from catsex.prediction.saving import save

__all__ = ["Classifier", "OutOfDistribution", "classify", "examine", "load_classifier", "save"]
