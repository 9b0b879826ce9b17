"""A trained model and new photos."""

from catsex.prediction.examining import classify, decoder_for, examine
from catsex.prediction.out_of_distribution import OutOfDistribution
from catsex.prediction.page_model import is_page_model
from catsex.prediction.predictor import Predictor, load_predictor
from catsex.prediction.saving import save
from catsex.prediction.saying import line, say_of_each
from catsex.prediction.sorting import sort_into

__all__ = [
    "OutOfDistribution",
    "Predictor",
    "classify",
    "decoder_for",
    "examine",
    "is_page_model",
    "line",
    "load_predictor",
    "save",
    "say_of_each",
    "sort_into",
]
