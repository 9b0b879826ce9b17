import numpy as np
import pytest

from catsex.evaluation import cross_validation, metrics
from catsex.evaluation.sample import Sample


def made_up(n, gap, d=40, seed=0):
    """Features of two classes whose means differ by `gap` standard deviations in each of d directions."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1], n // 2)
    return (rng.normal(0, 1, (n, d)) + gap * (2 * labels[:, None] - 1)).astype(np.float32), labels


def test_photos_are_judged_by_heads_that_have_not_seen_them():
    """With unrelated features a head knows its training photos by heart: out of fold it must not."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(0, 1, (40, 2000)).astype(np.float32)
    labels = np.tile(np.repeat([0, 1], 20), (20, 1))
    predictions = cross_validation.out_of_fold(rng, Sample(vectors, labels[0]), labels)
    assert abs(metrics.balanced_accuracy(predictions, labels, 2).mean() - 0.5) < 0.12


def test_the_learning_curve_rises_with_the_photos_where_there_is_something_to_learn():
    vectors, labels = made_up(60, 0.25, d=200)
    points, full, half = cross_validation.learning_curve(np.random.default_rng(0), Sample(vectors, labels), repeats=5)
    assert [point["photos_per_class"] for point in points] == [1, 3, 6, 12, 24]
    assert points[-1]["accuracy"] > points[0]["accuracy"] + 0.1
    assert full.shape == half.shape == (60,)
    assert points[-1]["accuracy"] == pytest.approx(full.mean(), abs=1e-6)
    assert points[-2]["accuracy"] == pytest.approx(half.mean(), abs=1e-6)
