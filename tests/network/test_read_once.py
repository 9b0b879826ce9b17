"""In one run the file of a photo is opened once and decoded at most once, with a warm cache not at all."""

import contextlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

COUNT = """
import collections, io, json, runpy, sys
from pathlib import Path
import PIL.Image
script, counts_file, folder, *options = sys.argv[1:]
opened, decoded, pil_open = collections.Counter(), collections.Counter(), PIL.Image.open

def audit(event, args):
    if event == "open" and str(args[0]).startswith(folder) and str(args[0]).endswith(".jpg"):
        opened[str(args[0])] += 1

def count(file, *rest, **options):
    decoded["photos"] += isinstance(file, io.BytesIO)  # which scikit-image's own photos are not
    return pil_open(file, *rest, **options)

sys.addaudithook(audit)
PIL.Image.open = count
sys.argv = [script, "--data", folder, *options]
try:
    runpy.run_path(script, run_name="__main__")
finally:
    Path(counts_file).write_text(json.dumps([list(opened.values()), decoded["photos"]]))
"""


@pytest.fixture
def counts(any_cats, any_weights, tmp_path, empty_cache):
    """Return a function that runs a script and returns how often each file was opened, and how many were decoded."""

    def run(script, *options):
        command = [sys.executable, "-c", COUNT, SCRIPTS / script, tmp_path / "counts", any_cats]
        command += ["--weights", any_weights, "--seed", 1, *options]
        done = subprocess.run(list(map(str, command)), cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads((tmp_path / "counts").read_text())

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
