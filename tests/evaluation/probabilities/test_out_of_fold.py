import numpy as np
import pytest

from catsex.evaluation.probabilities import out_of_fold
from catsex.evaluation.sample import Sample


@pytest.mark.parametrize("classes", [2, 3])
def test_each_photo_is_judged_by_heads_that_have_not_seen_its_group(classes, monkeypatch):
    """A head that has seen a photo knows its label by heart: its features are noise."""
    monkeypatch.setattr(out_of_fold, "COLUMNS", 7)  # so that not all are trained at once
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(36, 500)).astype(np.float32), np.arange(36) % classes
    options = {"folds": 3, "repeats": 4}
    alone = out_of_fold.out_of_fold_logits(rng, Sample(features, labels), **options)
    assert alone.shape == (4, 36, classes)
    assert abs(np.mean(alone.argmax(axis=2) == labels) - 1 / classes) < 0.2
    twice = np.concatenate([features, features])
    seen = out_of_fold.out_of_fold_logits(rng, Sample(twice, np.tile(labels, 2)), **options)
    assert np.mean(seen.argmax(axis=2) == np.tile(labels, 2)) > 0.65
    pairs = Sample(twice, np.tile(labels, 2), np.tile(np.arange(36), 2))
    together = out_of_fold.out_of_fold_logits(rng, pairs, **options)
    assert abs(np.mean(together.argmax(axis=2) == np.tile(labels, 2)) - 1 / classes) < 0.2


def test_what_does_not_count_is_not_learned():
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    features = (rng.normal(size=(60, 300)) + labels[:, None] - 0.5).astype(np.float32)
    wrong = np.arange(60) >= 36  # more than half of what remains of each class
    given = np.where(wrong, 1 - labels, labels)
    options = {"folds": 3, "repeats": 2}
    found = out_of_fold.out_of_fold_logits(rng, Sample(features, given), weights=~wrong, **options)
    assert np.mean(found.argmax(axis=2) == labels) > 0.9


def test_softmax_is_made_of_probabilities():
    assert out_of_fold.softmax(np.array([[0.0, np.log(3)], [1000.0, 0.0]])) == pytest.approx(
        np.array([[0.25, 0.75], [1, 0]])
    )
