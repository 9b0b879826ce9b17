"""The Python face: exported names, features of any origin, photos as the scripts see them."""

import doctest
import json
import subprocess
import sys

import numpy as np
import pytest

import catsex
from catsex import api
from catsex.datasets.demo import demo_set
from catsex.errors import DataError, ImageError
from catsex.report import page

SHORT = {"seed": 1, "repeats": 2, "permutations": 39}


def separate(n=20, d=8, shift=3.0, seed=0):
    """Features of two classes that differ in one of them, and their labels."""
    X = np.random.default_rng(seed).normal(size=(2 * n, d))
    X[n:, 0] += shift
    return X, ["day"] * n + ["night"] * n


def test_the_exported_names_are_these_and_cost_no_import_of_keras():
    names = ["Classifier", "Evaluation", "evaluate", "evaluate_features", "load", "load_photos", "train"]
    assert catsex.__all__ == names and set(names) <= set(dir(catsex))
    for name in names:
        assert getattr(catsex, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        catsex.guess  # noqa: B018
    program = "import sys, catsex; catsex.evaluate; print([m for m in ('keras', 'tensorflow') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_examples_in_the_docstrings_give_what_they_say():
    failed, tried = doctest.testmod(api)
    assert tried >= 5 and failed == 0


def test_features_that_differ_are_told_apart_and_noise_is_not():
    X, y = separate()
    assert catsex.evaluate_features(X, y, seed=1, permutations=199).verdict == "learnable"
    p_values = [catsex.evaluate_features(separate(shift=0, seed=s)[0], y, **SHORT).p_value for s in range(8)]
    assert sum(p < 0.05 for p in p_values) <= 2


@pytest.mark.parametrize("d", [2, 60, 600])
def test_features_may_be_few_or_many_and_of_any_scale(d):
    X, y = separate(d=d, shift=0)
    X[20:, : max(1, d // 4)] += 3
    found = catsex.evaluate_features(X * 1000 + 5, y, seed=1, repeats=2, permutations=199)
    assert found.accuracy > 0.8 and found.p_value < 0.02


def test_lists_arrays_and_tables_give_the_same_and_so_does_the_same_seed():
    X, y = separate()
    first = catsex.evaluate_features(X, y, **SHORT)
    assert catsex.evaluate_features(X.tolist(), np.array(y), **SHORT).null.tolist() == first.null.tolist()
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X).assign(kind=y)
    assert catsex.evaluate_features(table[list(range(8))], table["kind"], **SHORT).sentence == first.sentence


def test_groups_are_held_out_together_whatever_they_are_called():
    X, y = separate()
    found = catsex.evaluate_features(X, y, groups=[f"animal {i // 4}" for i in range(40)], **SHORT).to_dict()
    assert found["groups"]["known"] and found["groups"]["number"] == 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X[0], y), r"expected X of shape \(rows, features\), got \(8,\)"),
        (lambda X, y: (np.where(X[3, 2] == X, np.nan, X), y), "not a finite number, in row 3, column 2"),
        (lambda X, y: ([["a"]] * 40, y), "X is no table of numbers"),
        (lambda X, y: (X, y[:-1]), r"expected y of shape \(40,\), one for each row of X, got \(39,\)"),
        (lambda X, y: (X, ["day"] * 40), "y has 1 class; expected at least 2"),
        (lambda X, y: (X, [None, *y[1:]]), "y has missing values"),
        (lambda X, y: (X, y[:30] + [float("nan")] * 10), "y has missing values"),
        (lambda X, y: (X, [["day"], ["day", "night"]] * 20), r"expected y of shape \(40,\)"),
        (lambda X, y: (X + 1j, y), "X is no table of numbers: its values are complex"),
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


def test_an_evaluation_shows_and_keeps_itself(tmp_path):
    found = catsex.evaluate_features(*separate(), **SHORT)
    assert str(found).startswith(found.sentence) and found.interval[0] <= found.accuracy <= found.interval[1]
    assert found.null.shape == (39,) and found.confusion.shape == (2, 2) and found.class_names == ["day", "night"]
    folder = found.save(tmp_path / "kept")
    kept = json.loads((folder / "results.json").read_text())
    assert {key: value for key, value in kept.items() if key != "record"} == found.to_dict()
    assert kept["kind"] == "evaluation" and kept["record"]["script"] == "Python"
    with pytest.raises(DataError, match="kept is there already"):
        found.save(folder)
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    assert found.sentence.split(":")[0] in found._repr_html_() and found._repr_html_().startswith("<iframe srcdoc=")
    assert "The same call" in (folder / "report.html").read_text()


def test_an_evaluation_of_the_demo_set_says_so_wherever_it_is_shown(any_weights):
    found = catsex.evaluate(demo_set(), seed=1, repeats=1, permutations=19, weights=any_weights)
    assert "DEMO" in str(found).splitlines()[0] and found.sentence in str(found)
    if page.can_draw():
        assert "DEMO" in found._repr_html_()


@pytest.mark.slow
def test_photos_give_what_the_script_gives(real_cats, real_weights, run_script, tmp_path):
    found = catsex.evaluate(real_cats, seed=3, permutations=99, weights=real_weights)
    options = ["--seed", 3, "--permutations", 99, "--weights", real_weights, "--json", tmp_path / "e.json"]
    assert run_script("evaluate.py", *options, "--no-record").returncode == 0
    said = json.loads((tmp_path / "e.json").read_text())
    for key in ("sentence", "remarks", "accuracy", "p_value", "null", "photos", "is_demo", "data", "weights"):
        if key != "data":
            assert found.to_dict()[key] == said[key], key


@pytest.mark.slow
def test_a_trained_classifier_predicts_explains_and_is_the_same_after_saving(any_cats, any_weights, tmp_path):
    trained = catsex.train(any_cats, seed=1, epochs=3, weights=any_weights)
    photos = sorted(any_cats.glob("*.jpg"))[:3]
    answers = trained.predict(photos)
    assert answers.shape == (3, 2) and np.allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert trained.class_names == ["female", "male"] and len(trained.history["loss"]) == 3
    heat = trained.explain(photos[0])
    assert heat.dtype == np.uint8 and heat.ndim == 3
    assert trained.predict([]).shape == (0, 2)
    trained.save(tmp_path / "m.keras")
    loaded = catsex.load(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(photos), answers, atol=1e-5)
    loaded.save(tmp_path / "again.keras")
    np.testing.assert_allclose(catsex.load(tmp_path / "again.keras").predict(photos[0]), answers[:1], atol=1e-5)
    (tmp_path / "page.jpg").write_text("<html>")
    with pytest.raises(ImageError, match=r"page\.jpg"):
        loaded.predict([photos[0], tmp_path / "page.jpg"])
