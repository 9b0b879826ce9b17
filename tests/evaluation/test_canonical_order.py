import numpy as np

from catsex.evaluation.canonical_order import canonical_order


def test_the_order_does_not_depend_on_how_rows_columns_and_classes_came():
    rng = np.random.default_rng(0)
    features, labels, groups = rng.normal(size=(12, 5)).astype(np.float32), np.arange(12) % 3, np.arange(12) // 2
    first = canonical_order(features, labels)
    rows, columns, classes = rng.permutation(12), rng.permutation(5), np.array([2, 0, 1])
    other = canonical_order(features[np.ix_(rows, columns)], classes[labels[rows]])
    assert np.array_equal(other.features(features[np.ix_(rows, columns)]), first.features(features))
    assert np.array_equal(other.labels(classes[labels[rows]]), first.labels(labels))
    assert np.array_equal(other.groups(7 - groups[rows]), first.groups(groups))


def test_photos_are_sorted_by_checksum_and_predictions_come_back_as_photos_were_given():
    labels = np.array([0, 1, 0, 1])
    order = canonical_order(np.eye(4, dtype=np.float32), labels, ["d", "a", "c", "b"])
    assert order.rows.tolist() == [1, 3, 2, 0] and order.columns is None
    assert order.labels(labels).tolist() == [0, 0, 1, 1]
    assert order.given(order.labels(labels)[None]).tolist() == [labels.tolist()]
    assert order.groups(np.array([5, 9, 9, 5])).tolist() == [0, 1, 0, 1]
