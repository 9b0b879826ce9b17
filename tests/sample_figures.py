"""Numbers to draw, and a figure of each kind."""

import numpy as np

from catsex.report import figures

HISTORY = {"accuracy": [0.6, 0.8, 1.0], "val_accuracy": [0.5, 0.7, 0.6]}
POINTS = [
    {"photos_per_class": 1, "accuracy": 0.5, "spread": 0.1},
    {"photos_per_class": 16, "accuracy": 0.75, "spread": 0.02},
]
NULL = np.random.default_rng(0).normal(0.2, 1, 1000)


def drawn():
    """One figure of each kind."""
    return {
        "learning": figures.learning_curves(HISTORY, (30, 10), 0.5),
        "chance": figures.null_histogram(NULL, 2.4),
        "size": figures.accuracy_by_size(POINTS, 0.5),
        "confusion": figures.confusion_matrix([[0.75, 0.25], [0.4, 0.6]], ["female", "male"], [20, 30]),
        "capital": figures.capital_curve([1, 1, 1.3, 0.6, 25]),
    }
