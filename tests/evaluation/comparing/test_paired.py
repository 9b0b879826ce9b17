from itertools import product

import numpy as np
import pytest
from sample_predictions import HALVES, answered, compared

from catsex.evaluation.comparing import paired
from catsex.evaluation.sample import Sample


def test_the_p_value_is_the_share_of_all_exchanges_that_differ_as_much():
    rng = np.random.default_rng(0)
    labels, right = np.array([0, 0, 0, 1, 1, 1, 1, 1]), rng.random((2, 8)).round(1)
    weight = np.where(labels == 0, 1 / 6, 1 / 10)
    each = (right[1] - right[0]) * weight
    for groups in (np.arange(8), np.array([0, 0, 1, 2, 2, 3, 3, 4])):
        by_group = np.bincount(groups, each)
        signs = np.array(list(product([1, -1], repeat=len(by_group))))
        expected = np.mean(paired.WIDENING * np.abs(signs @ by_group) >= abs(by_group.sum()) - 1e-9)
        (found,) = paired.p_values(rng, right, Sample(None, labels, groups), [(0, 1)])
        assert found == pytest.approx(expected, abs=0.015)


@pytest.mark.parametrize(("classes", "photos"), [(2, 10), (5, 10), (20, 5)])
def test_the_interval_of_a_difference_holds_it_for_any_number_of_classes(classes, photos):
    rng, held = np.random.default_rng(0), []
    sample = Sample(None, np.arange(classes * photos) % classes)
    for _ in range(400):
        first, second = rng.random((2, len(sample))) < np.array([[0.55], [0.95]])
        (low, high), _ = paired.difference_interval(second - first.astype(float), sample)
        held.append(low <= 0.4 <= high)
    assert np.mean(held) > 0.95  # of independent photos more than 19 of 20: it is wider than they need


def test_holm_is_what_its_paper_says():
    assert paired.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert paired.holm([0.6, 0.7]) == [1.0, 1.0]
    assert paired.holm([0.2]) == [0.2]


@pytest.mark.slow
def test_the_difference_said_to_be_seen_is_seen_in_four_of_five_sets():
    rng, sets = np.random.default_rng(0), 60
    said = np.median(
        [compared(answered(rng, HALVES, [0.55, 0.55]), seed=i)["pairs"][0]["detectable"] for i in range(20)]
    )
    assert 0.25 < said < 0.6
    p_values = [compared(answered(rng, HALVES, [0.5, 0.5 + said]), seed=i)["pairs"][0]["p_value"] for i in range(sets)]
    # These photos are right independently, which the test does not take for granted: it sees at least that much.
    assert np.mean(np.array(p_values) < 0.05) > 0.6
