"""What the tests run on: real photos and weights where they are, generated ones where they are not.

No test uses the network but for the loopback, unless it is marked `index`. No test touches the user's cache.
"""

import contextlib
import functools
import gc
import http.server
import io
import logging
import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more, in several processes, take the cores from each other

import numpy as np
import pytest

from catsex import downloads
from catsex.datasets import cats
from catsex.errors import DownloadError
from catsex.pretrained import checkpoints, weights

ROOT = Path(__file__).resolve().parents[1]


def pytest_report_header():
    """Say which of the real things the tests will use."""
    there = {
        "photos": (cats.CATS_FOLDER / "m20.jpg").is_file(),
        "weights": (weights.keras_cache() / weights.KERAS_FILE).is_file(),
        "cats and dogs": (Path(os.environ.get("CATSEX_CATS_DOGS", "")) / "train" / "dogs").is_dir(),
        "chromium": all(shutil.which(name) for name in ("chromium", "chromedriver")),
    }
    return "catsex: " + ", ".join(f"{name}: {'real' if is_there else 'none'}" for name, is_there in there.items())


def pytest_configure(config):
    """Let pytest-xdist deal out files in the order of the tests, and not those with few tests last, which take long."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    """Mark what needs the real photos or the real weights, so that `-m "not photos"` leaves it out.

    What runs whole scripts and browsers comes first, so that no process is left alone with it at the end.
    """
    items.sort(key=lambda item: {"scripts", "robustness", "page"}.isdisjoint(item.path.parts))
    asks = functools.cache(lambda path: re.search(r"importorskip|find_spec", path.read_text(encoding="utf-8")))
    for item in items:
        if "real_cats" in item.fixturenames:
            item.add_marker("photos")
        if "real_weights" in item.fixturenames:
            item.add_marker("weights")
        if asks(item.path):
            item.add_marker("extra")


@pytest.fixture(scope="session", autouse=True)
def surroundings(tmp_path_factory):
    """Give the whole session an empty cache, and no network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("CATSEX_OFFLINE", "1")
        yield


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """Give one test a cache folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own cache"))
    return tmp_path / "own cache" / "catsex"


@pytest.fixture(scope="session")
def real_cats():
    """The tutorial's photos, as a PhotoSet."""
    try:
        return cats.open_cats()
    except DownloadError as error:
        pytest.skip(f"the tutorial's photos are not in data/cats (scripts/fetch_cats.py fetches them): {error}")


@pytest.fixture(scope="session")
def real_weights():
    """The path of Keras' own weights with the ImageNet head."""
    path = weights.keras_cache() / weights.KERAS_FILE
    if not path.is_file():
        pytest.skip(f"no {path.name} in KERAS_HOME (any Keras program that uses MobileNetV2 puts it there)")
    return path


@pytest.fixture(scope="session")
def cats_dogs():
    """A folder with train/ and test/, each with cats/ and dogs/."""
    folder = os.environ.get("CATSEX_CATS_DOGS", "")
    if not (Path(folder) / "train" / "dogs").is_dir():
        pytest.skip("CATSEX_CATS_DOGS names no folder with train/ and test/, each with cats/ and dogs/")
    return Path(folder)


@pytest.fixture(scope="session")
def photo_folder(tmp_path_factory):
    """A folder of 40 generated photos, f01.jpg … f20.jpg and m01.jpg … m20.jpg, of various sizes."""
    import imageio.v3 as iio

    folder = tmp_path_factory.mktemp("generated photos")
    rng = np.random.default_rng(0)
    for sex in "fm":
        for number in range(1, 21):
            height, width = rng.integers(40, 120, 2)
            coarse = rng.integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
            pixels = coarse.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
            iio.imwrite(folder / f"{sex}{number:02d}.jpg", pixels)
    return folder


@pytest.fixture(scope="session")
def stand_in_weights(tmp_path_factory):
    """A weights file of a network that was never trained, but finds scikit-image's cat to be one."""
    import h5py
    import keras
    from skimage.data import chelsea

    from catsex.network.model import frozen_part
    from catsex.photos.preprocessing import preprocess

    keras.utils.set_random_seed(0)
    model = weights.build()
    features = np.asarray(frozen_part(model)(preprocess(chelsea())[None]))[0]  # (1280,)
    kernel = np.random.default_rng(0).normal(0, 0.01, (1280, 1000)).astype(np.float32)
    kernel[:, 285] = features / np.dot(features, features) * 10
    model.layers[-1].set_weights([kernel, np.zeros(1000, np.float32)])
    path = tmp_path_factory.mktemp("weights") / "stand_in.h5"
    with h5py.File(path, "w") as file:
        checkpoints.write(file, model.layers)
    return path


