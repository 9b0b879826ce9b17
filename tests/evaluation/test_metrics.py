import numpy as np
import pytest

from catsex.evaluation import metrics


def test_the_statistic_is_the_mean_of_the_classes_accuracies():
    labels = np.array([[0, 0, 0, 1]])
    assert metrics.balanced_accuracy(np.array([[0, 0, 0, 0]]), labels, 2) == 0.5
    assert metrics.balanced_accuracy(np.array([[0, 0, 1, 1]]), labels, 2) == pytest.approx((2 / 3 + 1) / 2)


def test_groups_are_right_by_the_majority_of_their_photos():
    labels = np.array([0, 0, 0, 0, 1, 1, 1])
    group = np.array([0, 0, 0, 1, 2, 2, 3])
    predictions = np.array([[0, 0, 1, 1, 1, 0, 1]])  # group 0 right, 1 wrong; 2 undecided, 3 right
    assert metrics.group_accuracy(predictions, labels, group, 2) == pytest.approx((0.5 + 0.75) / 2)
    assert metrics.group_accuracy(predictions, labels, np.arange(7), 2) == pytest.approx((2 / 4 + 2 / 3) / 2)


def test_the_interval_knows_that_photos_of_a_group_fall_together():
    labels, right = np.repeat([0, 1], 50), np.repeat(np.random.default_rng(0).random(20) < 0.7, 5)
    predictions = np.where(right, labels, 1 - labels)[None]
    widths = [
        np.ptp(metrics.interval(np.random.default_rng(0), predictions, labels, group, 2))
        for group in (np.arange(100), np.arange(100) // 5)
    ]
    assert widths[1] > 1.5 * widths[0]


def test_the_detectable_accuracy_is_where_p_falls_below_the_level():
    null = np.linspace(0.3, 0.7, 1000)
    threshold = metrics.detectable_accuracy(null)
    above, below = threshold + 1e-6, threshold - 1e-6
    assert (1 + np.sum(null >= above)) / 1001 < 0.05 <= (1 + np.sum(null >= below)) / 1001
    assert metrics.detectable_accuracy(np.linspace(0.3, 0.7, 18)) == 1.0


def test_power_grows_with_the_number_of_photos():
    powers = [metrics.power(0.65, [n, n], 0.75) for n in (4, 10, 40)]
    assert powers == sorted(powers)
    assert powers[0] < 0.8 < powers[2]


def test_the_interval_holds_the_accuracy_and_shrinks_with_more_photos():
    rng = np.random.default_rng(0)
    widths = []
    for n in (20, 200):
        labels = np.repeat([0, 1], n // 2)
        predictions = np.tile(np.where(rng.random(n) < 0.7, labels, 1 - labels), (3, 1))
        low, high = metrics.interval(rng, predictions, labels, np.arange(n), 2)
        assert low <= metrics.balanced_accuracy(predictions, np.tile(labels, (3, 1)), 2).mean() <= high
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_a_few_photos_that_are_all_right_are_not_certainty():
    labels = np.repeat([0, 1], 10)
    low, high = metrics.interval(np.random.default_rng(0), labels[None], labels, np.arange(20), 2)
    assert high == 1
    assert 0.75 < low < 0.95


def test_the_interval_is_as_wide_as_luck_asks_for_and_never_narrower_for_it():
    labels = np.repeat([0, 1], 20)
    predictions = np.where(np.arange(40) % 5 < 3, labels, 1 - labels)[None]  # three of five right
    alone, same, wide = (
        metrics.interval(np.random.default_rng(0), predictions, labels, np.arange(40), 2, null_sd=luck)
        for luck in (0.0, 0.01, 0.12)
    )
    assert alone == same
    middle = (24 + 2) / 44  # with the imaginary photos, of which two are right and two wrong
    deviation = 0.12 * np.sqrt(4 * middle * (1 - middle))
    np.testing.assert_allclose(wide, [middle - 1.96 * deviation, middle + 1.96 * deviation], atol=0.015)


def test_confusion_is_by_true_class():
    predictions, labels = np.array([[0, 1, 1, 1]]), np.array([0, 0, 1, 1])
    assert metrics.confusion(predictions, labels, 2) == [[0.5, 0.5], [0.0, 1.0]]


def test_with_ten_classes_and_nothing_to_learn_the_interval_holds_chance():
    rng, labels = np.random.default_rng(0), np.repeat(np.arange(10), 8)
    held = 0
    for _ in range(40):
        predictions = rng.integers(0, 10, 80)[None]
        low, high = metrics.interval(rng, predictions, labels, np.arange(80), 10)
        accuracy = metrics.balanced_accuracy(predictions, labels[None], 10)[0]
        assert low < accuracy < high
        held += low <= 0.1 <= high
    assert held >= 35
