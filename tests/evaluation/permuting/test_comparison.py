import numpy as np
import pytest

from catsex.evaluation.permuting.comparison import Comparison, means


def directly(scores, member):
    """The difference of means of one labelling, and the same in standard deviations within both sides."""
    high, low = scores[member].mean(), scores[~member].mean()
    within = np.mean(np.square(scores - np.where(member, high, low)))
    return high - low, (high - low) / np.sqrt(within)


@pytest.mark.parametrize("groups", [np.zeros(24, int), np.repeat([1, 2, 3, 4], 6), np.repeat([0, 0, 3, 4], 6)])
def test_sums_over_blocks_compare_what_all_units_compare(groups):
    rng = np.random.default_rng(0)
    scores, member = rng.normal(3, 1, (24, 5)), rng.random((24, 5)) < 0.4
    comparison = Comparison(np.zeros((2, 5, 1, 5)))
    for rows in (np.arange(6), np.arange(6, 18), np.arange(18, 24)):  # groups are whole, but for 0
        comparison.add(scores[rows], member[rows].astype(float), groups[rows])
    centred = scores - np.stack([scores[groups == group].mean(axis=0) for group in groups])
    expected = np.transpose([directly(centred[:, m], member[:, m]) for m in range(5)])
    assert comparison.differences()[0] == pytest.approx(expected[0])
    assert comparison.margins()[0] == pytest.approx(expected[1])


def test_means_are_of_the_rows_of_each_part():
    scores = np.arange(8.0).reshape(4, 2)
    assert means(scores, np.array([1, 0, 1, 1])).tolist() == [[2, 3], [10 / 3, 13 / 3]]
    assert means(scores, np.array([1, 0, 3, 2])).tolist() == [[2, 3], [0, 1], [6, 7], [4, 5]]
