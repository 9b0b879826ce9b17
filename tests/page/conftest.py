"""The page served on the loopback, and a real headless Chromium that looks at it."""

import contextlib
import importlib.util
import os
import shutil
import subprocess

import numpy as np
import pytest
from golden import write
from page_visitor import missing

from catsex.datasets import demo
from catsex.errors import CatsexError
from catsex.page import site
from catsex.page.network_file import network_files
from catsex.page.server import PageServer

OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # root may not start Chromium with one
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=en-US",
    "--hide-scrollbars",
)
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@contextlib.contextmanager
def alone():
    """Keep tests that run beside this one from building the page at the same time."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with open(site.SOURCES / ".building", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def litert():
    """What converts the network."""
    if importlib.util.find_spec("ai_edge_litert") is None:
        missing("ai-edge-litert, which converts the network, is not installed")


@pytest.fixture(scope="session")
def network_folder(network, litert, tmp_path_factory):
    """The network's files, converted once for all processes of this run."""
    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    with alone(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place / "cache of the page"))
        return network_files(network)


@pytest.fixture(scope="session")
def page_files(network_folder):
    """The finished page's files, by name."""
    if not shutil.which("node") or not shutil.which("npm"):
        missing("no Node.js with npm, which build the page")
    try:
        with alone():
            return site.site(network_folder)
    except CatsexError as error:
        if not (site.SOURCES / "node_modules" / "esbuild").is_dir():
            missing(f"npm's packages are unavailable: {error}")
        raise


@pytest.fixture(scope="module")
def page(page_files):
    """A server of the page; ends with the module."""
    with PageServer(page_files) as server:
        server.start()
        yield server
        server.shutdown()


@pytest.fixture(scope="session")
def known_photo(any_cats, tmp_path_factory):
    """A photo of 640 x 480 pixels, and a film for Chromium's fake camera that shows it and nothing else."""
    from PIL import Image

    folder = tmp_path_factory.mktemp("camera")
    picture = Image.open(any_cats / "f01.jpg").convert("RGB").resize((640, 480))
    picture.save(folder / "known.png")
    y, cb, cr = (np.asarray(channel) for channel in picture.convert("YCbCr").split())
    # Chromium takes video's narrower range of brightness, and half as many pixels of colour.
    brightness = (16 + y / 255 * 219).round().astype(np.uint8)
    colours = [(128 + (c[::2, ::2].astype(float) - 128) / 255 * 224).round().astype(np.uint8) for c in (cb, cr)]
    frame = b"FRAME\n" + brightness.tobytes() + b"".join(colour.tobytes() for colour in colours)
    (folder / "known.y4m").write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 3)
    return folder / "known.png"


@pytest.fixture(scope="module")
def start_browser(tmp_path_factory):
    """Return a function that starts a headless Chromium with further options; it ends with the module.

    It writes down all it asks for, and saves what it is given in its folder `downloads`.
    """
    for package in ("selenium", "axe_core_python"):
        if importlib.util.find_spec(package) is None:
            missing(f"{package} is not installed")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    names = ("chromium", "chromium-browser", "google-chrome")
    program, driver = next(filter(None, map(shutil.which, names)), None), shutil.which("chromedriver")
    if not program or not driver:
        missing("no Chromium with its chromedriver (Debian: apt-get install chromium chromium-driver)")
    started = []

    def start(*more):
        options = webdriver.ChromeOptions()
        options.binary_location = program
        profile, downloads = tmp_path_factory.mktemp("chromium"), tmp_path_factory.mktemp("downloads")
        for option in (*OPTIONS, *more, f"--user-data-dir={profile}"):
            options.add_argument(option)
        # Without `safebrowsing` a browser that nobody watches asks whether to keep a program.
        preferences = {"download.default_directory": str(downloads), "safebrowsing.enabled": True}
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        browser = webdriver.Chrome(options=options, service=Service(driver))
        browser.set_script_timeout(120)
        browser.downloads = downloads
        started.append(browser)
        return browser

    yield start
    for browser in started:
        browser.quit()


@pytest.fixture(scope="module")
def browser(start_browser, known_photo):
    """A Chromium whose camera sees `known_photo`."""
    return start_browser(*CAMERA, f"--use-file-for-fake-video-capture={known_photo.with_suffix('.y4m')}")


@pytest.fixture(scope="session")
def drawn(tmp_path_factory):
    """A folder with 12 pictures of discs and 12 of triangles, on pieces of the photos that the demo set is cut from."""
    import skimage.data
    from PIL import Image

    folder, rng = tmp_path_factory.mktemp("drawn"), np.random.default_rng(3)
    grounds = [Image.fromarray(getattr(skimage.data, name)()) for name in demo.CUT_FROM]
    for kind in ("discs", "triangles"):
        (folder / kind).mkdir()
        for number in range(1, 13):
            picture = draw(kind, grounds[number % len(grounds)], rng)
            picture.save(folder / kind / f"{kind[:-1]} {number}.jpg", quality=92)
    return folder


def draw(kind, ground, rng):
    """Draw a few shapes on a piece of a photo with its colours exchanged."""
    from PIL import Image, ImageDraw

    width = int(rng.integers(120, 240))
    x, y = int(rng.integers(0, ground.width - width)), int(rng.integers(0, ground.height - width * 3 // 4))
    piece = ground.crop((x, y, x + width, y + width * 3 // 4)).resize((320, 240), Image.Resampling.BICUBIC)
    picture = Image.merge("RGB", [piece.split()[channel] for channel in rng.permutation(3)])
    pen = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(3, 9))):
        colour = tuple(rng.integers(0, 256, 3).tolist())
        x, y, r = (int(rng.integers(*bounds)) for bounds in ((20, 300), (20, 220), (15, 60)))
        if kind == "discs":
            pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)
        else:
            pen.regular_polygon((x, y, r), 3, rotation=int(rng.integers(0, 120)), fill=colour)
    return picture


@pytest.fixture(scope="session")
def npm_test():
    """Return a function that runs web/'s own tests."""

    def run():
        npm = shutil.which("npm")
        return subprocess.run([npm, "test"], cwd=site.SOURCES, capture_output=True, text=True, timeout=600, check=False)

    return run


@pytest.fixture(scope="module")
def golden_folder():
    """The golden files, written anew where web/'s tests look for them."""
    shutil.rmtree(write.FOLDER, ignore_errors=True)
    write.write(write.FOLDER)
    return write.FOLDER
