import numpy as np
import pytest

from catsex.evaluation.difference import difference, energy, unit_distances
from catsex.evaluation.permutation_scheme import find_permutation_scheme


def made_up(rng, n, gap, d=40, classes=2):
    labels = np.arange(n) % classes
    return (rng.normal(0, 1, (n, d)) + gap * labels[:, None]).astype(np.float32), labels


def test_the_statistic_is_what_its_formula_says():
    rng = np.random.default_rng(0)
    vectors, labels = made_up(rng, 30, 0.5, classes=3)
    apart = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    expected = 0
    for first, second in ((0, 1), (0, 2), (1, 2)):
        a, b = labels == first, labels == second
        between = apart[a][:, b].mean()
        within = [apart[one][:, one].sum() / (one.sum() * (one.sum() - 1)) for one in (a, b)]
        expected += a.sum() * b.sum() / (2 * 30) * (2 * between - sum(within))
    distances = unit_distances(vectors, np.arange(30))
    assert energy(distances, labels[None], 3)[0] == pytest.approx(expected, rel=1e-3)


def test_the_distance_of_two_groups_is_the_mean_over_their_photos():
    vectors = np.random.default_rng(0).normal(0, 1, (7, 5)).astype(np.float32)
    unit = np.array([1, 0, 1, 2, 0, 2, 2])
    distances = unit_distances(vectors, unit)
    apart = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    assert distances[0, 2] == pytest.approx(apart[unit == 0][:, unit == 2].mean(), rel=1e-4)
    assert (np.diag(distances) == 0).all()


def test_a_real_difference_is_found():
    vectors, labels = made_up(np.random.default_rng(0), 30, 0.5)
    found = difference(np.random.default_rng(1), vectors, labels, np.arange(30), classes=2, permutations=999)
    assert found["p_value"] <= 0.005


@pytest.mark.parametrize("sizes", [[1] * 24, [5] * 12, list(range(1, 11))], ids=["photos", "groups", "all sizes"])
def test_none_is_not_made_up_where_photos_of_one_subject_are_alike(sizes):
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(len(sizes)), sizes)
    p_values = []
    for _ in range(200):
        subject = rng.normal(0, 1, (len(sizes), 20))
        vectors = (subject[group] + rng.normal(0, 0.3, (len(group), 20))).astype(np.float32)
        labels = rng.permutation(np.arange(len(sizes)) % 2)[group]
        p_values.append(difference(rng, vectors, labels, group, classes=2, permutations=199)["p_value"])
    assert np.mean(np.array(p_values) < 0.05) <= 0.10  # 5 % expected; more than 20 of 200 in one of 500 runs
    assert 0.42 < np.mean(p_values) < 0.58


def test_a_difference_within_subjects_is_found_however_much_these_differ():
    rng = np.random.default_rng(0)
    groups, labels = np.repeat(np.arange(12), 2), np.tile([0, 1], 12)
    vectors = (rng.normal(0, 5, (12, 20))[groups] + rng.normal(0, 0.3, (24, 20)) + 0.3 * labels[:, None]).astype("f4")
    assert find_permutation_scheme(labels, groups).kind == "within groups"
    assert difference(rng, vectors, labels, groups, classes=2, permutations=999)["p_value"] <= 0.005
    shuffled = find_permutation_scheme(labels, groups).photos(rng, 40)
    p_values = [
        difference(rng, vectors - 0.3 * labels[:, None].astype("f4"), row, groups, classes=2, permutations=199)[
            "p_value"
        ]
        for row in shuffled
    ]
    assert 0.3 < np.mean(p_values) < 0.7


def test_pairs_of_classes_are_told_by_holms_method():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 12)
    vectors = (rng.normal(0, 1, (36, 30)) + 0.8 * (labels == 2)[:, None]).astype(np.float32)
    found = difference(rng, vectors, labels, np.arange(36), classes=3, permutations=999)
    p_values = {(a, b): p for a, b, p in found["pairs"]}
    assert p_values[0, 2] <= 0.01
    assert p_values[1, 2] <= 0.01
    assert p_values[0, 1] > 0.05


def test_of_very_many_photos_a_sample_is_compared():
    vectors, labels = made_up(np.random.default_rng(0), 5000, 0.05, d=8)
    found = difference(np.random.default_rng(1), vectors, labels, np.arange(5000), classes=2, permutations=99)
    assert found["photos"] == 2000
    assert found["p_value"] == 0.01
