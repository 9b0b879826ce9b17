import subprocess
import sys
from pathlib import Path

import pytest

import catsex as package

ROOT = Path(__file__).resolve().parents[1]


def catsex(*words, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "catsex", *map(str, words)], capture_output=True, text=True, check=False, cwd=cwd
    )


def test_without_a_name_all_scripts_are_listed_with_what_they_do():
    done = catsex()
    assert done.returncode == 0 and done.stdout == catsex("--help").stdout
    for path in (ROOT / "scripts").glob("*.py"):
        assert f"  {path.stem} " in done.stdout
    assert "  train_full        Train" in done.stdout


def test_a_name_that_is_none_is_wrong_usage():
    done = catsex("evaluat", "my_photos")
    assert done.returncode == 2 and done.stderr == "catsex: no command 'evaluat'; did you mean evaluate?\n"
    assert catsex("xyz").stderr.startswith("catsex: no command 'xyz'; expected one of cats_vs_dogs, ")


def test_help_and_version_are_answered():
    assert catsex("help").stdout == catsex("--help").stdout
    assert catsex("help", "train").stdout.startswith("usage: train.py ")
    assert catsex("--version").stdout == f"catsex {package.__version__}\n"


@pytest.mark.parametrize("words", [["evaluate", "no_such_folder"], ["evaluate", "--data", "no_such_folder"]])
def test_a_name_after_the_scripts_is_its_data(words, tmp_path):
    done = catsex(*words, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "error: no such folder: no_such_folder\n")


def test_options_are_the_scripts_own(tmp_path):
    done = catsex("predict", "--help", cwd=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("usage: predict.py ")
    done = catsex("evaluate", "--sed", "1", cwd=tmp_path)
    assert done.returncode == 2 and "unrecognized arguments: --sed 1; did you mean --seed?" in done.stderr
