import pickle

import numpy as np
import pytest

from catsex.evaluation import ridge
from catsex.evaluation.sample import Sample
from catsex.evaluation.splits import stratified_folds
from catsex.evaluation.streaming import blocks, ridge_learner
from catsex.evaluation.streaming.ridge_learner import Ridge
from catsex.network.on_disk.rows import rows_of


def made_up(classes, groups, seed=0):
    rng = np.random.default_rng(seed)
    labels = groups % classes
    features = rng.normal(1, 1, (len(groups), 20)) + 0.5 * rng.normal(0, 1, (classes, 20))[labels]
    return Sample(features.astype(np.float32), labels, groups)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("groups", [np.arange(400), np.random.default_rng(0).integers(0, 120, 400)])
def test_scores_are_those_of_ridge_regression_on_the_other_folds(classes, groups, monkeypatch):
    monkeypatch.setattr(ridge_learner, "AT_ONCE", 90)
    sample = made_up(classes, groups)
    found = Ridge(np.random.default_rng(3), sample, 5)
    (fold,) = stratified_folds(np.random.default_rng(3), sample.labels[None], sample.groups, 5)
    (expected,) = ridge.out_of_fold_scores(sample.features, sample.labels[None], fold, classes)
    assert found.scores == pytest.approx(expected[:, -found.scores.shape[1] :], abs=1e-4)
    assert (found.predictions()[0] == expected.argmax(axis=1)).mean() > 0.995


def test_rows_on_disk_in_any_order_give_the_same():
    sample = made_up(2, np.arange(400))
    order = np.random.default_rng(1).permutation(400)
    there = Sample(rows_of(sample.features[np.argsort(order)]).reordered(order), sample.labels, sample.groups)
    here, there = (Ridge(np.random.default_rng(0), one, 5) for one in (sample, there))
    assert (here.predicted == there.predicted).all() and here.scores == pytest.approx(there.scores, abs=1e-5)


@pytest.mark.parametrize("classes", [2, 3])
def test_parts_worked_out_elsewhere_give_the_same_to_the_last_bit(classes, monkeypatch):
    monkeypatch.setattr(ridge_learner, "AT_ONCE", 90)
    monkeypatch.setattr(blocks, "IN_PART", 2)
    sample, calls = made_up(classes, np.arange(400)), []

    def elsewhere(function, shared, items):
        calls.append(len(items))
        found = [pickle.dumps(function(*pickle.loads(pickle.dumps(shared)), item)) for item in items[::-1]]  # noqa: S301
        return (pickle.loads(result) for result in found[::-1])  # noqa: S301

    here, there = (Ridge(np.random.default_rng(0), sample, 5, spread) for spread in (None, elsewhere))
    assert (there.scores == here.scores).all() and (there.predicted == here.predicted).all()
    assert calls == [15, 3]  # of three parts of the rows each fold, and then each part


def test_points_of_the_learning_curve_learn_from_so_many_groups_of_each_class():
    groups = np.repeat(np.arange(300), 3)
    sample = made_up(2, groups)
    found = Ridge(np.random.default_rng(0), sample, 5)
    points, _, _ = found.learning_curve()
    assert [point["groups_per_class"] for point in points] == [7, 15, 30, 60, 120]
    for point in points:  # of three photos each, but for half a group in each of four folds
        assert point["photos_per_class"] == pytest.approx(3 * point["groups_per_class"], abs=6)
    accuracies = [point["accuracy"] for point in points]
    assert accuracies[0] < accuracies[-1] and accuracies == pytest.approx(sorted(accuracies), abs=0.02)


def test_wrong_labels_are_found_but_not_counted():
    sample = made_up(2, np.arange(2000))
    features = sample.features + 3 * sample.labels[:, None].astype(np.float32)
    labels = sample.labels.copy()
    labels[:40] = 1 - labels[:40]
    found = Ridge(np.random.default_rng(0), Sample(features, labels), 5).wrong_labels()
    assert set(found.listed) == set(range(40)) and found.expected is None
