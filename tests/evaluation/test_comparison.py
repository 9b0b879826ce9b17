"""Settings that are equal, settings that are not, and whether one is told from the other."""

from itertools import product

import numpy as np
import pytest

from catsex.evaluation import comparison, paired

GROUPS_OF_ONE = np.arange(40)
HALVES = np.repeat([0, 1], 20)


def answered(rng, labels, shares, repeats=2, groups=None):
    """Answers of settings that are right with such probabilities: a group as a whole, in all repeats alike."""
    groups = np.arange(len(labels)) if groups is None else groups
    luck = rng.random((len(shares), groups.max() + 1))[:, groups]
    right = luck < np.asarray(shares)[:, None]
    return np.repeat(np.where(right, labels, 1 - labels)[:, None], repeats, axis=1)


def compared(answers, labels=HALVES, groups=GROUPS_OF_ONE, seed=0, folds=5):
    return comparison.compare_answers(np.random.default_rng(seed), answers, labels, groups, 2, folds)


def test_the_p_value_is_the_share_of_all_exchanges_that_differ_as_much():
    rng = np.random.default_rng(0)
    labels, right = np.array([0, 0, 0, 1, 1, 1, 1, 1]), rng.random((2, 8)).round(1)
    weight = np.where(labels == 0, 1 / 6, 1 / 10)
    each = (right[1] - right[0]) * weight
    for groups in (np.arange(8), np.array([0, 0, 1, 2, 2, 3, 3, 4])):
        by_group = np.bincount(groups, each)
        signs = np.array(list(product([1, -1], repeat=len(by_group))))
        expected = np.mean(1.2 * np.abs(signs @ by_group) >= abs(by_group.sum()) - 1e-9)
        (found,) = paired.p_values(rng, right, labels, groups, 2, [(0, 1)], 1.2)
        assert found == pytest.approx(expected, abs=0.015)


def test_holm_is_what_its_paper_says():
    assert paired.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert paired.holm([0.6, 0.7]) == [1.0, 1.0]
    assert paired.holm([0.2]) == [0.2]


def test_a_setting_that_is_much_better_is_found_and_its_interval_does_not_hold_zero():
    found = compared(answered(np.random.default_rng(0), HALVES, [0.5, 0.97]))
    (pair,) = found["pairs"]
    assert found["best"] == 1 and pair["difference"] > 0.3 and pair["corrected_p"] < 0.05
    assert 0 < pair["interval"][0] <= pair["difference"] <= pair["interval"][1]


def test_settings_with_the_same_answers_do_not_differ_and_yet_nothing_is_certain():
    answers = answered(np.random.default_rng(0), HALVES, [0.7])
    found = compared(np.concatenate([answers, answers]))
    (pair,) = found["pairs"]
    assert pair["difference"] == 0 and pair["p_value"] == pair["corrected_p"] == 1
    assert pair["interval"][0] < 0 < pair["interval"][1] and pair["detectable"] > 0.02
    assert found["corrected"] == pytest.approx(found["accuracies"][0], abs=0.02)


def test_groups_are_what_counts():
    # The same answers about ten times as many photos of the same animals say no more.
    rng, groups = np.random.default_rng(0), np.repeat(np.arange(40), 10)
    labels = HALVES[groups]
    answers = answered(rng, HALVES, [0.6, 0.85])
    single, tenfold = compared(answers), compared(answers[:, :, groups], labels, groups)
    for key in ("p_value", "difference", "detectable"):
        assert tenfold["pairs"][0][key] == pytest.approx(single["pairs"][0][key], abs=0.01)
    assert tenfold["corrected"] == pytest.approx(single["corrected"], abs=0.01)
    told_nothing = compared(answers[:, :, groups], labels, np.arange(400))["pairs"][0]
    assert told_nothing["p_value"] < tenfold["pairs"][0]["p_value"] / 2


def test_the_difference_said_to_be_seen_is_seen_in_four_of_five_sets():
    rng, sets = np.random.default_rng(0), 60
    said = np.median(
        [compared(answered(rng, HALVES, [0.55, 0.55]), seed=i)["pairs"][0]["detectable"] for i in range(20)]
    )
    assert 0.25 < said < 0.6
    p_values = [compared(answered(rng, HALVES, [0.5, 0.5 + said]), seed=i)["pairs"][0]["p_value"] for i in range(sets)]
    # These photos are right independently, which the test does not take for granted: it sees at least that much.
    assert np.mean(np.array(p_values) < 0.05) > 0.6


@pytest.mark.parametrize("settings", [2, 4])
def test_of_equal_settings_better_is_hardly_ever_said_and_the_corrected_score_of_the_best_is_right(settings):
    rng, sets, truth = np.random.default_rng(settings), 80, 0.65
    found = [compared(answered(rng, HALVES, [truth] * settings), seed=i) for i in range(sets)]
    wrong = sum(any(pair["corrected_p"] < 0.05 for pair in one["pairs"]) for one in found)
    assert wrong <= 8  # 5 % are 4; more than 8 in one of 50 runs
    naive = np.array([max(one["accuracies"]) for one in found])
    corrected = np.array([one["corrected"] for one in found])
    error = corrected.std() / np.sqrt(sets)
    assert abs(corrected.mean() - truth) < 3 * error < 0.04
    assert naive.mean() - truth > 3 * naive.std() / np.sqrt(sets)


def test_a_best_setting_that_is_really_best_keeps_its_score():
    rng = np.random.default_rng(0)
    found = [compared(answered(rng, HALVES, [0.5, 0.5, 0.9]), seed=i) for i in range(20)]
    assert np.mean([one["corrected"] for one in found]) == pytest.approx(0.9, abs=0.03)


def test_few_groups_and_groups_of_two_classes_are_compared_too():
    labels, groups = np.tile([0, 1], 6), np.repeat(np.arange(6), 2)
    for seed, classes_apart in ((0, False), (1, True)):
        groups = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3]) if classes_apart else groups
        answers = np.random.default_rng(seed).integers(0, 2, (3, 2, 12))
        found = compared(answers, labels, groups)
        assert len(found["pairs"]) == 3
        assert 0 <= found["corrected"] <= 1 and all(0 < pair["p_value"] <= 1 for pair in found["pairs"])
