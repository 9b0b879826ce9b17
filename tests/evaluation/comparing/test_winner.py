import numpy as np
import pytest
from sample_predictions import HALVES, answered, compared


@pytest.mark.slow
@pytest.mark.parametrize("configurations", [2, 4])
def test_of_equal_settings_better_is_hardly_ever_said_and_the_corrected_score_of_the_best_is_right(configurations):
    rng, sets, truth = np.random.default_rng(configurations), 80, 0.65
    found = [compared(answered(rng, HALVES, [truth] * configurations), seed=i) for i in range(sets)]
    wrong = sum(any(pair["corrected_p"] < 0.05 for pair in one["pairs"]) for one in found)
    assert wrong <= 8  # 5 % are 4; more than 8 in one of 50 runs
    naive = np.array([max(one["accuracies"]) for one in found])
    corrected = np.array([one["corrected"] for one in found])
    error = corrected.std() / np.sqrt(sets)
    assert abs(corrected.mean() - truth) < 3 * error < 0.04
    assert naive.mean() - truth > 3 * naive.std() / np.sqrt(sets)


@pytest.mark.slow
def test_a_best_setting_that_is_really_best_keeps_its_score():
    rng = np.random.default_rng(0)
    found = [compared(answered(rng, HALVES, [0.5, 0.5, 0.9]), seed=i) for i in range(20)]
    assert np.mean([one["corrected"] for one in found]) == pytest.approx(0.9, abs=0.03)
