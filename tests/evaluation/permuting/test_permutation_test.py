import pickle

import numpy as np
import pytest

from catsex.evaluation.permuting import labellings
from catsex.evaluation.permuting import permutation_test as module
from catsex.evaluation.permuting.permutation_test import permutation_test
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming import blocks
from catsex.network.on_disk.rows import rows_of


def made_up(n, gap, d=60, classes=2, seed=0):
    """Features of classes whose means differ by about `gap` standard deviations in each of d directions."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    return (rng.normal(0, 1, (n, d)) + gap * rng.normal(0, 1, (classes, d))[labels]).astype(np.float32), labels


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("d", [60, 20], ids=["more features", "more photos"])
def test_a_real_difference_is_found_and_none_is_not_made_up(classes, d):
    for gap, low, high in ((0.6, 0.01, 0.01), (0, 0.05, 1)):
        vectors, labels = made_up(36, gap, d, classes)
        found = permutation_test(Sample(vectors, labels), seed=1, permutations=99)
        assert low <= found.p_value <= high
        assert found.p_value == pytest.approx((1 + found.as_good) / 100)
        assert found.null.shape == found.accuracies.shape == (99,)
        assert abs(found.accuracies.mean() - 1 / classes) < 0.04
        assert abs(np.median(found.null)) < 0.6


def subjects_of_many_sizes(rng):
    return np.repeat(np.arange(16), rng.permutation(np.arange(16) % 5 + 1))


SCHEMES = {  # name: (groups of a set, labels that mean nothing)
    "photos": (lambda rng: np.arange(24), lambda rng, groups: rng.permutation(np.arange(24) % 2)),
    "1 to 3": (lambda rng: np.arange(24), lambda rng, groups: rng.permutation(np.arange(24) // 6 > 0).astype(int)),
    "three classes": (lambda rng: np.arange(24), lambda rng, groups: rng.permutation(np.arange(24) % 3)),
    "subjects": (subjects_of_many_sizes, lambda rng, groups: rng.permutation(np.arange(16) % 2)[groups]),
    "within subjects": (
        lambda rng: np.arange(32) // 4,
        lambda rng, groups: np.concatenate([rng.permutation([0, 0, 1, 1]) for _ in range(8)]),
    ),
    "among and within": (
        lambda rng: np.arange(40) // 4,
        lambda rng, groups: np.concatenate(
            [np.repeat(rng.permutation(np.arange(6) % 2), 4), *(rng.permutation([0, 1, 1, 1]) for _ in range(4))]
        ),
    ),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_p_values_are_spread_evenly_where_there_is_nothing_to_learn(name):
    """Photos of one subject are alike, but labels dealt at random, to whatever exchanges them, are nothing to learn."""
    rng = np.random.default_rng(4)
    p_values = []
    for seed in range(150):
        groups = SCHEMES[name][0](rng)
        labels = SCHEMES[name][1](rng, groups)
        vectors = rng.normal(0, 1, (groups.max() + 1, 40))[groups] + rng.normal(0, 0.3, (len(groups), 40))
        sample = Sample(vectors.astype(np.float32), labels, groups)
        p_values.append(permutation_test(sample, seed=seed, permutations=59).p_value)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.114  # 5 % expected; more than 17 of 150 in 1 of 1000 runs
    assert 0.42 < np.mean(p_values) < 0.59


def test_one_class_that_is_spread_out_more_is_nothing_to_learn():
    """Neither is a rare class that is: a distance of means would take it for one that lies elsewhere."""
    rng = np.random.default_rng(5)
    for first in (12, 6):
        labels = np.repeat([0, 1], [first, 24 - first])
        p_values = []
        for seed in range(100):
            vectors = rng.normal(0, 1, (24, 100)) * np.where(labels == 0, 1.5, 1)[:, None]
            found = permutation_test(Sample(vectors.astype(np.float32), labels), seed=seed, permutations=99)
            p_values.append(found.p_value)
        assert np.mean(np.array(p_values) <= 0.05) <= 0.14


def test_p_is_never_below_what_so_few_groups_allow():
    group, labels = np.repeat(np.arange(6), 5), np.repeat([0, 1], 15)
    vectors = np.random.default_rng(0).normal(0, 0.1, (30, 10)) + labels[:, None]
    found = permutation_test(Sample(vectors.astype(np.float32), labels, group), seed=1, permutations=99)
    assert found.p_value >= 0.1


def test_names_of_classes_and_the_order_of_features_change_nothing_and_equal_labellings_tie():
    vectors, labels = made_up(8, 0.5, d=30)
    one = permutation_test(Sample(vectors, labels), seed=1)
    order = np.random.default_rng(1).permutation(30)
    other = permutation_test(Sample(vectors[:, order], 1 - labels), seed=1)
    assert other.p_value == one.p_value
    assert other.null == pytest.approx(one.null, abs=1e-9)
    # Of 70 labellings in 35 pairs each is drawn some 14 times, and the same statistic comes out each time.
    assert len(np.unique(one.null.round(7))) <= 35


def test_some_labellings_at_a_time_give_the_same(monkeypatch):
    vectors, labels = made_up(30, 0.2)
    sample, options = Sample(vectors, labels), {"seed": 1, "permutations": 199}
    whole = permutation_test(sample, **options)
    monkeypatch.setattr(module, "NUMBERS_AT_ONCE", 30 * len(labels))
    parts = permutation_test(sample, **options)
    assert parts.p_value == whole.p_value and parts.null == pytest.approx(whole.null, abs=1e-9)


@pytest.mark.parametrize("most", [2**24, 0])
def test_features_on_disk_are_summed_and_tested_in_parts(most, monkeypatch):
    monkeypatch.setattr(labellings, "MOST_BYTES", most)  # in memory, and in a file that is read by its name elsewhere
    monkeypatch.setattr(blocks, "IN_PART", 1)
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 9)
    vectors, labels = made_up(60, 0.2, d=12)
    calls = []

    def elsewhere(function, shared, items):
        items = list(items)
        calls.append(len(items))
        function, shared = pickle.loads(pickle.dumps((function, shared)))  # noqa: S301
        return [function(*shared, item) for item in items]

    sample = Sample(rows_of(vectors), labels)
    there = permutation_test(sample, seed=1, permutations=59, spread=elsewhere)
    here = permutation_test(sample, seed=1, permutations=59)
    assert there.p_value == here.p_value and (there.null == here.null).all()
    assert calls == 3 * [-(-len(labels) // 9)]  # the products of all columns, what labels weigh, and scores
