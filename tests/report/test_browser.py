"""The page in a real browser: quiet, still, as wide as the screen, and open to a screen reader."""

import json
import shutil
from dataclasses import replace

import pytest
from sample_records import HOSTILE, evaluation, many, sanity, training

from catsex.evaluation import splits
from catsex.photos.layouts import reading
from catsex.report import page

pytestmark = pytest.mark.slow

selenium = pytest.importorskip("selenium", reason="selenium, which drives a browser, is not installed")
axe = pytest.importorskip("axe_core_python", reason="axe-core, which judges accessibility, is not installed")

SERIOUS = ("serious", "critical")  # what axe-core calls them
OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # root may not start Chromium with one
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless Chromium that writes down what it asks for and what it complains about."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    names = ("chromium", "chromium-browser", "google-chrome")
    program, driver = next(filter(None, map(shutil.which, names)), None), shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no Chromium with its chromedriver (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def pages(photo_folder, tmp_path_factory):
    """The pages of all kinds of runs, as files."""
    photos = reading.read_photos(photo_folder)
    gone = sanity(photos, with_head=False)
    gone["photos"][0]["path"] += " is gone"
    records = {
        "evaluation": evaluation(photos),
        "validation": training(photos, splits.last_of_each_class(photos.labels)),
        "sanity": gone,
        "hostile": evaluation(many(photo_folder, 40, HOSTILE)),
        "demo": training(replace(photos, name="demo", is_demo=True)),
    }
    folder = tmp_path_factory.mktemp("pages")
    for name, record in records.items():
        (folder / f"{name}.html").write_text(page.draw(record)[page.PAGE])
    return folder


def look_at(browser, page, width, scheme):
    """Open a page on a screen of some width, in light or dark; return the addresses that the browser asked for."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(page.as_uri())
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]


@pytest.mark.parametrize("name", ["evaluation", "validation", "sanity", "hostile", "demo"])
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_a_browser_has_nothing_to_complain_about(browser, pages, name, width, scheme):
    asked = look_at(browser, pages / f"{name}.html", width, scheme)
    assert asked[0].startswith("file:")
    assert all(address.startswith("data:") for address in asked[1:])
    assert browser.get_log("browser") == []
    assert browser.execute_script("return innerWidth") == width
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    images = browser.execute_script(
        "return [...document.images].map(image => [image.complete && image.naturalWidth > 0, image.alt.length])"
    )
    assert images
    assert all(shown and alt > 10 for shown, alt in images)


@pytest.mark.parametrize("name", ["evaluation", "validation", "sanity", "hostile", "demo"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(browser, pages, name, scheme):
    from axe_core_python.selenium import Axe

    look_at(browser, pages / f"{name}.html", 390, scheme)
    found = Axe().run(browser)["violations"]
    serious = [(item["id"], node["html"]) for item in found for node in item["nodes"] if item["impact"] in SERIOUS]
    assert serious == []


def test_the_checks_themselves_see_what_is_wrong(browser, tmp_path):
    """Without this one, a browser that runs nothing would pass."""
    from axe_core_python.selenium import Axe

    page = tmp_path / "wrong.html"
    page.write_text(
        "<!DOCTYPE html><html><title>x</title><img src='http://127.0.0.1:9/x.png' style='width: 600px'>"
        "<p style='color: #ccc; background: #fff'>hardly to be seen</p><script>console.error('no')</script></html>"
    )
    asked = look_at(browser, page, 390, "light")
    assert "http://127.0.0.1:9/x.png" in asked
    assert browser.get_log("browser")
    assert browser.execute_script("return document.documentElement.scrollWidth") > 390
    found = {item["id"] for item in Axe().run(browser)["violations"] if item["impact"] in SERIOUS}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found


def test_a_dark_page_has_dark_figures(browser, pages):
    """The figures are images in the page, and must follow the reader's device all the same."""
    import base64

    import imageio.v3 as iio

    brightness = {}
    for scheme in ("light", "dark"):
        look_at(browser, pages / "evaluation.html", 1280, scheme)
        shape = browser.execute_script(
            "let b = document.querySelector('figure img').getBoundingClientRect();"
            "return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height, scale: 1}"
        )
        picture = browser.execute_cdp_cmd("Page.captureScreenshot", {"clip": shape, "captureBeyondViewport": True})
        brightness[scheme] = iio.imread(base64.b64decode(picture["data"]))[..., :3].mean()
    assert brightness["light"] > 200
    assert brightness["dark"] < 70
