import numpy as np

from catsex.evaluation.sample import Sample


def test_a_subset_keeps_what_belongs_to_its_rows_and_all_classes():
    features, labels = np.arange(12.0).reshape(6, 2), np.array([0, 0, 1, 1, 2, 2])
    sample = Sample(features, labels, np.array([0, 0, 2, 3, 4, 4]), np.arange(6), ["a", "b", "c"])
    some = sample.subset(np.array([3, 0]))
    assert some.features.tolist() == [[6, 7], [0, 1]] and some.labels.tolist() == [1, 0]
    assert some.groups.tolist() == [3, 0] and some.units.tolist() == [3, 0]
    assert len(some) == 2 and some.classes == 3
    assert sample.subset(labels == 2).labels.tolist() == [2, 2]


def test_of_what_nothing_is_said_each_is_a_group_of_its_own_and_classes_are_numbers():
    sample = Sample(np.zeros((3, 1)), np.array([0, 2, 1]))
    assert sample.groups.tolist() == [0, 1, 2] and sample.class_names == ["0", "1", "2"]
    assert sample.subset(np.array([0])).units is None
