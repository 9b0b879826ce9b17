from pathlib import Path

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import cross_validation, groups, protocol, splits
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
    unit = np.arange(20)
    unit[[3, 7, 12]] = 3
    fold = splits.stratified_folds(np.random.default_rng(0), np.tile(labels, (50, 1)), unit, 5)
    assert (fold[:, 3] == fold[:, 7]).all()
    assert (fold[:, 3] == fold[:, 12]).all()


def test_permutations_keep_the_classes_and_the_near_duplicates():
    labels = np.array([0] * 8 + [1] * 8)
    unit = np.arange(16)
    unit[1], unit[3], unit[9] = 0, 2, 8  # three pairs
    permuted = cross_validation.permuted_labels(np.random.default_rng(0), labels, unit, 500)
    assert (np.sort(permuted, axis=1) == np.sort(labels)).all()
    assert (permuted[:, [0, 2, 8]] == permuted[:, [1, 3, 9]]).all()
    assert abs(permuted[:, 5].mean() - 6 / 10) < 0.1  # any single photo gets any single photo's label: 4 of 10 are 0
    assert (permuted[:, 0] == 1).any()


def test_duplicates_are_found_by_cosine_and_joined_by_chains():
    rng = np.random.default_rng(0)
    features = rng.random((6, 100)).astype(np.float32) ** 8
    features[4] = features[1] * 3
    features[5] = features[4] + 0.02
    pairs = groups.find_duplicates(features, [bytes([number]) for number in (0, 1, 2, 3, 1, 5)])
    assert [pair[:2] for pair in pairs] == [(1, 4), (1, 5), (4, 5)]
    assert pairs[0][2] == 1
    assert groups.units(6, pairs).tolist() == [0, 1, 2, 3, 1, 1]


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


def test_near_duplicates_count_once():
    some, digests, *classes = photos((10, 5))
    unit = np.arange(15)
    unit[11] = 10
    with pytest.raises(DataError, match="class dogs has 4 photos"):
        protocol.check_classes(some, digests, *classes, unit, 5)
    unit[10:] = 10
    with pytest.raises(DataError, match="class dogs has 1 photo"):
        protocol.check_classes(some, digests, *classes, unit, 5)
