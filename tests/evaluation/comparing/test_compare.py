"""Configurations that are equal, others that are not, and whether one is told from the other."""

import numpy as np
import pytest
from sample_predictions import HALVES, answered, compared


def test_a_setting_that_is_much_better_is_found_and_its_interval_does_not_hold_zero():
    found = compared(answered(np.random.default_rng(0), HALVES, [0.5, 0.97]))
    (pair,) = found["pairs"]
    assert found["best"] == 1 and pair["difference"] > 0.3 and pair["corrected_p"] < 0.05
    assert 0 < pair["interval"][0] <= pair["difference"] <= pair["interval"][1]


def test_configurations_with_the_same_predictions_do_not_differ_and_yet_nothing_is_certain():
    predictions = answered(np.random.default_rng(0), HALVES, [0.7])
    found = compared(np.concatenate([predictions, predictions]))
    (pair,) = found["pairs"]
    assert pair["difference"] == 0 and pair["p_value"] == pair["corrected_p"] == 1
    assert pair["interval"][0] < 0 < pair["interval"][1] and pair["detectable"] > 0.02
    assert found["corrected"] == pytest.approx(found["accuracies"][0], abs=0.02)


def test_groups_are_what_counts():
    # The same predictions of ten times as many photos of the same animals say no more.
    rng, groups = np.random.default_rng(0), np.repeat(np.arange(40), 10)
    labels = HALVES[groups]
    predictions = answered(rng, HALVES, [0.6, 0.85])
    single, tenfold = compared(predictions), compared(predictions[:, :, groups], labels, groups)
    for key in ("p_value", "difference", "detectable"):
        assert tenfold["pairs"][0][key] == pytest.approx(single["pairs"][0][key], abs=0.01)
    assert tenfold["corrected"] == pytest.approx(single["corrected"], abs=0.01)
    told_nothing = compared(predictions[:, :, groups], labels, np.arange(400))["pairs"][0]
    assert told_nothing["p_value"] < tenfold["pairs"][0]["p_value"] / 2


def test_few_groups_and_groups_of_two_classes_are_compared_too():
    labels, groups = np.tile([0, 1], 6), np.repeat(np.arange(6), 2)
    for seed, classes_apart in ((0, False), (1, True)):
        groups = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]) if classes_apart else groups
        predictions = np.random.default_rng(seed).integers(0, 2, (3, 2, 12))
        found = compared(predictions, labels, groups)
        assert len(found["pairs"]) == 3
        assert 0 <= found["corrected"] <= 1 and all(0 < pair["p_value"] <= 1 for pair in found["pairs"])
