"""Can it be learned? What held-out photos say, against what luck gives."""

from catsex.evaluation.protocol import evaluate

__all__ = ["evaluate"]
