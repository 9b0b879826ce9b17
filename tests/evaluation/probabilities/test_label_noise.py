import numpy as np
import pytest

from catsex.evaluation.probabilities import label_noise
from catsex.evaluation.probabilities.out_of_fold import softmax


def drawn(rng, share, *, n=2000, classes=2, scale=3.0):
    """Scores, labels of which a share is wrong, and which these are, as the model has it."""
    scores = rng.normal(size=(n, classes))
    shown = (softmax(scale * scores).cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    wrong = rng.random(n) < share
    return scores, np.where(wrong, (shown + rng.integers(1, classes, n)) % classes, shown), wrong


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3])
def test_as_many_labels_are_wrong_as_it_says(share, classes):
    scores, labels, wrong = drawn(np.random.default_rng(0), share, classes=classes)
    found = label_noise.estimate(scores, labels)
    assert found.is_known
    assert found.wrong.sum() == pytest.approx(wrong.sum(), abs=60)
    for low, high in ((0.2, 0.5), (0.5, 1.0)):
        chosen = (found.wrong > low) & (found.wrong < high)
        if chosen.sum() > 30:
            assert np.mean(wrong[chosen]) == pytest.approx(found.wrong[chosen].mean(), abs=0.12)


def test_probabilities_are_of_what_a_photo_shows_whatever_its_label():
    scores, labels, _ = drawn(np.random.default_rng(1), 0.2)
    found = label_noise.estimate(scores, labels)
    np.testing.assert_allclose(found.probabilities, softmax(3 * scores), atol=0.1)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)


def test_where_scores_tell_nothing_it_is_not_known_how_many_labels_are_wrong():
    rng = np.random.default_rng(2)
    assert not label_noise.estimate(rng.normal(size=(60, 2)), np.arange(60) % 2).is_known
    nothing = label_noise.estimate(np.zeros((60, 2)), np.arange(60) % 2)
    assert not nothing.is_known
    assert nothing.probabilities == pytest.approx(0.5)


def test_a_rare_class_whose_scores_are_all_low_is_not_wrong_for_that():
    rng = np.random.default_rng(3)
    labels = (np.arange(200) % 10 == 0).astype(int)
    second = 0.4 * (labels - labels.mean()) + rng.normal(0, 0.05, 200)
    found = label_noise.estimate(np.stack([-second - 0.1, second - 0.1], axis=1), labels)
    assert (found.wrong < 0.2).all()


def test_of_many_photos_some_are_enough(monkeypatch):
    scores, labels, _ = drawn(np.random.default_rng(4), 0.1)
    every = label_noise.estimate(scores, labels).wrong
    monkeypatch.setattr(label_noise, "ENOUGH", 700)
    some = label_noise.estimate(scores, labels).wrong
    assert np.abs(every - some).max() > 0
    assert some.sum() == pytest.approx(every.sum(), rel=0.4)
    assert np.corrcoef(every, some)[0, 1] > 0.95
