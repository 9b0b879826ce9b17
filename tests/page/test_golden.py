"""The page's modules, held in Node to what Python computes."""

import json
import re
import shutil
from importlib.resources import files

import pytest

from catsex.page import golden, site

SENTENCES = files("catsex.evaluation").joinpath("sentences.json")


@pytest.fixture(scope="module")
def golden_folder():
    """The golden files, written anew where web/'s tests look for them."""
    folder = site.SOURCES / "given" / "golden"
    shutil.rmtree(folder, ignore_errors=True)
    golden.write(folder)
    return folder


@pytest.mark.slow
def test_the_pages_own_tests_pass_on_new_golden_files(page_files, npm_test, golden_folder):
    done = npm_test()
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# fail 0" in done.stdout
    assert "# skipped 0" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in golden.SETS if name != "nothing to learn"])
def test_a_golden_evaluation_is_worth_comparing_with(golden_folder, name):
    """Something is learned, and not all: equal results of two programs then mean something."""
    found = json.loads((golden_folder / f"results-{name}.json").read_text())
    expected, classes = found["expected"], found["given"]["classes"]
    assert 1 / classes + 0.05 < expected["accuracy"] < 0.95
    assert expected["null_sd"] > 0.02
    assert expected["verdict"] in ("weak evidence", "learnable")


@pytest.mark.slow
def test_a_golden_evaluation_of_nothing_stops_early(golden_folder):
    expected = json.loads((golden_folder / "results-nothing to learn.json").read_text())["expected"]
    assert expected["permutations"] == len(expected["null"]) < 299
    assert expected["p_value"] > 0.3


def test_the_golden_sentences_are_all_that_python_can_say_of_an_evaluation():
    cases = golden._sentences()
    said = "\n".join(text for case in cases for text in (case["sentence"], *case["remarks"]))
    english = json.loads(SENTENCES.read_text(encoding="utf-8"))["en"]
    pythons = [key for key in english if key.startswith(("opening.", "remark.")) and not key.endswith(".page")]
    for key in set(pythons) - {"remark.reviewed"}:  # the page alone can say that
        longest = max(re.split(r"\{\w+\}", english[key]), key=len)
        assert longest in said, key
