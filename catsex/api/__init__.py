"""What Python programs and notebooks call, with the same results as the scripts."""

from catsex.api.classifier import Classifier, load
from catsex.api.comparison import Comparison, compare
from catsex.api.evaluation import Evaluation, evaluate, evaluate_features
from catsex.api.extraction import Extraction, extract
from catsex.api.photos import load_photos
from catsex.api.training import Training, train

__all__ = [
    "Classifier",
    "Comparison",
    "Evaluation",
    "Extraction",
    "Training",
    "compare",
    "evaluate",
    "evaluate_features",
    "extract",
    "load",
    "load_photos",
    "train",
]
