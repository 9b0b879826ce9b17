import numpy as np

from catsex.evaluation.learners import Heads, learner_for
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming import ridge_learner

LABELS = np.arange(60) % 2
FEATURES = (np.random.default_rng(0).normal(size=(60, 12)) + 2 * LABELS[:, None]).astype(np.float32)


def test_more_photos_than_heads_can_learn_from_are_left_to_ridge_regression(monkeypatch):
    options = {"seed": 1, "folds": 5, "repeats": 2, "learning_rate": 0.05}
    sample = Sample(FEATURES, LABELS)
    heads = learner_for(np.random.default_rng(0), sample, **options)
    monkeypatch.setattr(ridge_learner, "MANY", 50)
    ridge = learner_for(np.random.default_rng(0), sample, **options)
    assert isinstance(heads, Heads) and isinstance(ridge, ridge_learner.Ridge)
    for learner, repeats in ((heads, 2), (ridge, 1)):
        assert learner.predictions().shape == (repeats, 60)
        assert (learner.predictions() == LABELS).mean() > 0.9
        points, full, half = learner.learning_curve()
        assert [point["groups_per_class"] for point in points] == [1, 3, 6, 12, 24]
        assert full.shape == half.shape == (60,) and full.mean() > 0.9
        assert learner.wrong_labels().probabilities.shape == (60, 2)
