import numpy as np
import pytest

from catsex.evaluation import splits
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
from catsex.evaluation.sample import Sample


@pytest.mark.parametrize("counts", [(20, 20), (7, 13), (5, 6, 9)])
def test_folds_are_stratified_and_hold_every_photo_out_once(counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    fold = splits.stratified_folds(np.random.default_rng(0), np.tile(labels, (30, 1)), np.arange(len(labels)), 5)
    assert fold.shape == (30, len(labels))
    for row in fold:
        assert np.ptp(np.bincount(row, minlength=5)) <= 1
        for label in range(len(counts)):
            assert np.ptp(np.bincount(row[labels == label], minlength=5)) <= 1
    assert len({tuple(row) for row in fold}) == 30


def test_near_duplicates_stay_in_one_fold():
    labels = np.repeat([0, 1], 10)
    together = np.arange(20)
    together[[3, 7, 12]] = 3
    fold = splits.stratified_folds(np.random.default_rng(0), np.tile(labels, (50, 1)), together, 5)
    assert (fold[:, 3] == fold[:, 7]).all()
    assert (fold[:, 3] == fold[:, 12]).all()


def test_groups_of_any_size_stay_whole_and_classes_are_spread_as_evenly_as_they_allow():
    rng = np.random.default_rng(0)
    sizes = rng.integers(1, 12, 40)
    together = np.repeat(np.arange(40), sizes)
    labels = find_permutation_scheme(Sample(None, (np.arange(40) % 2)[together], together)).photos(rng, 100)
    fold = splits.stratified_folds(rng, labels, together, 5)
    for row, own in zip(fold, labels, strict=True):
        assert len(np.unique(np.stack([together, row]), axis=1).T) == 40
        for label in (0, 1):
            counts = np.bincount(row[own == label], minlength=5)
            assert np.ptp(counts) <= sizes.max() / 2
    assert len(np.unique(fold, axis=0)) == 100


def test_groups_with_several_classes_are_spread_too():
    together, labels = np.repeat(np.arange(15), 4), np.tile([0, 0, 0, 1], 15)
    fold = splits.stratified_folds(np.random.default_rng(0), np.tile(labels, (20, 1)), together, 5)
    for row in fold:
        assert np.bincount(row[labels == 0]).tolist() == [9] * 5
        assert np.bincount(row[labels == 1]).tolist() == [3] * 5


def test_every_fold_is_judged_by_a_head_that_has_seen_all_classes():
    rng = np.random.default_rng(0)
    for _ in range(100):
        classes = rng.integers(2, 5)
        label = np.concatenate([np.repeat(np.arange(classes), 2), rng.integers(0, classes, rng.integers(0, 15))])
        together = np.repeat(np.arange(len(label)), rng.integers(1, 9, len(label)))
        labels = label[together]
        for row in splits.stratified_folds(rng, np.tile(labels, (10, 1)), together, 5):
            for one in np.unique(row):
                assert len(np.unique(labels[row != one])) == classes
