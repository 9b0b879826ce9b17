"""The question as a function: features of any kind, photos as the scripts see them."""

import json

import numpy as np
import pytest

import catsex
from catsex.datasets.demo import demo_set
from catsex.errors import DataError
from catsex.report import page

SHORT = {"seed": 1, "repeats": 2, "permutations": 39}


def separate(n=20, d=8, shift=3.0, seed=0):
    """Features of two classes that differ in one of them, and their labels."""
    X = np.random.default_rng(seed).normal(size=(2 * n, d))
    X[n:, 0] += shift
    return X, ["day"] * n + ["night"] * n


@pytest.mark.slow
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


@pytest.mark.slow
def test_lists_arrays_and_tables_give_the_same_and_so_does_the_same_seed():
    X, y = separate()
    first = catsex.evaluate_features(X, y, **SHORT)
    assert catsex.evaluate_features(X.tolist(), np.array(y), **SHORT).null.tolist() == first.null.tolist()
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(X).assign(kind=y)
    assert catsex.evaluate_features(table[list(range(8))], table["kind"], **SHORT).sentence == first.sentence


def test_what_keras_was_set_to_it_is_set_to_afterwards():
    import keras

    keras.config.set_image_data_format("channels_first")
    try:
        catsex.evaluate_features(*separate(), **SHORT)
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_image_data_format("channels_last")


def test_groups_are_held_out_together_whatever_they_are_called():
    X, y = separate()
    found = catsex.evaluate_features(X, y, groups=[f"animal {i // 4}" for i in range(40)], **SHORT).to_dict()
    assert found["groups"]["known"] and found["groups"]["number"] == 10


@pytest.mark.slow
def test_an_evaluation_shows_and_keeps_itself(tmp_path):
    found = catsex.evaluate_features(*separate(), **SHORT)
    assert str(found).startswith(found.sentence) and found.interval[0] <= found.accuracy <= found.interval[1]
    assert found.null.shape == (39,) and found.confusion.shape == (2, 2) and found.class_names == ["day", "night"]
    folder = found.save(tmp_path / "kept")
    kept = json.loads((folder / "results.json").read_text())
    assert {key: value for key, value in kept.items() if key != "record"} == found.to_dict()
    assert kept["kind"] == "evaluation" and kept["record"]["script"] == "Python"
    with pytest.raises(DataError, match="kept already exists"):
        found.save(folder)
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    assert found.sentence.split(":")[0] in found._repr_html_() and found._repr_html_().startswith("<iframe srcdoc=")
    assert "The same call" in (folder / "report.html").read_text()


@pytest.mark.slow
def test_an_evaluation_of_the_demo_set_says_so_wherever_it_is_shown(any_weights):
    options = {"seed": 1, "repeats": 1, "permutations": 19, "weights": any_weights}
    found = catsex.evaluate(demo_set(), as_they_came="", **options)
    assert "DEMO" in str(found).splitlines()[0] and found.sentence in str(found)
    assert found.to_dict()["as_they_came"]["sentence"] in str(found)
    if page.can_draw():
        assert "DEMO" in found._repr_html_()


@pytest.mark.slow
def test_photos_give_what_the_script_gives(real_cats, real_weights, run_script, tmp_path):
    found = catsex.evaluate(real_cats, seed=3, permutations=99, weights=real_weights, as_they_came="")
    options = ["--seed", 3, "--permutations", 99, "--weights", real_weights, "--json", tmp_path / "e.json"]
    options += ["--as-they-came"]
    assert run_script("evaluate.py", *options, "--no-record").returncode == 0
    said = json.loads((tmp_path / "e.json").read_text())
    for key in ("sentence", "remarks", "accuracy", "p_value", "null", "photos", "is_demo", "data", "weights"):
        if key != "data":
            assert found.to_dict()[key] == said[key], key
    assert found.to_dict()["as_they_came"]["guesses"] == 19 and said["as_they_came"]["earlier"] == 20
    assert found.to_dict()["as_they_came"]["capital"] == said["as_they_came"]["capital"]
