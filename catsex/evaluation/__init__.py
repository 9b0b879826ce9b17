"""Can it be learned? The accuracy on held-out photos, compared with chance."""

from catsex.evaluation import held_out
from catsex.evaluation.comparing.compare import compare, first_network
from catsex.evaluation.comparing.configurations import parse_configurations
from catsex.evaluation.grouping.alike import Alike, find_alike
from catsex.evaluation.grouping.copies import check_one_class_each, check_split
from catsex.evaluation.grouping.near_duplicates import how_alike
from catsex.evaluation.held_out import gap, hold_out
from catsex.evaluation.probabilities.calibration import calibrate
from catsex.evaluation.protocol import evaluate, evaluate_sample
from catsex.evaluation.sample import Sample
from catsex.evaluation.sequential.arrival import BY_ITSELF
from catsex.evaluation.sequential.as_they_came import as_they_came, table_as_they_came
from catsex.evaluation.vectors import evaluate_table, evaluate_vectors

__all__ = [
    "BY_ITSELF",
    "Alike",
    "Sample",
    "as_they_came",
    "calibrate",
    "check_one_class_each",
    "check_split",
    "compare",
    "evaluate",
    "evaluate_sample",
    "evaluate_table",
    "evaluate_vectors",
    "find_alike",
    "first_network",
    "gap",
    "held_out",
    "hold_out",
    "how_alike",
    "parse_configurations",
    "table_as_they_came",
]
