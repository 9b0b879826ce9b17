"""Can it be learned? What held-out photos say, against what luck gives."""

from catsex.evaluation.copies import warn_of_copies
from catsex.evaluation.protocol import evaluate, evaluate_features
from catsex.evaluation.splits import hold_out
from catsex.evaluation.verdict import gap

__all__ = ["evaluate", "evaluate_features", "gap", "hold_out", "warn_of_copies"]
