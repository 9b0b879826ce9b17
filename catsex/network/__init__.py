"""The frozen part of a network, run once per photo, and new last layers on it."""

from catsex.network.feature_files import write_features
from catsex.network.feature_tables import read_features
from catsex.network.features import extract
from catsex.network.model import attach_classifier, frozen_part
from catsex.network.training import balanced, fit, predict
from catsex.network.training_methods import TRAINING_METHODS, fit_by

__all__ = [
    "TRAINING_METHODS",
    "attach_classifier",
    "balanced",
    "extract",
    "fit",
    "fit_by",
    "frozen_part",
    "predict",
    "read_features",
    "write_features",
]