@pytest.fixture(scope="session")
def any_weights(stand_in_weights):
    """Keras' own weights where they are, else the stand-in."""
    path = weights.keras_cache() / weights.KERAS_FILE
    return path if path.is_file() else stand_in_weights


@pytest.fixture(scope="session")
def any_cats(photo_folder):
    """The folder of the tutorial's photos where they are, else that of the generated ones."""
    return cats.CATS_FOLDER if (cats.CATS_FOLDER / "m20.jpg").is_file() else photo_folder


@pytest.fixture(scope="session")
def network(any_weights):
    """A loaded MobileNetV2, with whatever weights there are."""
    return weights.load_mobilenet(any_weights)


@pytest.fixture(scope="module")
def real_source(photo_folder, any_weights):
    """Eight generated photos and MobileNetV2 at 96 pixels."""
    from catsex.evaluation.comparing.out_of_fold import Source
    from catsex.photos.layouts.reading import read_photos
    from catsex.pretrained.networks import load_keras_network

    photos = read_photos(photo_folder).subset(np.arange(40) % 5 == 0)
    return Source(photos, lambda: load_keras_network("MobileNetV2", 96, any_weights), cache=False)


@pytest.fixture(scope="session")
def run_script(tmp_path_factory):
    """Return a function that runs a script as a user would and returns what it printed and its exit status.

    Unless told otherwise it runs in a folder of its own, where the record of the run is then left.
    """

    def run(name, *arguments, timeout=600, cwd=None, root=ROOT, **environment):
        env = os.environ | ({} if root == ROOT else {"PYTHONPATH": str(root)}) | environment
        env = {key: value for key, value in env.items() if value is not None}
        return subprocess.run(
            [sys.executable, str(root / "scripts" / name), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=cwd or tmp_path_factory.mktemp("working folder"),
            env=env,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def run_here(tmp_path_factory):
    """Return a function that runs a script as Jupyter does, in this process: without loading TensorFlow once more.

    It takes a folder and environment variables, and returns what a process would; `run_script` is for what only a
    process of its own shows.
    """
    fonts = os.environ.get("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))

    def run(name, *arguments, cwd=None, **environment):
        out, err = io.StringIO(), io.StringIO()
        command = [str(ROOT / "scripts" / name), *map(str, arguments)]
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(cwd or tmp_path_factory.mktemp("working folder"))
            patch.setattr(sys, "argv", command)
            patch.setenv("MPLCONFIGDIR", fonts)
            patch.setattr(logging.getLogger(), "handlers", [])  # as if nobody had set up any
            for key, value in environment.items():
                patch.delenv(key, raising=False) if value is None else patch.setenv(key, value)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
                runpy.run_path(command[0], run_name="__main__")
        gc.unfreeze()
        return subprocess.CompletedProcess(command, ended.value.code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def clone(tmp_path):
    """A copy of the project without any photo in it, as `git clone` makes it."""
    folder = tmp_path / "clone"
    for part in ("catsex", "scripts"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "data" / "cats").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "cats" / "README.md", folder / "data" / "cats")
    return folder


@pytest.fixture
def online(monkeypatch):
    """Allow one test the loopback."""
    monkeypatch.delenv("CATSEX_OFFLINE")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def impatient(online, monkeypatch):
    """Allow one test the loopback, and make its patience short: for servers that never answer."""
    monkeypatch.setattr(downloads, "CONNECT_SECONDS", 0.5)
    monkeypatch.setattr(downloads, "STALL_SECONDS", 0.5)


class Site:
    """A web server on the loopback.

    Attributes
    ----------
    url : str
        Its address, without a slash at the end.
    pages : dict of str to bytes or callable
        What it answers to each path: content, or a function of (request handler, event set when the site closes).
    asked : list of str
        The paths that it was asked for.
    """

    def __init__(self):
        self.pages, self.asked, self.closing = {}, [], threading.Event()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                page = site.pages.get(self.path)
                if page is None:
                    self.send_error(404)
                elif callable(page):
                    page(self, site.closing)
                else:
                    self.send_response(200)
                    self.send_header(
                        "Content-Type", "text/html" if page.startswith(b"<") else "application/octet-stream"
                    )
                    self.send_header("Content-Length", str(len(page)))
                    self.end_headers()
                    self.wfile.write(page)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # the client went away, as many tests want it to

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site():
    """A web server on the loopback."""
    with Site() as site:
        yield site


def pytest_addoption(parser):
    """Offer the long versions of the tests that try many things."""
    parser.addoption("--thorough", action="store_true", help="run fuzzing and killing tests at full length")


@pytest.fixture
def thorough(request):
    """Whether to run at full length."""
    return request.config.getoption("--thorough")
