"""Odd surroundings: no home, a read-only folder, strange names, many processes at once, Ctrl-C."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


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


def can_mount(folder, *options):
    """Mount a file system in memory on a new folder, and return whether that is allowed."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    return sys.platform == "linux" and subprocess.run(command, capture_output=True, check=False).returncode == 0


def mount(folder, *options):
    """Mount a file system in memory on a new folder; skip the test where that is not allowed."""
    if not can_mount(folder, *options):
        pytest.skip("no file system can be mounted here")


@pytest.fixture
def disk(tmp_path):
    """The place of a disk to be mounted, which is unmounted in the end."""
    folder = tmp_path / "disk"
    yield folder
    subprocess.run(["umount", str(folder)], capture_output=True, check=False)


def test_a_read_only_home_and_folder_cost_the_record_and_not_the_run(run_script, photo_folder, any_weights, disk):
    mount(disk, "ro")
    nowhere = {"HOME": str(disk), "XDG_CACHE_HOME": None, "KERAS_HOME": None, "MPLCONFIGDIR": None}
    options = ["--data", photo_folder, "--weights", any_weights, "--seed", 1, "--epochs", 2]
    done = run_script("train_validate.py", *options, cwd=disk, **nowhere)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("These are too few photos to tell learning from chance")
    cache, *alike, record = done.stderr.splitlines()
    assert cache.startswith("Going on without the feature cache")
    assert all("held-out photos are near-duplicates of" in line for line in alike)  # to an untrained network
    assert record == "No record of this run: runs: Read-only file system"
    done = run_script("train_validate.py", *options, "--save", "model.keras", cwd=disk, **nowhere)
    assert done.returncode == 2
    assert "model.keras cannot be written" in done.stderr.splitlines()[-1]


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


def run_on_a_disk(disk, photos, weights, *launcher):
    """Run a script that writes a cache, a model, results and a record to a disk, and check what it left there."""
    (disk / "results.json").write_text('"old"')
    places = ["--save", disk / "model.keras", "--json", disk / "results.json", "--out", disk / "record"]
    training = ["--data", photos, "--weights", weights, "--seed", 1, "--epochs", 2]
    command = [*launcher, *map(str, [sys.executable, SCRIPTS / "train_validate.py", *training, *places])]
    env = os.environ | {"XDG_CACHE_HOME": str(disk / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=600)
    assert "Traceback" not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == done.returncode <= 1
    if (disk / "model.keras").exists():
        assert zipfile.ZipFile(disk / "model.keras").testzip() is None
    assert isinstance(json.loads((disk / "results.json").read_text()), dict) == (done.returncode == 0)
    if (disk / "record").exists():
        assert json.loads((disk / "record" / "results.json").read_text())["seed"] == 1
        assert {"results.json", "history.csv"} <= {path.name for path in (disk / "record").iterdir()}
    assert list(disk.rglob(".catsex-*")) == []
    return done


# In kB: for not even a cache; for no model; for hardly a model; for all but the record; for all.
@pytest.mark.parametrize("room", [4, 300, 6_000, 9_600, 9_740, 9_800, 14_000])
def test_a_full_disk_leaves_nothing_half_written(room, disk, photo_folder, any_weights, thorough):
    if room != 300 and not thorough:
        pytest.skip("with --thorough")
    mount(disk, f"size={room}k")
    done = run_on_a_disk(disk, photo_folder, any_weights)
    if room <= 6_000:
        assert done.returncode == 1
    if room == 14_000:
        assert (done.returncode, done.stderr.splitlines()[:-1]) == (0, [])


@pytest.mark.parametrize("blocks", [200, 2000])
def test_files_that_may_not_grow_are_not_left_half_written(blocks, tmp_path, disk, photo_folder, any_weights, thorough):
    """The same where no disk can be mounted: the system allows no larger files."""
    if not thorough and (blocks != 200 or can_mount(disk, "size=300k")):
        pytest.skip("with --thorough, or where no disk can be mounted")
    tmp_path = tmp_path / "files"
    tmp_path.mkdir()
    done = run_on_a_disk(tmp_path, photo_folder, any_weights, "sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh")
    assert done.returncode == 1
    assert not (tmp_path / "model.keras").exists()


def test_many_runs_at_once_share_one_empty_cache(photo_folder, any_weights, tmp_path, thorough):
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    runs = []
    for number in range(8 if thorough else 2):
        options = arguments(photo_folder, any_weights, tmp_path / f"{number}.json")
        command = [sys.executable, SCRIPTS / "train_validate.py", *options]
        runs.append(subprocess.Popen([str(part) for part in command], env=env, stderr=subprocess.PIPE, text=True))
    for run in runs:
        _, problems = run.communicate(timeout=600)
        # To an untrained network all photos look nearly the same, so there is a notice.
        said = [line for line in problems.splitlines() if "held-out photos are near-duplicates of" not in line]
        assert (run.returncode, said) == (0, [])
    results = [json.loads((tmp_path / f"{number}.json").read_text()) for number in range(len(runs))]
    assert all(result == results[0] for result in results)


# A job in the background, as these tests may be, is deaf to Ctrl-C.
LISTENING = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is not a signal here")
@pytest.mark.parametrize("seconds", [0, 3])
def test_ctrl_c_is_one_line(photo_folder, any_weights, seconds):
    options = ["--data", photo_folder, "--weights", any_weights, "--epochs", 100_000, "--no-record"]
    command = [str(part) for part in [sys.executable, "-u", SCRIPTS / "train_full.py", *options]]
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout.readline().startswith("40 photos")
        time.sleep(seconds)
        run.send_signal(signal.SIGINT)
        _, problems = run.communicate(timeout=600)
    assert run.returncode == 130
    assert problems == "stopped\n"
