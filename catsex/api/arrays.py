"""Checks of arguments as scikit-learn makes them: shapes, finite values, one label each, whole numbers."""

from pathlib import Path
from typing import Any

import numpy as np

from catsex.errors import DataError
from catsex.files import show
from catsex.network.feature_tables import FeatureTable


def check_run(seed, folds, repeats, permutations):
    """Raise `DataError` for numbers that the scripts' options refuse too."""
    asked = {"folds": (folds, 2), "repeats": (repeats, 1), "permutations": (permutations, 19)}
    for name, (value, least) in asked.items():
        if value is None and name != "permutations":
            continue
        if not isinstance(value, int) or value < least:
            raise DataError(f"{name} is {value!r}; expected a whole number (int) of at least {least}")
    if seed is not None and (not isinstance(seed, int) or not 0 <= seed < 2**32):
        raise DataError(f"seed is {seed!r}; expected a whole number (int) from 0 to 2**32 - 1")


def check_near_duplicates(value):
    """Raise `DataError` unless it is None, "off" or a cosine."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1
    if not (value is None or number or (isinstance(value, str) and value == "off")):
        raise DataError(f'near_duplicates is {value!r}; expected "off", or a number between 0 and 1')


def as_table(X: Any, y: Any, groups: Any) -> FeatureTable:
    """Return features with their classes and groups as a `FeatureTable`, read from a file if X is its path."""
    if isinstance(X, str | Path | FeatureTable):
        if y is not None or groups is not None:
            raise DataError("a file of features has the class and group of each row; leave out y and groups")
        from catsex.network import read_features

        return X if isinstance(X, FeatureTable) else read_features(X)
    X = as_matrix(X)
    y = as_column(y, "y", len(X))
    names, labels = np.unique(y, return_inverse=True)
    if len(names) < 2:
        raise DataError(f"y has {len(names)} class; expected at least 2")
    if groups is not None:
        groups = np.unique(as_column(groups, "groups", len(X)), return_inverse=True)[1]
    class_names = [show(str(name)) for name in names]
    entries = [{"name": f"row {row}", "class": class_names[label]} for row, label in enumerate(labels)]
    return FeatureTable("features", X, labels, class_names, groups, entries)


def as_matrix(X):
    """Return features as an array, shape (n, d), float64, or raise `DataError`."""
    try:
        if np.iscomplexobj(X := np.asarray(X)):
            raise TypeError("its values are complex")
        X = X.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"X is not a table of numbers: {error}") from error
    if X.ndim != 2 or 0 in X.shape:
        raise DataError(f"expected X of shape (rows, features), got {X.shape}")
    unfit = ~(np.abs(X) <= np.finfo(np.float32).max)  # beyond it, the standard deviation would not be finite either
    if unfit.any():
        row, column = np.argwhere(unfit)[0]
        raise DataError(f"X has a value that is not a finite number, in row {row}, column {column} (float32)")
    return X


def as_column(values, name, n):
    """Return labels or groups as an array, shape (n,), or raise `DataError`."""
    each = np.asarray(values, dtype=object)  # as they were given: NumPy makes the text "nan" of one among texts
    if each.shape != (n,) or any(np.ndim(value) for value in each):
        raise DataError(f"expected {name} of shape ({n},), one for each row of X, got {each.shape}")
    if any(_missing(value) for value in each):
        raise DataError(f"{name} has missing values")
    values = np.asarray(values)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise DataError(f"{name} has values that are not finite")
    return values.astype(str) if values.dtype == object else values


def _missing(value):
    """Return whether a label is None, NaN, or pandas' NaT or NA."""
    try:
        return value is None or bool(value != value)  # noqa: PLR0124, which NaN is not
    except TypeError:  # NA is neither true nor false
        return True
