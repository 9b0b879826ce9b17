"""What Python programs and notebooks call: the same question, the same numbers as the scripts give."""

from catsex.api.classifier import Classifier, load, train
from catsex.api.comparison import Comparison, compare
from catsex.api.evaluation import Evaluation, evaluate, evaluate_features
from catsex.datasets import load_photos

__all__ = [
    "Classifier",
    "Comparison",
    "Evaluation",
    "compare",
    "evaluate",
    "evaluate_features",
    "load",
    "load_photos",
    "train",
]
