"""What is installed from a wheel works without the checkout that it was built from."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import catsex

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import sys
from importlib import import_module, resources
import catsex
print(catsex.__file__)
for wing in sys.argv[1:]:
    import_module(f"catsex.{wing}")
for package, name in (
    ("catsex", "py.typed"),
    ("catsex.report", "page.html.jinja"),
    ("catsex.datasets", "cats.sha256"),
    ("catsex", "sentences.en.json"),
):
    assert resources.files(package).joinpath(name).is_file(), name
from catsex.datasets import cats
print(cats.CATS_FOLDER)
print(len(cats.cat_checksums()))
print(catsex.datasets.load_photos().headline)
"""


def pip(*arguments):
    """Run pip; skip the test where it cannot build because setuptools is neither there nor to be had."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=600
    )
    if "No matching distribution found for setuptools" in done.stdout + done.stderr:
        pytest.skip("no setuptools to build a wheel with, and no package index that has it")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of the project, built from a copy of it."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("catsex", "scripts"):
        shutil.copytree(ROOT / name, folder / "copy" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.cfg", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "copy")
    pip("wheel", "--no-deps", "--wheel-dir", folder, folder / "copy")
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder that the wheel is installed in."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def test_wheel_holds_every_file_of_the_package(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("catsex/")}
    files = (path for path in (ROOT / "catsex").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    scripts = {f"catsex/scripts/{path.name}" for path in (ROOT / "scripts").glob("*.py")}
    assert held == {path.relative_to(ROOT).as_posix() for path in files} | scripts


def test_wheel_has_the_scripts_as_a_command(installed, photo_folder, any_weights, tmp_path):
    env = os.environ | {"PYTHONPATH": str(installed), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def catsex_command(*words):
        command = [sys.executable, installed / "bin" / "catsex", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=tmp_path)

    done = catsex_command("train_full", photo_folder, "--weights", any_weights, "--epochs", "2", "--out", "kept")
    assert done.returncode == 0, done.stderr
    assert "40 photos" in done.stdout and "epoch 2/2" in done.stdout
    record = json.loads((tmp_path / "kept" / "results.json").read_text())["record"]
    assert record["script"] == "train_full.py" and str(installed / "catsex" / "scripts") in record["repeat"]


def test_wheel_works_from_another_folder(installed, tmp_path):
    wings = sorted(path.parent.name for path in Path(catsex.__file__).parent.glob("*/__init__.py"))
    env = os.environ | {"PYTHONPATH": str(installed), "XDG_CACHE_HOME": str(tmp_path / "cache"), "CATSEX_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *wings], capture_output=True, text=True, check=False, env=env, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    place, cats_folder, number, headline = done.stdout.splitlines()
    assert place.startswith(str(installed)) and number == "40" and headline.startswith("DEMO: ")
    assert cats_folder == str(tmp_path / "cache" / "catsex" / "cats")
    assert f"put the photos of cats.zip into {cats_folder}" in done.stderr.replace("\n", " ")


def test_an_installed_page_needs_no_node(installed, tmp_path):
    if not (ROOT / "catsex" / "page" / "site" / "index.html").is_file():
        pytest.skip("the page is not built: cd web && npm ci && npm run build")
    env = os.environ | {"PYTHONPATH": str(installed), "PATH": str(tmp_path)}
    program = "from catsex.page import site; print(*sorted(path.name for path in site._built().iterdir()))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = {re.sub(r"-[0-9A-Z]{8}\.", ".", name) for name in done.stdout.split()}
    assert {"index.html", "page.js", "page.js.br", "heads.wasm", "litert_wasm_internal.wasm"} <= found
