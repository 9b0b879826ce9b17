"""In one run the file of a photo is opened once and decoded at most once, with a warm cache not at all."""

import collections
import contextlib
import io
import sqlite3
import sys

import PIL.Image
import pytest

OPENED: collections.Counter = collections.Counter()


@pytest.fixture(scope="module")
def audited(any_cats):
    """Count which of the photos are opened, from now on: Python forgets no audit hook."""

    def audit(event, args):
        if event == "open" and str(args[0]).startswith(str(any_cats)) and str(args[0]).endswith(".jpg"):
            OPENED[str(args[0])] += 1

    sys.addaudithook(audit)


@pytest.fixture
def counts(audited, run_here, any_cats, any_weights, tmp_path, empty_cache, monkeypatch):
    """Return a function that runs a script and returns how often each file was opened, and how many were decoded."""
    pil_open, decoded = PIL.Image.open, collections.Counter()

    def count(file, *rest, **options):
        decoded["photos"] += isinstance(file, io.BytesIO)  # which scikit-image's own photos are not
        return pil_open(file, *rest, **options)

    def run(script, *options):
        OPENED.clear()
        decoded.clear()
        done = run_here(script, "--data", any_cats, "--weights", any_weights, "--seed", 1, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return [list(OPENED.values()), decoded["photos"]]

    monkeypatch.setattr(PIL.Image, "open", count)
    return run


@pytest.mark.slow
def test_evaluate_opens_each_file_once_and_decodes_none_with_a_warm_cache(real_cats, real_weights, counts):
    short = ("--permutations", 19, "--repeats", 1)
    assert counts("evaluate.py", *short) == [[1] * 40, 40]
    assert counts("evaluate.py", *short) == [[1] * 40, 0]


@pytest.mark.slow
def test_evaluate_after_a_lesson_takes_its_features(real_cats, real_weights, counts, thorough, empty_cache):
    for script in ("sanity_check.py", "train_validate.py", "train_full.py") if thorough else ("train_validate.py",):
        assert counts(script) == [[1] * 40, 40]  # it fills an array with their pixels
    with contextlib.closing(sqlite3.connect(next(empty_cache.rglob("features.sqlite3")))) as database:
        before = database.execute("SELECT content FROM features ORDER BY content").fetchall()
    assert len(before) == 40
    assert counts("evaluate.py", "--permutations", 19, "--repeats", 1) == [[1] * 40, 40]
    with contextlib.closing(sqlite3.connect(next(empty_cache.rglob("features.sqlite3")))) as database:
        of_a_network = "WHERE network NOT LIKE 'description %'"
        after = database.execute(f"SELECT content FROM features {of_a_network} ORDER BY content").fetchall()
    assert after == sorted(2 * before)


@pytest.mark.slow
def test_scripts_that_fill_no_array_open_each_file_once(counts):
    assert counts("cats_vs_dogs.py", "--epochs", 1) == [[1] * 40, 40]
    assert counts("cats_vs_dogs.py", "--epochs", 1) == [[1] * 40, 0]
    assert counts("train.py", "--epochs", 1, "--save", "m.keras", "--no-cache") == [[1] * 40, 40]
