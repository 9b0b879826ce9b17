"""The frozen part of a network, run once per photo, and new last layers on it."""

from catsex.network.features import extract
from catsex.network.model import attach_classifier, frozen_part
from catsex.network.training import balanced, fit, predict

__all__ = ["attach_classifier", "balanced", "extract", "fit", "frozen_part", "predict"]
