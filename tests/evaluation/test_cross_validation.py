import numpy as np
import pytest

from catsex.evaluation import cross_validation, metrics


def made_up(n, gap, d=40, seed=0):
    """Features of two classes whose means differ by `gap` standard deviations in each of d directions."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], n // 2)
    return (rng.normal(0, 1, (n, d)) + gap * (2 * labels[:, None] - 1)).astype(np.float32), labels


def test_photos_are_judged_by_heads_that_have_not_seen_them():
    """With unrelated features a head knows its training photos by heart: out of fold it must not."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(0, 1, (40, 2000)).astype(np.float32)
    labels = np.tile(np.repeat([0, 1], 20), (20, 1))
    predictions = cross_validation.out_of_fold(rng, vectors, labels, np.arange(40), classes=2)
    assert abs(metrics.balanced_accuracy(predictions, labels, 2).mean() - 0.5) < 0.12


def test_a_real_difference_is_found_and_none_is_not_made_up():
    for gap, low, high in ((0.5, 0, 0.011), (0, 0.05, 1)):
        vectors, labels = made_up(40, gap)
        rng = np.random.default_rng(1)
        options = {"classes": 2, "repeats": 3, "permutations": 99}
        _, null, p_value, _ = cross_validation.permutation_test(rng, vectors, labels, np.arange(40), **options)
        assert low <= p_value <= high
        assert null.shape == (99,)
        assert abs(null.mean() - 0.5) < 0.03


def test_it_stops_once_chance_has_done_as_well_often_enough_and_goes_on_where_it_has_not(monkeypatch):
    monkeypatch.setattr(cross_validation, "ENOUGH", 5)
    options = {"classes": 2, "repeats": 40, "permutations": 99}
    for gap, stops in ((0, True), (0.5, False)):
        vectors, labels = made_up(40, gap)
        rng = np.random.default_rng(1)
        predictions, null, p_value, _ = cross_validation.permutation_test(
            rng, vectors, labels, np.arange(40), **options
        )
        observed = metrics.balanced_accuracy(predictions, np.tile(labels, (40, 1)), 2).mean()
        as_good = null >= observed - 1e-9
        assert (len(null) < 99) == stops
        if stops:
            assert as_good.sum() == 5
            assert as_good[-1]  # no permutation is made, or counted, that is not needed
        assert p_value == pytest.approx((1 + as_good.sum()) / (1 + len(null)))


@pytest.mark.slow
def test_p_values_that_stop_early_are_no_smaller_than_they_should_be(monkeypatch):
    monkeypatch.setattr(cross_validation, "ENOUGH", 3)
    vectors, labels = made_up(24, 0)
    rng = np.random.default_rng(2)
    options = {"classes": 2, "folds": 3, "repeats": 2, "permutations": 59}
    p_values = np.array(
        [
            cross_validation.permutation_test(rng, vectors, rng.permutation(labels), np.arange(24), **options)[2]
            for _ in range(80)
        ]
    )
    for level, most in ((0.05, 10), (0.2, 26)):  # more in one of 200 runs
        assert np.sum(p_values <= level) <= most


def test_what_costs_much_is_asked_of_ridge_regression_and_said():
    assert not cross_validation.by_ridge(2000, 2)
    assert cross_validation.by_ridge(2001, 2)
    assert not cross_validation.by_ridge(200, 10)
    assert cross_validation.by_ridge(400, 10)
    assert cross_validation.remarks(200, 10) == []
    assert "ridge" in cross_validation.remarks(400, 10)[0]


@pytest.mark.slow
def test_p_values_of_shuffled_labels_are_spread_evenly():
    vectors, labels = made_up(24, 0.3)
    rng = np.random.default_rng(2)
    options = {"classes": 2, "folds": 3, "repeats": 2, "permutations": 19}
    p_values = np.array(
        [
            cross_validation.permutation_test(rng, vectors, rng.permutation(labels), np.arange(24), **options)[2]
            for _ in range(80)
        ]
    )
    assert np.mean(p_values <= 0.05) <= 0.125  # 5 % expected; more than 10 of 80 in one of 200 runs
    assert 0.4 < p_values.mean() < 0.65


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[4] * 10, list(range(1, 11))], ids=["equal", "all different"])
def test_subjects_are_not_taken_for_classes_but_a_difference_between_them_is_found(sizes):
    """Photos of one subject are alike, but labels dealt to subjects at random are nothing to learn."""
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(10), sizes)
    options = {"classes": 2, "folds": 5, "repeats": 2, "permutations": 39}
    found = []
    for _ in range(30):
        subject = rng.normal(0, 1, (10, 60))
        vectors = (subject[group] + rng.normal(0, 0.2, (len(group), 60))).astype(np.float32)
        labels = rng.permutation(np.arange(10) % 2)[group]
        found.append(cross_validation.permutation_test(rng, vectors, labels, group, **options)[2])
    assert np.mean(np.array(found) < 0.05) <= 0.17  # 5 % expected; more than 5 of 30 in one of 300 runs
    assert 0.3 < np.mean(found) < 0.72
    vectors += 3 * labels[:, None].astype(np.float32)
    assert cross_validation.permutation_test(rng, vectors, labels, group, **options)[2] <= 0.05


def test_p_is_never_below_what_so_few_groups_allow():
    rng = np.random.default_rng(0)
    group, labels = np.repeat(np.arange(6), 5), np.repeat([0, 1], 15)
    vectors = (rng.normal(0, 0.1, (30, 10)) + labels[:, None]).astype(np.float32)
    options = {"classes": 2, "folds": 3, "repeats": 2, "permutations": 99}
    assert cross_validation.permutation_test(rng, vectors, labels, group, **options)[2] >= 0.1


def test_memory_for_heads_does_not_grow_with_classes_or_photos():
    assert cross_validation.heads_at_once(40, 1280, 2) == 2000
    for n, classes in ((400, 10), (10_000, 10), (150, 30), (1000, 100)):
        heads = cross_validation.heads_at_once(n, 1280, classes)
        assert 1 <= heads < 2000
        assert 4 * heads * classes * (6 * 1280 + 3 * n) <= cross_validation.MOST_BYTES


def test_the_learning_curve_rises_with_the_photos_where_there_is_something_to_learn():
    vectors, labels = made_up(60, 0.25, d=200)
    points, full, half = cross_validation.learning_curve(
        np.random.default_rng(0), vectors, labels, np.arange(60), classes=2, repeats=5
    )
    assert [point["photos_per_class"] for point in points] == [1, 3, 6, 12, 24]
    assert points[-1]["accuracy"] > points[0]["accuracy"] + 0.1
    assert full.shape == half.shape == (60,)
    assert points[-1]["accuracy"] == pytest.approx(full.mean(), abs=1e-6)
    assert points[-2]["accuracy"] == pytest.approx(half.mean(), abs=1e-6)
