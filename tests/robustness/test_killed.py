"""Kill a process at any moment: the next one succeeds, and nothing half-written is ever left.

A few moments here; 30 of each kind with `pytest --thorough tests/robustness/test_killed.py`.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes cannot be killed like this here"),
]

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

FETCH = """
import sys
from pathlib import Path
from catsex.datasets import cats
cats.CHECKSUMS = Path(sys.argv[1] + ".sha256")
cats.fetch_cats([sys.argv[2]], Path(sys.argv[1]))
"""

FILL_CACHE = """
import sys
import numpy as np
from catsex.network.feature_cache import FeatureCache
cache = FeatureCache("network", 1280)
for number in range(40):
    keys = [bytes([number, other]) for other in range(32)]
    cache.put(keys, np.full((32, 1280), number, np.float32))
cache.close()
"""

CHECK_CACHE = """
from catsex.network.feature_cache import FeatureCache
cache = FeatureCache("network", 1280)
for number in range(40):
    for other in range(32):
        found = cache.get(bytes([number, other]))
        assert found is None or (found == number).all()
"""


def run_killed(command, seconds, env, cwd):
    """Start a command, kill it after some time, and return whether it was still running."""
    with subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return True


def leftovers(*folders):
    """Return the temporary files below some folders."""
    return [path for folder in folders for pattern in (".catsex-*", "*-journal") for path in folder.rglob(pattern)]


def kill_and_run_again(command, env, moments, check, cwd):
    """Kill a command at seeded moments of its usual run, run it again each time, and check what it leaves.

    A single moment is not worth finding out how long a run takes: it comes within the first four seconds.
    """
    usual = 4
    if moments > 1:
        started = time.monotonic()
        subprocess.run(command, env=env, cwd=cwd, check=True, capture_output=True)
        usual = time.monotonic() - started
    dice = random.Random(0)
    killed = 0
    for _ in range(moments):
        killed += run_killed(command, dice.uniform(0.3, 1) * usual, env, cwd)
        again = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stderr
        check()
    assert killed > 0 or moments < 5


@pytest.fixture
def env(tmp_path):
    return os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def slowly(content):
    """Return a page that takes its time, so that many a moment falls into the download."""

    def prediction(handler, closing):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        step = len(content) // 20 + 1
        for start in range(0, len(content), step):
            handler.wfile.write(content[start : start + step])
            closing.wait(0.02)

    return prediction


def test_downloading_photos(tmp_path, photo_folder, env, thorough, site):
    folder, archive = tmp_path / "cats", tmp_path / "cats.zip"
    folder.mkdir()
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in photo_folder.iterdir()}
    (tmp_path / "cats.sha256").write_text("".join(f"{checksum}  {name}\n" for name, checksum in sums.items()))
    with zipfile.ZipFile(archive, "w") as file:
        for path in photo_folder.iterdir():
            file.write(path, f"cats/{path.name}")

    def check():
        assert {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.glob("*.jpg")} == sums
        assert leftovers(tmp_path) == []
        for path in folder.glob("*.jpg"):
            path.unlink()

    site.pages["/cats.zip"] = slowly(archive.read_bytes())
    command = [sys.executable, "-c", FETCH, str(folder), f"{site.url}/cats.zip"]
    env |= {"CATSEX_OFFLINE": "", "no_proxy": "127.0.0.1"}
    kill_and_run_again(command, env, 30 if thorough else 4, check, tmp_path)


def test_filling_the_feature_cache(tmp_path, env, thorough):
    def check():
        done = subprocess.run([sys.executable, "-c", CHECK_CACHE], env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert leftovers(tmp_path) == []
        (tmp_path / "cache" / "catsex" / "features.sqlite3").unlink()

    kill_and_run_again([sys.executable, "-c", FILL_CACHE], env, 30 if thorough else 4, check, tmp_path)


def test_a_whole_run(tmp_path, photo_folder, any_weights, env, thorough):
    """The demo set, features, a saved model, results and a record, all from an empty cache."""
    results, runs, model = tmp_path / "results.json", tmp_path / "runs", tmp_path / "model.keras"
    command = [sys.executable, str(SCRIPTS / "train_validate.py"), "--data", str(photo_folder)]
    command += ["--weights", str(any_weights), "--seed", "1", "--json", str(results)]
    command += ["--save", str(model)]
    numbers = []

    def check():
        numbers.append({key: value for key, value in json.loads(results.read_text()).items() if key != "seconds"})
        assert zipfile.ZipFile(model).testzip() is None
        for record in runs.iterdir():
            assert json.loads((record / "results.json").read_text())["seed"] == 1
        assert leftovers(tmp_path) == []
        for path in (results, model, tmp_path / "cache" / "catsex" / "features.sqlite3"):
            path.unlink()
        shutil.rmtree(runs)

    kill_and_run_again(command, env, 30 if thorough else 1, check, tmp_path)
    assert all(again == numbers[0] for again in numbers)
