import numpy as np
import pytest

from catsex.evaluation import ridge


def made_up(n, gap, d, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    return (rng.normal(0, 1, (n, d)) + gap * labels[:, None] * (np.arange(d) < 10)).astype(np.float32), labels


@pytest.mark.parametrize(("n", "d"), [(30, 100), (100, 30)], ids=["more features", "more photos"])
def test_scores_are_those_of_ridge_regression_on_the_other_folds(n, d):
    linear_model = pytest.importorskip("sklearn.linear_model")
    vectors, labels = made_up(n, 1, d)
    labellings = np.stack([labels, np.random.default_rng(1).permutation(labels)])
    fold = np.random.default_rng(2).permutation(n) % 5
    scores = ridge.out_of_fold_scores(vectors, labellings, fold, 2)
    for row, found in zip(labellings, scores, strict=True):
        for one in range(5):
            known = vectors[fold != one]
            penalty = ridge.PENALTY * np.square(known - known.mean(axis=0)).sum() / len(known)
            model = linear_model.Ridge(alpha=penalty).fit(known, row[fold != one])
            expected = model.predict(vectors[fold == one]) - row[fold != one].mean()
            assert found[fold == one, 1] == pytest.approx(expected, abs=2e-3)
