import numpy as np
import pytest

from catsex.evaluation import groups, near_duplicates


def test_duplicates_are_found_by_cosine_and_joined_by_chains():
    rng = np.random.default_rng(0)
    features = rng.random((6, 100)).astype(np.float32) ** 8
    features[4] = features[1] * 3
    features[5] = features[4] + 0.02
    pairs = near_duplicates.find_duplicates(features, [bytes([number]) for number in (0, 1, 2, 3, 1, 5)])
    assert [pair[:2] for pair in pairs] == [(1, 4), (1, 5), (4, 5)]
    assert pairs[0][2] == 1
    assert groups.join(6, pairs).tolist() == [0, 1, 2, 3, 1, 1]


def test_near_duplicates_among_many_photos_are_those_found_among_few(monkeypatch):
    rng = np.random.default_rng(0)
    vectors = rng.random((600, 300)).astype(np.float32) ** 6 * np.linspace(1, 0.1, 300, dtype=np.float32)
    copies = rng.integers(0, 600, (40, 2))
    vectors[copies[:, 0]] = vectors[copies[:, 1]] + rng.random((40, 300), np.float32) * 0.15
    digests = list(range(600))
    expected = near_duplicates.find_duplicates(vectors, digests)
    assert len(expected) > 20
    monkeypatch.setattr(near_duplicates, "MANY", 100)
    found = near_duplicates.find_duplicates(vectors, digests)
    assert [pair[:2] for pair in found] == [pair[:2] for pair in expected]
    assert [pair[2] for pair in found] == pytest.approx([pair[2] for pair in expected], abs=1e-5)
