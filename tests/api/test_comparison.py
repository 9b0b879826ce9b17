import json

import pytest

import catsex
from catsex.datasets.demo import demo_set
from catsex.errors import DataError

pytestmark = pytest.mark.slow  # whole comparisons are made


@pytest.fixture(scope="module")
def photos():
    return demo_set()  # there everywhere, and nothing to learn in it


@pytest.fixture(scope="module")
def found(photos, any_weights):
    return catsex.compare(photos, ["head", "ridge"], seed=1, repeats=2, weights=any_weights)


def test_a_comparison_shows_and_keeps_itself(found, tmp_path):
    assert str(found).startswith("DEMO: ") and found.sentence in str(found) and found.seed == 1
    assert [configuration["name"] for configuration in found.configurations] == ["head", "ridge"]
    (pair,) = found.pairs
    accuracies = [configuration["accuracy"] for configuration in found.configurations]
    assert pair["difference"] == pytest.approx(accuracies[1] - accuracies[0])
    assert found.best_accuracy == max(accuracies) and 0 < found.corrected_accuracy < 1
    folder = found.save(tmp_path / "kept")
    kept = json.loads((folder / "results.json").read_text())
    assert {key: value for key, value in kept.items() if key != "record"} == found.to_dict()
    assert kept["kind"] == "comparison" and len(kept["photos"]) == 40 and len(kept["photos"][0]["right"]) == 2
    with pytest.raises(DataError, match="kept already exists"):
        found.save(folder)
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    assert found._repr_html_().startswith("<iframe srcdoc=")
    assert "Which does better?" in (folder / "report.html").read_text()


def test_the_same_seed_gives_the_same_and_a_third_setting_changes_neither_of_the_others(found, photos, any_weights):
    again = catsex.compare(photos, ["size=96", "head", "ridge"], seed=1, repeats=2, weights=any_weights)
    for one, other in zip(found.configurations, again.configurations[1:], strict=True):
        assert one["accuracy"] == other["accuracy"]
    assert again.configurations[0]["size"] == 96


def test_the_tutorials_cats_are_not_said_to_differ_by_the_way_they_are_learned(real_cats, real_weights):
    found = catsex.compare(real_cats, ["head", "ridge", "size=160"], seed=2)
    assert not any(pair["differ"] for pair in found.pairs)
    assert found.corrected_accuracy <= found.best_accuracy + 0.01


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"configurations": ["head"]}, "at least two configurations"),
        ({"configurations": ["head", "tail"]}, "no such configuration: tail"),
        ({"configurations": "head"}, "configurations is 'head'; expected a list of texts"),
        ({"folds": 1}, "folds is 1"),
        ({"repeats": 0}, "repeats is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(arguments, message):
    with pytest.raises(DataError, match=message):
        catsex.compare("no such folder", **({"configurations": ["head", "ridge"]} | arguments))
