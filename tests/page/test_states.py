"""What a browser lacks is said, and the page goes on; a newer version of the page is offered; what it looks like."""

import http.server
import json
import os
import re
import threading
from pathlib import Path

import numpy as np
import pytest
from page_visitor import Visitor
from PIL import Image

from catsex.datasets import load_photos
from catsex.evaluation.grouping.alike import find_alike
from catsex.page import site
from catsex.page.server import PageServer
from catsex.photos.exif import EXIF, MAKE, MODEL, TAKEN
from catsex.photos.layouts.reading import read_photos

pytestmark = pytest.mark.slow
SCREENS = [
    (width, height, scheme) for width, height in ((360, 800), (768, 1024), (1280, 900)) for scheme in ("light", "dark")
]


@pytest.fixture(scope="module")
def other_host(page_files, tmp_path_factory):
    """The finished page as files on a plain web server, which a browser is told to find by the name school.example."""
    folder = tmp_path_factory.mktemp("school")
    site.write(page_files, folder)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    yield f"http://school.example:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_opened_by_plain_http_it_says_what_that_costs_and_answers(start_browser, other_host, drawn):
    visitor = Visitor(start_browser("--host-resolver-rules=MAP school.example 127.0.0.1"))
    visitor.open(other_host, permutations=50, seed=1)
    assert not visitor.browser.execute_script("return isSecureContext")
    assert visitor.notices() == {"support.insecure"}
    visitor.show_kinds(drawn)
    visitor.browser.execute_script("document.querySelector('.camera').click()")
    visitor.until(lambda: "only on pages opened by https://" in visitor.text(".trouble"), "a word on the camera")
    assert visitor.text(".trouble h2") == "The camera cannot be used"
    assert "held-out photos right" in visitor.ask()
    assert visitor.violations() == []


def test_without_a_database_it_says_so_and_answers(start_browser, page, drawn):
    visitor = Visitor(start_browser())
    no_database = (
        "Object.defineProperty(self, 'indexedDB', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    visitor.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": no_database})
    visitor.open(page.url, permutations=50, seed=1)
    assert "support.store" in visitor.notices()
    visitor.show_kinds(drawn)
    assert "held-out photos right" in visitor.ask()
    visitor.open(page.url)
    assert not visitor.all(".thumb")


def test_without_a_camera_it_says_so(start_browser, page):
    visitor = Visitor(start_browser("--use-fake-ui-for-media-stream"))
    visitor.open(page.url)
    visitor.browser.execute_script("document.querySelector('.camera').click()")
    visitor.until(lambda: "no camera that the browser can use" in visitor.text(".trouble"), "a word on the camera")
    assert visitor.violations() == []


def test_an_older_browser_without_simd_sorts_photos_and_says_why_it_cannot_ask(start_browser, page, drawn):
    visitor = Visitor(start_browser("--js-flags=--no-enable-sse4-1 --no-enable-ssse3 --no-enable-avx --no-enable-avx2"))
    visitor.open(page.url)
    assert "support.wasm" in visitor.notices()
    visitor.show_kinds(drawn)
    assert not visitor.all("#start")[0].is_enabled()
    assert visitor.saved("project.zip", "#save-project").stat().st_size > 10_000
    assert visitor.violations() == []


def test_groups_are_in_the_saved_project(start_browser, page, drawn):
    visitor = Visitor(start_browser())
    visitor.open(page.url)
    visitor.show_kinds(drawn)
    visitor.click(".select")
    for number in (1, 2, 3):
        visitor.click(f".thumb:nth-child({number})")
    visitor.click("#together")
    visitor.until(lambda: len(visitor.all(".tag:not([hidden])")) == 3, "a group")
    assert visitor.all("input[value=given]")[0].is_selected()
    photos = load_photos(visitor.saved("project.zip", "#save-project"))
    assert photos.class_names == ["discs", "triangles"] and len(photos) == 24
    assert sorted(np.bincount(photos.groups).tolist()) == [1] * 21 + [3]


def test_a_burst_is_kept_together_unless_each_photo_is_said_to_show_another_one(start_browser, page, drawn, tmp_path):
    for kind in ("discs", "triangles"):
        (tmp_path / kind).mkdir()
        for number, path in enumerate(sorted((drawn / kind).iterdir())):
            when = f"2024:05:17 09:{number:02d}:00" if number >= 4 else f"2024:05:17 09:00:{3 * number:02d}"
            exif = Image.Exif()
            exif[MAKE], exif[MODEL] = "Acme", kind
            exif.get_ifd(EXIF)[TAKEN] = when
            Image.open(path).save(tmp_path / kind / path.name, quality="keep", exif=exif)
    visitor = Visitor(start_browser())
    visitor.open(page.url, permutations=20, seed=1)
    visitor.show_kinds(tmp_path)
    visitor.ask()
    assert visitor.text("#bursts h3").startswith("6 pairs of photos were taken within seconds. They are kept together")
    results = json.loads(visitor.saved("results.json", "#save-results").read_text())
    photos = read_photos(tmp_path)
    pairs = find_alike(photos).name(photos.names)["bursts"]
    assert set(map(frozenset, results["bursts"])) == set(map(frozenset, pairs))  # the page has another order
    assert results["groups"]["number"] <= 18 and results["methods"] in visitor.text("#paper")
    assert visitor.all("#groups[open]")  # the times have suggested it
    visitor.click("input[value=none]")
    visitor.ask()
    assert not visitor.all("#bursts")


