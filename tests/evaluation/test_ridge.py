import numpy as np
import pytest

from catsex.evaluation import cross_validation, protocol, ridge
from catsex.report import captions, summary


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


@pytest.mark.slow
def test_of_many_photos_a_difference_is_found_and_none_is_not_made_up(monkeypatch):
    monkeypatch.setattr(cross_validation, "MANY", 50)
    options = {"classes": 2, "repeats": 1, "permutations": 199}
    vectors, labels = made_up(200, 0.6, 40)
    rng = np.random.default_rng(0)
    predictions, null, p_value, _ = cross_validation.permutation_test(rng, vectors, labels, np.arange(200), **options)
    assert p_value == 1 / 200
    assert predictions.shape == (1, 200)
    assert abs(null.mean() - 0.5) < 0.02
    group = np.repeat(np.arange(40), 5)
    vectors = (rng.normal(0, 1, (40, 40))[group] + rng.normal(0, 0.2, (200, 40))).astype(np.float32)
    p_values = []
    for _ in range(100):
        labels = rng.permutation(np.arange(40) % 2)[group]
        p_values.append(cross_validation.permutation_test(rng, vectors, labels, group, **options)[2])
    assert np.mean(np.array(p_values) < 0.05) <= 0.12  # 5 % expected; more than 12 of 100 in one of 700 runs
    assert 0.4 < np.mean(p_values) < 0.6


@pytest.mark.parametrize("many", [2000, 20])  # photos, for more of which ridge regression measures chance
@pytest.mark.parametrize("groups", [40, 4])
def test_figure_table_and_p_speak_of_the_same_shuffles(monkeypatch, many, groups):
    monkeypatch.setattr(cross_validation, "MANY", many)
    vectors, labels = made_up(40, 0.3, 30)
    group = np.arange(40) if groups == 40 else np.arange(40) // 10 * 2 + np.arange(40) % 2
    options = {"seed": 1, "repeats": 1, "permutations": 99, "groups": group, "folds": 2}
    found = protocol.evaluate_features(vectors, labels, ["a", "b"], **options)
    said = f"{found['as_good']} of {found['permutations']} "
    assert said in captions.null_histogram(found["null"], found["observed"], found["detectable_accuracy"])
    assert any(said in meaning for name, _, meaning in summary.rows(found) if name == "p-value")
    share = (1 + found["as_good"]) / (1 + found["permutations"])
    assert found["p_value"] == pytest.approx(max(share, found["groups"]["smallest_p"]))
    if many == 2000:
        assert found["observed"] == pytest.approx(found["accuracy"])
    else:
        assert found["heads"] == 2 and f"accuracy, {100 * found['observed']:.1f} %, was compared" in found["methods"]
