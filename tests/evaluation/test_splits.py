from pathlib import Path

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import groups, protocol, splits
from catsex.evaluation.exchanges import find_exchanges
from catsex.photos.photoset import photo_set


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
    labels = find_exchanges((np.arange(40) % 2)[together], together).photos(rng, 100)
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


def test_near_duplicates_and_groups_are_joined_and_the_coarsest_counts():
    known = np.array([7, 7, 3, 3, 5, 9])
    assert groups.join(6, []).tolist() == [0, 1, 2, 3, 4, 5]
    assert groups.join(6, [], known).tolist() == [0, 0, 2, 2, 4, 5]
    assert groups.join(6, [(1, 3, 0.95), (4, 5, 0.92)], known).tolist() == [0, 0, 0, 0, 4, 4]


def test_duplicates_are_found_by_cosine_and_joined_by_chains():
    rng = np.random.default_rng(0)
    features = rng.random((6, 100)).astype(np.float32) ** 8
    features[4] = features[1] * 3
    features[5] = features[4] + 0.02
    pairs = groups.find_duplicates(features, [bytes([number]) for number in (0, 1, 2, 3, 1, 5)])
    assert [pair[:2] for pair in pairs] == [(1, 4), (1, 5), (4, 5)]
    assert pairs[0][2] == 1
    assert groups.join(6, pairs).tolist() == [0, 1, 2, 3, 1, 1]


def photos(counts, names=("cats", "dogs", "owls")):
    by_class = {name: [Path(name, f"{i}.jpg") for i in range(n)] for name, n in zip(names, counts, strict=False)}
    result = photo_set("test", by_class)
    entries = [{"name": str(path)} for path in result.paths]
    return entries, [str(path) for path in result.paths], result.labels, result.class_names


def test_the_same_photo_in_two_classes_is_an_error_that_names_both():
    many, digests, *classes = photos((6, 6))
    digests[7] = digests[2]
    with pytest.raises(DataError, match=r"cats.2.jpg and dogs.1.jpg are the same photo"):
        protocol.check_classes(many, digests, *classes, np.arange(12), 5)


def test_too_few_photos_in_all_is_an_error():
    few, digests, *classes = photos((1, 2))
    with pytest.raises(DataError, match="3 photos are too few"):
        protocol.check_classes(few, digests, *classes, np.arange(3), 2)


def test_a_class_smaller_than_the_folds_is_an_error_that_names_the_largest_possible():
    some, digests, *classes = photos((10, 4, 9))
    with pytest.raises(DataError, match=r"class dogs has 4 photos .* use --folds 4 or less"):
        protocol.check_classes(some, digests, *classes, np.arange(23), 5)


def test_groups_count_once():
    some, digests, *classes = photos((10, 8))
    with pytest.raises(DataError, match="class dogs has 4 groups of photos, too few for 5 folds; use --folds 4"):
        protocol.check_classes(some, digests, *classes, np.arange(18) // 2, 5, known=True)


def test_near_duplicates_count_once():
    some, digests, *classes = photos((10, 5))
    together = np.arange(15)
    together[11] = 10
    with pytest.raises(DataError, match="class dogs has 4 photos"):
        protocol.check_classes(some, digests, *classes, together, 5)
    together[10:] = 10
    with pytest.raises(DataError, match="class dogs has 1 photo"):
        protocol.check_classes(some, digests, *classes, together, 5)
