import numpy as np
import pytest

from catsex.evaluation.streaming.sums import Sums, together


def test_sums_of_parts_fit_what_all_rows_fit():
    rng = np.random.default_rng(0)
    x, targets = rng.normal(1, 2, (90, 7)).astype(np.float32), (rng.random((90, 3)) < 0.4).astype(np.float32)
    parts = [Sums(7, 3) for _ in range(4)]
    for number, part in enumerate(parts):
        part.add(x[number::4], targets[number::4])
    linear = together(parts).linear(0.01)
    centred = x.astype(float) - x.mean(axis=0)
    gram = centred.T @ centred + 0.01 * np.square(centred).sum() / 90 * np.eye(7)
    weights = np.linalg.solve(gram, centred.T @ (targets - targets.mean(axis=0)))
    assert linear.weights == pytest.approx(weights, abs=1e-5)
    assert linear.scores(x) == pytest.approx(centred @ weights, abs=1e-4)
    assert parts[0].rows == 23  # as before


def test_sums_of_single_precision_are_as_exact_as_the_scores_need():
    rng = np.random.default_rng(1)
    x = (rng.normal(0, 1, (20_000, 30)) * np.linspace(3, 0.2, 30)).astype(np.float32)
    targets = (x[:, :1] + rng.normal(0, 3, (20_000, 1)) > 0).astype(np.float32)
    sums = Sums(30, 1)
    for start in range(0, len(x), 500):
        sums.add(x[start : start + 500], targets[start : start + 500])
    exact = x.astype(float) - x.mean(axis=0, dtype=float)
    gram = exact.T @ exact + 0.01 * np.square(exact).sum() / len(x) * np.eye(30)
    expected = exact @ np.linalg.solve(gram, exact.T @ (targets - targets.mean()))
    assert np.abs(sums.linear(0.01).scores(x) - expected).max() < 1e-5 * expected.std()
