import numpy as np
import pytest

from catsex.evaluation import metrics
from catsex.evaluation.sample import Sample


def test_the_statistic_is_the_mean_of_the_classes_accuracies():
    labels = np.array([[0, 0, 0, 1]])
    assert metrics.balanced_accuracy(np.array([[0, 0, 0, 0]]), labels, 2) == 0.5
    assert metrics.balanced_accuracy(np.array([[0, 0, 1, 1]]), labels, 2) == pytest.approx((2 / 3 + 1) / 2)


def test_groups_are_right_by_the_majority_of_their_photos():
    labels = np.array([0, 0, 0, 0, 1, 1, 1])
    group = np.array([0, 0, 0, 1, 2, 2, 3])
    predictions = np.array([[0, 0, 1, 1, 1, 0, 1]])  # group 0 right, 1 wrong; 2 undecided, 3 right
    assert metrics.group_accuracy(predictions, Sample(None, labels, group)) == pytest.approx((0.5 + 0.75) / 2)
    assert metrics.group_accuracy(predictions, Sample(None, labels)) == pytest.approx((2 / 4 + 2 / 3) / 2)


def answered(rng, labels, groups, accuracy):
    """Return predictions, shape (1, n): all photos of a group right, or none, as often as `accuracy` says."""
    right = (rng.random(groups.max() + 1) < accuracy)[groups]
    return np.where(right, labels, labels + 1)[None]


@pytest.mark.parametrize(
    ("classes", "photos", "accuracy"),
    [(2, 5, 0.95), (2, 20, 0.5), (5, 10, 0.95), (10, 10, 0.75), (20, 5, 0.05), (20, 5, 0.95), (3, 50, 0.8)],
)
@pytest.mark.parametrize("size", [1, 4])
def test_the_interval_holds_the_truth_in_19_of_20_sets_of_any_number_of_classes(classes, photos, accuracy, size):
    rng, sets = np.random.default_rng(0), 400
    groups = np.repeat(np.arange(classes * photos), size)
    labels = groups % classes
    sample = Sample(None, labels, groups)
    found = [metrics.interval(answered(rng, labels, groups, accuracy), sample) for _ in range(sets)]
    low, high = np.array(found).T
    held = np.mean((low <= accuracy) & (accuracy <= high))
    assert 0.92 < held <= 0.995  # 0.93 to 0.99, give or take a standard error
    assert np.mean(high < accuracy) < 0.05 and np.mean(low > accuracy) < 0.05


def test_photos_that_say_the_same_again_change_nothing():
    rng, labels = np.random.default_rng(0), np.arange(40) % 4
    predictions = np.where(rng.random((3, 40)) < 0.7, labels, 3 - labels)
    found = metrics.interval(predictions, Sample(None, labels))
    order, names = rng.permutation(40), rng.permutation(4)
    for again, *rows in (
        (predictions[:, order], labels[order], order),
        (names[predictions], names[labels]),
        (predictions.repeat(5, axis=1), labels.repeat(5), np.arange(40).repeat(5)),
        (predictions.repeat(2, axis=0), labels),
    ):
        assert metrics.interval(again, Sample(None, *rows)) == pytest.approx(found)
    five_times_as_many = metrics.interval(predictions.repeat(5, axis=1), Sample(None, labels.repeat(5)))
    assert np.ptp(five_times_as_many) < 0.6 * np.ptp(found)


@pytest.mark.parametrize("classes", [2, 5, 20])
def test_a_few_photos_that_are_all_right_are_not_certainty(classes):
    labels = np.repeat(np.arange(classes), 10)
    low, high = metrics.interval(labels[None], Sample(None, labels))
    assert high == 1
    assert 1 - 5 / len(labels) < low < 1 - 3 / len(labels)  # no error among n: Clopper and Pearson say 3.7 of n
    wrong = (labels[None] + 1) % classes
    assert metrics.interval(wrong, Sample(None, labels)) == pytest.approx((0, 1 - low))


def test_a_small_class_that_is_mostly_missed_makes_the_interval_wide():
    labels, groups = np.repeat([0, 1], [10, 50]), np.arange(60)
    missed = [np.isin(groups, range(0, 10, 2)), np.isin(groups, range(10, 60, 2))]  # half of a class
    widths = [np.ptp(metrics.interval(np.where(one, 1 - labels, labels)[None], Sample(None, labels))) for one in missed]
    assert widths[0] > 1.4 * widths[1]


def test_heads_that_disagree_on_some_photos_err_together_too():
    """The variance of one repeat is known when all agree; a part of photos that changes says that others might."""
    rng, labels = np.random.default_rng(0), np.repeat([0, 1], 100)
    right = np.tile(np.arange(200) % 10 < 7, (10, 1))
    some = right.copy()
    some[:, :30] = rng.permuted(some[:, :30], axis=1)  # as many right as before, in each repeat
    widths = [np.ptp(metrics.interval(np.where(r, labels, 1 - labels), Sample(None, labels))) for r in (right, some)]
    assert 1.03 * widths[0] < widths[1] < 1.12 * widths[0]  # at most sqrt(1.25) times


def test_the_interval_is_wilsons_of_an_effective_number_with_students_t():
    from scipy.optimize import brentq
    from scipy.stats import t

    labels, groups = np.repeat([0, 1], 20), np.arange(40)
    predictions = np.where(groups % 20 < 14, labels, 1 - labels)[None]  # 14 of 20 in each class
    low, high = metrics.interval(predictions, Sample(None, labels))
    independent = 40 * (40 * 0.21 + 1) / (40 * 0.21 * 20 / 19 + 1)

    def excess(p):
        return (0.7 - p) ** 2 - t.ppf(0.975, 40) ** 2 * p * (1 - p) / independent

    assert low == pytest.approx(brentq(excess, 0.01, 0.7), abs=1e-5)
    assert high == pytest.approx(brentq(excess, 0.7, 0.99), abs=1e-5)


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


def test_confusion_is_by_true_class():
    predictions, labels = np.array([[0, 1, 1, 1]]), np.array([0, 0, 1, 1])
    assert metrics.confusion(predictions, Sample(None, labels)) == [[0.5, 0.5], [0.0, 1.0]]
