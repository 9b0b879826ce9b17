"""Odd surroundings: no home, a read-only folder, strange names, many processes at once, Ctrl-C."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


def everything_below(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def arguments(folder, weights, results):
    return ["--data", folder, "--weights", weights, "--seed", 1, "--epochs", 2, "--no-record", "--json", results]


def test_names_with_spaces_and_letters_of_any_language(run_script, photo_folder, any_weights, tmp_path):
    folder = tmp_path / "my photos, größer 猫"
    shutil.copytree(photo_folder, folder / "Ünter")
    results = folder / "ergebnis ✓.json"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run_script(
        "train_validate.py",
        *arguments(folder / "Ünter", any_weights, results),
        cwd=elsewhere,
        XDG_CACHE_HOME=str(folder / "cache"),
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(results.read_text())["data"] == "Ünter"
    assert list(elsewhere.iterdir()) == []
    written = {path.relative_to(folder).parts[0] for path in everything_below(folder)}
    assert written == {"Ünter", "cache", "ergebnis ✓.json"}


def test_no_home_and_no_cache_cost_speed_and_not_the_run(run_script, photo_folder, any_weights, tmp_path):
    results = tmp_path / "results.json"
    done = run_script(
        "train_validate.py",
        *arguments(photo_folder, any_weights, results),
        HOME=None,
        XDG_CACHE_HOME="/dev/null/nowhere",
        KERAS_HOME=str(tmp_path / "keras"),
    )
    assert done.returncode == 0, done.stderr
    assert results.exists()
    assert len(re.findall("feature cache", done.stderr)) == 1


def test_many_runs_at_once_share_one_empty_cache(photo_folder, any_weights, tmp_path, thorough):
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    runs = []
    for number in range(8 if thorough else 2):
        options = arguments(photo_folder, any_weights, tmp_path / f"{number}.json")
        command = [sys.executable, SCRIPTS / "train_validate.py", *options]
        runs.append(subprocess.Popen([str(part) for part in command], env=env, stderr=subprocess.PIPE, text=True))
    for run in runs:
        _, problems = run.communicate(timeout=300)
        assert (run.returncode, problems) == (0, "")
    results = [json.loads((tmp_path / f"{number}.json").read_text()) for number in range(len(runs))]
    assert all(result == results[0] for result in results)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is not a signal here")
@pytest.mark.parametrize("seconds", [0, 3])
def test_ctrl_c_is_one_line(photo_folder, any_weights, seconds):
    options = ["--data", photo_folder, "--weights", any_weights, "--epochs", 100_000, "--no-record"]
    command = [str(part) for part in [sys.executable, "-u", SCRIPTS / "train_full.py", *options]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline().startswith("40 photos")
        time.sleep(seconds)
        run.send_signal(signal.SIGINT)
        _, problems = run.communicate(timeout=60)
    assert run.returncode == 130
    assert problems == "stopped\n"
