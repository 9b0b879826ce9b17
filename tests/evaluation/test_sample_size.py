import numpy as np

from catsex.evaluation import sample_size


def needed(accuracy, gain, per_class=20, null_sd=0.07):
    labels = np.repeat([0, 1], per_class)
    return sample_size.groups_needed(
        0,
        np.full(2 * per_class, accuracy),
        np.full(2 * per_class, accuracy - gain),
        labels,
        np.arange(2 * per_class),
        classes=2,
        null_sd=null_sd,
    )


def test_what_is_told_from_luck_already_needs_no_more():
    assert needed(0.8, 0.0) == [20, 20, 20]


def test_an_accuracy_that_stays_needs_as_many_as_bring_luck_below_it():
    """With 60 of each, luck's deviation is 0.04: 0.6 - 0.84 * 0.04 = 0.566 against 0.5 + 1.64 * 0.04 = 0.566."""
    assert 55 <= needed(0.6, 0.0)[0] <= 80


def test_a_rising_curve_needs_fewer():
    assert needed(0.6, 0.05)[0] < needed(0.6, 0.0)[0]


def test_where_there_is_nothing_none_is_foretold():
    assert needed(0.5, 0.0) == [None, None, None]


def test_the_range_covers_the_luck_of_which_photos_there_are():
    labels, right = np.repeat([0, 1], 20), np.tile([1.0, 0.0, 1.0, 0.0, 1.0], 8)
    middle, low, high = sample_size.groups_needed(0, right, right, labels, np.arange(40), classes=2, null_sd=0.07)
    assert low < middle
    assert high is None or high > middle
