"""Can it be learned? What held-out photos say, against what luck gives."""

from catsex.evaluation.comparison import compare, first_source
from catsex.evaluation.copies import warn_of_copies
from catsex.evaluation.near_duplicates import how_alike
from catsex.evaluation.protocol import evaluate, evaluate_features
from catsex.evaluation.recipes import parse_settings
from catsex.evaluation.splits import hold_out
from catsex.evaluation.verdict import gap

__all__ = [
    "compare",
    "evaluate",
    "evaluate_features",
    "first_source",
    "gap",
    "hold_out",
    "how_alike",
    "parse_settings",
    "warn_of_copies",
]
