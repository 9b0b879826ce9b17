"""Can it be learned? What held-out photos say, against what luck gives."""

from catsex.evaluation import held_out
from catsex.evaluation.copies import check_one_class_each, check_split
from catsex.evaluation.protocol import evaluate, evaluate_features
from catsex.evaluation.splits import hold_out
from catsex.evaluation.verdict import gap

__all__ = ["check_one_class_each", "check_split", "evaluate", "evaluate_features", "gap", "held_out", "hold_out"]
