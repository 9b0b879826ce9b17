import numpy as np
import pytest

from catsex.evaluation.permuting.left_out import PENALTY, LeftOut
from catsex.evaluation.streaming import blocks

GROUPS = {"single photos": np.arange(30), "groups of many sizes": np.repeat(np.arange(9), [1, 2, 3, 4, 5, 5, 4, 3, 3])}


def direct(features, targets, groups, penalty):
    """Ridge regression fitted anew for each group, on all other photos."""
    scores = np.empty(targets.shape)
    for group in np.unique(groups):
        known, unknown = features[groups != group], features[groups == group]
        mean, others = known.mean(axis=0), targets[groups != group]
        gram = (known - mean).T @ (known - mean) + penalty * np.eye(features.shape[1])
        weights = np.linalg.solve(gram, (known - mean).T @ (others - others.mean(axis=0)))
        scores[groups == group] = (unknown - mean) @ weights
    return scores


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("d", [50, 12], ids=["more features", "more photos"])
def test_scores_are_those_of_classifiers_that_were_fitted_without_the_group(name, d, monkeypatch):
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 8)
    monkeypatch.setattr(blocks, "IN_PART", 2)
    rng = np.random.default_rng(1)
    features, groups = (rng.normal(2, 1, (30, d))).astype(np.float32), GROUPS[name]
    left_out = LeftOut(features, groups)
    targets = (rng.random((30, 4)) < 0.4).astype(left_out.dtype)
    mean_square = np.square(features - features.mean(axis=0)).sum() / 30
    exact, ridge, nearest = features.astype(float), np.empty((30, 4)), np.empty((30, 4))
    totals = left_out.totals(lambda rows: targets[rows])
    for part in left_out.parts:
        for rows, *scores in left_out.scores(lambda rows: targets[rows], totals, part):
            ridge[rows], nearest[rows] = scores
    assert ridge == pytest.approx(direct(exact, targets, groups, PENALTY * mean_square), abs=1e-4)
    far = 1e9 * direct(exact, targets, groups, 1e9)  # the limit of a large penalty is the nearest mean
    assert nearest == pytest.approx(far, rel=1e-3, abs=1e-3)
