import numpy as np
import pytest

from catsex.evaluation import canonical_order as module
from catsex.evaluation import protocol
from catsex.evaluation.canonical_order import canonical_order
from catsex.evaluation.sample import Sample


@pytest.mark.parametrize("most", [0, 2**26])
def test_the_order_does_not_depend_on_how_rows_columns_and_classes_came(most, monkeypatch):
    monkeypatch.setattr(module, "MANY_BYTES", most)
    rng = np.random.default_rng(0)
    features, labels, groups = rng.normal(size=(12, 5)).astype(np.float32), np.arange(12) % 3, np.arange(12) // 2
    first = canonical_order(features, labels)
    rows, columns, classes = rng.permutation(12), rng.permutation(5), np.array([2, 0, 1])
    other = canonical_order(features[np.ix_(rows, columns)], classes[labels[rows]])
    assert np.array_equal(other.features(features[np.ix_(rows, columns)])[:], first.features(features)[:])
    assert np.array_equal(other.labels(classes[labels[rows]]), first.labels(labels))
    assert np.array_equal(other.groups(7 - groups[rows]), first.groups(groups))


def test_photos_are_sorted_by_checksum_and_predictions_come_back_as_photos_were_given():
    labels = np.array([0, 1, 0, 1])
    order = canonical_order(np.eye(4, dtype=np.float32), labels, ["d", "a", "c", "b"])
    assert order.rows.tolist() == [1, 3, 2, 0] and order.columns is None
    assert order.labels(labels).tolist() == [0, 0, 1, 1]
    assert order.given(order.labels(labels)[None]).tolist() == [labels.tolist()]
    assert order.groups(np.array([5, 9, 9, 5])).tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("d", [6, 70])
@pytest.mark.parametrize("digests", [True, False])
def test_features_that_are_put_in_order_row_by_row_give_the_very_results(d, digests, monkeypatch):
    labels, rng = np.arange(60) % 2, np.random.default_rng(0)
    sample = Sample((rng.normal(size=(60, d)) + 0.2 * labels[:, None]).astype(np.float32), labels)
    entries = [{"name": f"{i}", "class": f"{label}", "sha256": f"{i * 7 % 60:02}"} for i, label in enumerate(labels)]
    if not digests:
        entries = None

    def results():
        found = protocol.evaluate_sample(sample, seed=1, entries=entries, folds=3, repeats=1, permutations=39)
        return {name: value for name, value in found.items() if name != "seconds"}

    copied = results()
    monkeypatch.setattr(module, "MANY_BYTES", 0)
    assert results() == copied
