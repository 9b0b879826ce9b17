"""Golden sentences: verdicts of all kinds in words, and the numbers that led to them."""

import numpy as np

from catsex.evaluation import verdict
from catsex.evaluation.metrics import good_accuracy
from catsex.evaluation.permuting.permutation_scheme import AMONG, BOTH, WITHIN
from catsex.evaluation.shortcuts.candidates import TOGETHER
from golden.evaluations import HINTS

# What a verdict is made from, but for what differs from case to case.
NUMBERS = {
    "accuracy": 0.54,
    "interval": (0.43, 0.66),
    "p_value": 0.31,
    "permutations": 1000,
    "chance": 0.5,
    "detectable_accuracy": 0.615,
    "power": 0.95,
    "class_names": ["female", "male"],
    "null_sd": 0.066,
    "shortcuts": [],
    "confusion": np.diag([0.5] * 3),
    "photos_of": [20] * 3,
}


def sentences():
    """Return verdicts of all kinds, with the numbers that led to them."""
    together = {
        "known": False,
        "number": 40,
        "per_class": [20, 20],
        "permutation_scheme": AMONG,
        "smallest_p": 1e-6,
        "needed": 4,
    }
    shortcut = [{"name": name, "accuracy": 0.6, "p_value": 0.001, "corrected": 0.003} for name in list(HINTS)[:3]]
    shortcut.append({"name": TOGETHER, "accuracy": 0.7, "p_value": 0.0009, "corrected": 0.002})
    missed = {"confusion": np.diag([0.1, 0.98]), "photos_of": [12, 40]}
    changes = [
        {},
        {"p_value": 1 / 1001, "interval": (0.6, 0.8)},
        {"p_value": 1e-6, "interval": (0.6, 0.8), "permutations": 999_999},
        {"p_value": 0.03},
        {"p_value": 0.03, "groups": together | {"known": True}},
        {"p_value": 0.05, "power": 0.79},
        {"p_value": 0.0105},
        {"p_value": 0.125, "accuracy": 0.625, "interval": (0.465, 0.745)},
        {"p_value": 1.0, "accuracy": 0.5},
        {"p_value": 0.045, "shortcuts": shortcut},
        {"p_value": 0.2, "shortcuts": shortcut[:1]},
        {"p_value": 0.2, "shortcuts": shortcut[3:]},
        {"p_value": 0.04, "shortcuts": [*shortcut, shortcut[0] | {"name": "the camera", "accuracy": 0.65}]},
        {"p_value": 0.2, "shortcuts": [shortcut[0] | {"corrected": 0.06}]},
        missed,
        {
            "p_value": 0.02,
            "confusion": np.diag([0.7, 0.35, 0.6]),
            "photos_of": [9, 9, 9],
            "class_names": ["a", "b", "c"],
            "accuracy": 0.6,
        },
        {"class_names": ["a", "b", "c"], "chance": 1 / 3},
        {"class_names": [str(number) for number in range(60)], "chance": 1 / 60},
        {"groups": together | {"smallest_p": 0.1, "per_class": [3, 3], "number": 6}},
        {
            "groups": together
            | {"smallest_p": 0.125, "permutation_scheme": WITHIN, "number": 4, "needed": 6, "known": True}
        },
        {
            "power": 0.5,
            "groups": together | {"smallest_p": 0.1, "permutation_scheme": BOTH, "number": 5},
        },
    ]
    cases = []
    for change in changes:
        given = NUMBERS | {"groups": together} | change
        words = verdict.judge(given, given["photos_of"])
        given["good"] = good_accuracy(len(given["class_names"]))
        cases.append({"given": given, "outcome": words.outcome, "sentence": words.sentence, "remarks": words.remarks})
    return cases
