import json

import pytest
from golden import evaluations


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in evaluations.SETS if name != "nothing to learn"])
def test_a_golden_evaluation_is_worth_comparing_with(golden_folder, name):
    """Something is learned, and not all: equal results of two programs then mean something."""
    found = json.loads((golden_folder / f"results-{name}.json").read_text())
    expected, classes = found["expected"], found["given"]["classes"]
    assert 1 / classes + 0.05 < expected["accuracy"] < 0.95
    assert expected["null_sd"] > 0.02
    assert expected["verdict"] in ("weak evidence", "learnable")


@pytest.mark.slow
def test_a_golden_evaluation_of_nothing_finds_nothing(golden_folder):
    expected = json.loads((golden_folder / "results-nothing to learn.json").read_text())["expected"]
    assert expected["p_value"] > 0.1 and expected["verdict"] in ("no evidence", "too few photos")


@pytest.mark.slow
def test_a_golden_evaluation_has_wrong_labels(golden_folder):
    expected = json.loads((golden_folder / "results-wrong labels.json").read_text())["expected"]
    assert expected["wrong_labels"]["listed"] > 1 and expected["wrong_labels"]["expected"] > 1
