import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation.grouping import join
from catsex.evaluation.sample import Sample


def test_near_duplicates_and_groups_are_joined_and_the_coarsest_counts():
    known = np.array([7, 7, 3, 3, 5, 9])
    assert join.join(6, []).tolist() == [0, 1, 2, 3, 4, 5]
    assert join.join(6, [], known).tolist() == [0, 0, 2, 2, 4, 5]
    assert join.join(6, [(1, 3, 0.95), (4, 5, 0.92)], known).tolist() == [0, 0, 0, 0, 4, 4]


def sample_of(counts, groups=None):
    names = ["cats", "dogs", "owls"][: len(counts)]
    return Sample(None, np.repeat(np.arange(len(counts)), counts), groups, class_names=names)


def test_too_few_photos_in_all_is_an_error():
    with pytest.raises(DataError, match="3 photos are too few"):
        join.folds_for(sample_of((1, 2)), 2)


def test_a_class_smaller_than_the_folds_is_an_error_that_names_the_largest_possible():
    with pytest.raises(DataError, match=r"class dogs has 4 photos .* use --folds 4 or less"):
        join.folds_for(sample_of((10, 4, 9)), 5)


def test_by_default_the_smallest_class_decides_if_it_has_fewer_groups_than_five():
    assert join.folds_for(sample_of((10, 9))) == 5
    assert join.folds_for(sample_of((10, 4))) == 4
    assert join.folds_for(sample_of((10, 4), np.arange(14) // 2), known=True) == 2
    assert join.folds_for(sample_of((10, 4)), 3) == 3
    with pytest.raises(DataError, match=r"class dogs has 1 photos .* each class needs at least 2"):
        join.folds_for(sample_of((10, 1)))


def test_groups_count_once():
    with pytest.raises(DataError, match="class dogs has 4 groups of photos, too few for 5 folds; use --folds 4"):
        join.folds_for(sample_of((10, 8), np.arange(18) // 2), 5, known=True)


def test_near_duplicates_count_once():
    together = np.arange(15)
    together[11] = 10
    with pytest.raises(DataError, match="class dogs has 4 photos"):
        join.folds_for(sample_of((10, 5), together), 5)
    together[10:] = 10
    with pytest.raises(DataError, match="class dogs has 1 photo"):
        join.folds_for(sample_of((10, 5), together), 5)
