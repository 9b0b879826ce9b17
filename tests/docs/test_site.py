"""The documentation as a site: it builds without a warning, and says of every script and public name what there is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import catsex

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built from this checkout."""
    for package in ("mkdocs", "material", "mkdocstrings"):
        pytest.importorskip(package, reason='the site is built with pip install -e ".[docs]"')
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return folder


def text_of(page):
    return re.sub("<[^>]*>", "", page.read_text(encoding="utf-8")).replace("&gt;", ">").replace("&#39;", "'")


def test_every_script_and_option_is_on_it(site):
    text = text_of(site / "scripts" / "index.html")
    for path in (ROOT / "scripts").glob("*.py"):
        assert f"usage: {path.name}" in text
        for option in re.findall(r'add_argument\("(--[\w-]+)"', path.read_text(encoding="utf-8")):
            assert option in text


def test_every_public_name_is_on_it(site):
    text = text_of(site / "python" / "index.html")
    assert all(f"catsex.{name}" in text for name in catsex.__all__)


def test_the_lesson_shows_the_scripts_themselves(site):
    text = text_of(site / "lesson" / "index.html")
    for line in ("model.layers[-2].output", "layer.trainable = False", "include_top=False", "network.predict("):
        assert line in text


def test_no_page_fetches_anything_from_elsewhere(site):
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<(?:script|img|iframe|link)\b[^>]*>", page.read_text(encoding="utf-8")):
            assert not re.search(r'(src|href)="(https?:)?//', tag) or 'rel="canonical"' in tag, (page, tag)