def test_a_newer_version_is_offered_and_taken(start_browser, page_files):
    visitor, files = Visitor(start_browser()), dict(page_files)
    with PageServer(files) as server:
        server.start()
        visitor.open(server.url)
        visitor.until(lambda: "support.offline" in visitor.notices(), "the page to be kept")
        visitor.open(server.url)
        assert "support.update" not in visitor.notices()
        worker, index = files["service_worker.js"], page_files["index.html"]
        version = worker.split(b"catsex ")[1][:12]
        server.put("service_worker.js", worker.replace(version, b"newer0000000"))
        server.put("index.html", index.replace(b"<footer>", b'<footer id="newer">'))
        visitor.open(server.url)
        visitor.until(lambda: "support.update" in visitor.notices(), "a newer version to be offered")
        assert not visitor.all("#newer")
        visitor.click(".message[data-key='support.update'] button")
        visitor.until(lambda: visitor.all("#newer"), "the newer version")
        server.shutdown()


def newer(files, mark):
    """Return the files of a page whose worker has changed, and with it its own name and that of what names it."""
    files = dict(files)
    for kind in ("look", "page", "service_worker", "index"):
        (name,) = (name for name in files if name.startswith(kind) and name.endswith((".js", ".html")))
        content = files.pop(name)
        content = content if isinstance(content, bytes) else content.read_bytes()
        for other in ("look", "page"):
            content = re.sub(rb"%b-[0-9A-Z]{8}\.js" % other.encode(), b"%b-%b.js" % (other.encode(), mark), content)
        if kind == "service_worker":
            content = re.sub(rb"`catsex .{12}", b"`catsex " + mark + b"0000", content)
        files[re.sub(r"-[0-9A-Z]{8}", f"-{mark.decode()}", name)] = content
        files.pop(f"{name}.br", None)
    return files


def test_a_page_that_is_still_open_goes_on_when_another_tab_takes_a_newer_version(start_browser, page_files):
    def serve(files):
        server.files.clear()
        for name, content in files.items():
            server.put(name, content)

    def take_newer(mark):
        serve(newer(page_files, mark))
        visitor.browser.get(f"{server.url}?tour=no&language=en")
        visitor.until(lambda: "support.update" in visitor.notices(), "a newer version to be offered")
        visitor.click(".message[data-key='support.update'] button")
        visitor.until(lambda: mark.decode() in visitor.browser.page_source, "the newer version")
        visitor.wait("body[data-ready]")

    def fetched(name):
        script = "fetch(arguments[0]).then(found => found.blob()).then(blob => arguments[1](blob.size))"
        return visitor.browser.execute_async_script(script, name)

    visitor = Visitor(start_browser())
    with PageServer(page_files) as server:
        server.start()
        visitor.open(server.url)
        visitor.until(lambda: "support.offline" in visitor.notices(), "the page to be kept")
        first = visitor.browser.current_window_handle
        (look,) = (name for name in page_files if name.startswith("look-") and name.endswith(".js"))
        visitor.browser.switch_to.new_window("tab")
        visitor.open(server.url)
        take_newer(b"SECOND22")
        kept = "caches.keys().then(names => Promise.all(names.map(n => caches.open(n).then(c => c.keys()))))"
        counts = f"const done = arguments[0]; {kept}.then(all => done(all.map(keys => keys.length)))"
        before, now = visitor.browser.execute_async_script(counts)
        assert before == 2 < now  # the page and the worker that have changed; the large files are not kept twice
        assert f"/{look}" not in server.files
        visitor.browser.switch_to.window(first)
        assert fetched(look) == page_files[look].stat().st_size
        visitor.browser.switch_to.window(visitor.browser.window_handles[-1])
        take_newer(b"THIRD333")
        assert len(visitor.browser.execute_async_script(counts)) == 2
        server.shutdown()


def test_what_it_looks_like(start_browser, page, drawn, tmp_path):
    """Six screens of an answer; CATSEX_FIGURES=docs/figures keeps them there."""
    visitor, folder = Visitor(start_browser()), Path(os.environ.get("CATSEX_FIGURES", tmp_path))
    visitor.open(page.url, permutations=1000, seed=1)
    visitor.show_kinds(drawn)
    visitor.ask()
    visitor.browser.execute_script("document.activeElement.blur(); document.querySelector('#messages').remove()")
    visitor.browser.execute_script("for (const picture of document.images) picture.loading = 'eager'")
    loaded = "return [...document.images].every(i => !i.checkVisibility() || i.complete && i.naturalWidth)"
    visitor.until(lambda: visitor.browser.execute_script(loaded), "all pictures to be there")
    ended = "return document.getAnimations().every(animation => animation.playState === 'finished')"
    visitor.until(lambda: visitor.browser.execute_script(ended), "the hill to be drawn")
    for width, height, scheme in SCREENS:
        visitor.look(width, height, scheme)
        path = folder / f"page_{width}_{scheme}.webp"
        # As high as all of it, so that the bar at the foot stands at the foot.
        visitor.look(width, visitor.browser.execute_script("return document.documentElement.scrollHeight"), scheme)
        visitor.picture(path)
        assert 5_000 < path.stat().st_size < 200_000
        assert visitor.wider_than_the_screen() == []
        assert visitor.violations() == []
