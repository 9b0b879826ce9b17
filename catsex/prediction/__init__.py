"""A trained model and new photos."""

from catsex.prediction.examining import classify, examine
from catsex.prediction.out_of_distribution import OutOfDistribution
from catsex.prediction.predictor import Predictor, load_predictor
from catsex.prediction.saving import save
from catsex.prediction.saying import line, say_of_each

__all__ = ["OutOfDistribution", "Predictor", "classify", "examine", "line", "load_predictor", "save", "say_of_each"]
