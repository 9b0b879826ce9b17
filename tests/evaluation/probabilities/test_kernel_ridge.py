import numpy as np
import pytest

from catsex.evaluation.probabilities import kernel_ridge
from catsex.evaluation.sample import Sample


def some(rng, n=40, d=30):
    features = rng.normal(size=(n, d)).astype(np.float32)
    return Sample(features, np.arange(n) % 2, np.repeat(np.arange(n // 4), 4))


def one_by_one(sample):
    """The same scores, of a model fitted anew for each group."""
    x = sample.features - sample.features.mean(axis=0)
    x = (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(float)
    kernel, scores = np.exp(kernel_ridge.SHARPNESS * (x @ x.T - 1)), np.zeros((len(x), sample.classes))
    for group in np.unique(sample.groups):
        out = sample.groups == group
        targets = np.eye(sample.classes)[sample.labels[~out]]
        fitted = np.linalg.solve(
            kernel[np.ix_(~out, ~out)] + kernel_ridge.PENALTY * np.eye((~out).sum()), targets - targets.mean(axis=0)
        )
        scores[out] = kernel[np.ix_(out, ~out)] @ fitted
    return scores


def test_scores_are_those_of_models_that_have_not_seen_the_group():
    rng = np.random.default_rng(0)
    sample = some(rng)
    np.testing.assert_allclose(kernel_ridge.left_out_scores(rng, sample), one_by_one(sample), atol=1e-6)
    mixed = Sample(sample.features, np.arange(40) % 3, np.arange(40) // 7)
    np.testing.assert_allclose(kernel_ridge.left_out_scores(rng, mixed), one_by_one(mixed), atol=1e-6)


def test_the_own_label_and_those_of_the_own_group_say_nothing():
    rng = np.random.default_rng(1)
    sample = some(rng)
    changed = sample.labels.copy()
    changed[:4] = 1 - changed[:4]
    scores = [
        kernel_ridge.left_out_scores(rng, Sample(sample.features, one, sample.groups))
        for one in (sample.labels, changed)
    ]
    np.testing.assert_allclose(scores[0][:4], scores[1][:4], atol=1e-9)
    assert np.abs(scores[0][4:] - scores[1][4:]).max() > 0.01


def test_classes_of_several_unlike_kinds_are_learned():
    rng = np.random.default_rng(2)
    kind = np.arange(120) % 12
    middles = rng.normal(size=(12, 1280))
    features = (middles[kind] + rng.normal(size=(120, 1280))).astype(np.float32)
    labels = (rng.permutation(12) % 2)[kind]
    assert (kernel_ridge.left_out_scores(rng, Sample(features, labels)).argmax(axis=1) == labels).all()


def test_of_nothing_but_one_group_nothing_is_known():
    sample = Sample(np.eye(6, dtype=np.float32), np.arange(6) % 2, np.zeros(6, int))
    assert kernel_ridge.left_out_scores(np.random.default_rng(0), sample) == pytest.approx(0, abs=1e-9)


def test_many_photos_learn_in_parts(monkeypatch):
    rng = np.random.default_rng(3)
    labels = np.arange(90) % 3
    features = (rng.normal(size=(90, 200)) + 3 * np.eye(3, 200)[labels]).astype(np.float32)
    groups = np.repeat(np.arange(10), 9)  # larger than any of the parts may hold of it
    whole = kernel_ridge.left_out_scores(rng, Sample(features, labels, groups))
    monkeypatch.setattr(kernel_ridge, "MOST", 30)
    parts = kernel_ridge.left_out_scores(rng, Sample(features, labels, groups))
    assert 0 < np.abs(parts - whole).max() < 0.5
    assert np.mean(parts.argmax(axis=1) == labels) > 0.7
