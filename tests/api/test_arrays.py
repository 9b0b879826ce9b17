import numpy as np
import pytest

import catsex
from catsex.errors import DataError

SHORT = {"seed": 1, "repeats": 2, "permutations": 39}


def separate():
    """Features of two classes that differ in one of them, and their labels."""
    X = np.random.default_rng(0).normal(size=(40, 8))
    X[20:, 0] += 3
    return X, ["day"] * 20 + ["night"] * 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X[0], y), r"expected X of shape \(rows, features\), got \(8,\)"),
        (lambda X, y: (np.where(X[3, 2] == X, np.nan, X), y), "not a finite number, in row 3, column 2"),
        (lambda X, y: ([["a"]] * 40, y), "X is not a table of numbers"),
        (lambda X, y: (X, y[:-1]), r"expected y of shape \(40,\), one for each row of X, got \(39,\)"),
        (lambda X, y: (X, ["day"] * 40), "y has 1 class; expected at least 2"),
        (lambda X, y: (X, [None, *y[1:]]), "y has missing values"),
        (lambda X, y: (X, y[:30] + [float("nan")] * 10), "y has missing values"),
        (lambda X, y: (X, [["day"], ["day", "night"]] * 20), r"expected y of shape \(40,\)"),
        (lambda X, y: (X + 1j, y), "X is not a table of numbers: its values are complex"),
        (lambda X, y: (X * 1e300, y), "not a finite number, in row 0, column 0"),
    ],
)
def test_features_that_do_not_fit_are_one_clear_line(change, message):
    X, y = change(*separate())
    with pytest.raises(DataError, match=message):
        catsex.evaluate_features(X, y, **SHORT)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"folds": 1}, "folds is 1; expected a whole number"),
        ({"repeats": 0}, "repeats is 0; .* at least 1"),
        ({"permutations": 0}, "permutations is 0; .* at least 19"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 1.5}, "seed is 1.5"),
    ],
)
def test_numbers_that_make_no_sense_are_one_clear_line(options, message):
    with pytest.raises(DataError, match=message):
        catsex.evaluate_features(*separate(), **SHORT | options)
    with pytest.raises(DataError, match=message):
        catsex.evaluate("no such folder", **SHORT | options)


def test_a_missing_label_of_pandas_is_one_clear_line():
    pandas = pytest.importorskip("pandas")
    X, y = separate()
    with pytest.raises(DataError, match="y has missing values"):
        catsex.evaluate_features(X, pandas.array([*y[:-1], None], dtype="string"), **SHORT)
