"""One whole visit in a real browser: show, ask, doubt, try, take, come back; each test goes on from the one before."""

import base64
import json
import re
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
from page_visitor import Visitor

from catsex.datasets.load import load_photos
from catsex.evaluation import protocol
from catsex.network import features
from catsex.network.model import frozen_part
from catsex.photos.decoding import images
from catsex.photos.preprocessing import preprocess

pytestmark = pytest.mark.slow
PERMUTATIONS = 200


@pytest.fixture(scope="module")
def visitor(browser, page):
    browser.get("about:blank")
    time.sleep(1)
    browser.get_log("performance")  # what the browser's own new tab has asked for
    visitor = Visitor(browser)
    visitor.open(page.url, permutations=PERMUTATIONS, seed=1)
    return visitor


@pytest.fixture(scope="module")
def answered(visitor, any_cats):
    """The visitor, who has asked about the 40 photos; and the sentence that was the answer."""
    visitor.show(any_cats)
    return visitor, visitor.ask()


@pytest.fixture(scope="module")
def in_python(network, any_cats):
    """The photos and their features, as Python reads them."""
    photos = load_photos(any_cats)
    return photos, features.extract(frozen_part(network.model), photos.paths)


def test_an_empty_page_is_accessible_and_asks_for_photos(visitor):
    assert visitor.violations() == []
    assert not visitor.all("#start")[0].is_enabled()
    assert "at least 5 photos" in visitor.text("#status")


def test_the_page_sees_in_photos_what_python_sees(answered, in_python):
    visitor, _ = answered
    photos, expected = in_python
    kept = visitor.stored()
    assert [photo["name"] for photo in kept] == [path.name for path in photos.paths]
    assert np.abs(np.array([photo["features"] for photo in kept]) - expected).max() < 1e-4


def test_the_verdict_is_that_of_python(answered, in_python):
    """With other random numbers: the same accuracy but for the luck of ten times five folds."""
    visitor, sentence = answered
    results = protocol.evaluate(*in_python, seed=1, permutations=PERMUTATIONS)
    assert sentence.endswith(").") and "held-out photos right (95 % interval" in sentence
    accuracy = float(sentence.split(": ")[1].split(" %")[0]) / 100
    assert accuracy == pytest.approx(results["accuracy"], abs=0.06)
    assert len(visitor.all("#answered svg")) == 2


def test_while_it_asks_it_is_accessible_and_can_be_stopped(answered, page):
    visitor, _ = answered
    visitor.open(page.url, permutations=20000, seed=1)
    visitor.wait_for_photos(40)
    visitor.click("#start")
    visitor.until(lambda: visitor.all("#ask figure svg rect"), "the histogram of luck")
    assert visitor.violations() == []
    assert "left" in visitor.text("#status")
    visitor.click("#stop")
    visitor.until(lambda: "Stopped" in visitor.text("#status"), "a stop")
    visitor.open(page.url, permutations=PERMUTATIONS, seed=1)
    visitor.wait_for_photos(40)
    visitor.ask()


def test_the_keyboard_alone_asks_and_selects(answered):
    visitor, sentence = answered
    visitor.browser.execute_script("document.activeElement.blur()")
    visitor.tab_to(".thumb")
    visitor.press(" ")
    assert visitor.all(".thumb[aria-pressed=true]")
    visitor.press(" ")
    visitor.tab_to("#start")
    old = visitor.all("#sentence")
    visitor.press("\ue007")
    visitor.until(lambda: visitor.all("#sentence") != old, "an answer")
    visitor.until(lambda: not visitor.all("#stop")[0].is_displayed(), "the end")
    assert visitor.text("#sentence") == sentence  # the same seed, the same answer
    assert visitor.browser.execute_script("return document.activeElement.id") == "start"
    visitor.tab_to("#new")
    visitor.tab_to("#save-results")


def test_printed_it_is_a_page_to_hand_in(answered):
    visitor, _ = answered
    pdf = base64.b64decode(visitor.browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert 1 <= len(re.findall(rb"/Type /Page\b", pdf)) <= 3
    visitor.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert visitor.all("#sentence")[0].is_displayed() and visitor.all(".printed")[0].is_displayed()
    assert "20 female, 20 male. Asked on" in visitor.text(".printed")
    for selector in ("#photos", "#try", "#take", "#start"):
        assert not visitor.all(selector)[0].is_displayed()
    visitor.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_is_accessible(answered, scheme):
    visitor, _ = answered
    visitor.look(1280, 900, scheme)
    assert visitor.violations() == []


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(answered, width):
    visitor, _ = answered
    visitor.look(width, 900, "light")
    assert visitor.browser.execute_script("return document.documentElement.scrollWidth") <= width
    visitor.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_known_photo_is_known(answered, any_cats):
    visitor, _ = answered
    shares, nearest, strange = visitor.attempt(any_cats / "f01.jpg")
    assert nearest > 0.999 and not strange
    assert sum(shares) == pytest.approx(1)


def test_noise_is_strange(answered, tmp_path, real_weights):
    """Only with real weights: to an untrained network noise looks much like any photo."""
    visitor, _ = answered
    import imageio.v3 as iio

    noise = np.random.default_rng(0).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    iio.imwrite(tmp_path / "noise.png", noise)
    assert visitor.attempt(tmp_path / "noise.png")[2]
    assert "none of your photos" in visitor.text("#answer")


def test_a_heat_map_shows_what_spoke_for_it(answered, any_cats):
    visitor, _ = answered
    visitor.attempt(any_cats / "m01.jpg")
    visitor.click("#heat")
    script = (
        "const c = document.querySelector('.seen canvas'); return [...c.getContext('2d').getImageData(0, 0, 7, 7).data]"
    )
    heat = np.array(visitor.browser.execute_script(script)).reshape(49, 4)
    assert visitor.all(".seen canvas")[0].is_displayed()
    assert heat[:, 0].max() > 200 and heat[:, 0].min() < 60  # from yellow to violet
    assert visitor.violations() == []
    visitor.click("#heat")


def test_a_saved_model_gives_the_pages_numbers(answered, any_cats):
    from ai_edge_litert.interpreter import Interpreter

    visitor, _ = answered
    path = any_cats / "f02.jpg"
    shares, _, _ = visitor.attempt(path)
    model = Interpreter(str(visitor.saved("model.tflite", "#save-model")))
    model.allocate_tensors()
    assert len(model.get_output_details()) == 1
    model.set_tensor(model.get_input_details()[0]["index"], preprocess(images.read_image(path))[None])
    model.invoke()
    found = model.get_tensor(model.get_output_details()[0]["index"])[0]
    assert np.abs(found - shares).max() < 1e-5
    with zipfile.ZipFile(visitor.browser.downloads / "model.tflite") as file:
        assert json.loads(file.read("catsex.json"))["class_names"] == ["female", "male"]


def test_the_example_gives_the_pages_numbers(answered, any_cats):
    visitor, _ = answered
    path = any_cats / "f02.jpg"
    shares, _, _ = visitor.attempt(path)
    example = visitor.saved("example.py", "#save-example")
    done = subprocess.run(
        [sys.executable, str(example), str(path)],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=example.parent,
        check=True,
    )
    lines = [line.split("  ") for line in done.stdout.splitlines()]
    assert [name for _, name in lines] == ["female", "male"]
    assert np.abs(np.array([float(share) for share, _ in lines]) - shares).max() < 1e-5


def test_the_saved_numbers_are_drawn_by_report_py(answered, run_script, tmp_path):
    visitor, sentence = answered
    path = visitor.saved("results.json", "#save-results")
    assert json.loads(path.read_text())["sentence"] == sentence
    (tmp_path / "run").mkdir()
    path.rename(tmp_path / "run" / "results.json")
    done = run_script("report.py", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert sentence.split(":")[0] in (tmp_path / "run" / "report.html").read_text()


def test_a_saved_project_is_data_for_python(answered, tmp_path):
    visitor, _ = answered
    with zipfile.ZipFile(visitor.saved("project.zip", "#save-project")) as file:
        assert file.testzip() is None
        file.extractall(tmp_path)
    photos = load_photos(tmp_path)
    assert photos.class_names == ["female", "male"]
    assert len(photos) == 40


def test_photos_are_moved_with_a_warning_and_back_by_undo(answered):
    visitor, _ = answered
    assert "Decide by looking" in visitor.text("#warning")
    suspect = visitor.all(".suspect")
    if not suspect:
        pytest.skip("no photo is mostly wrong")
    suspect[0].find_elements("css selector", "button")[1].click()
    visitor.until(
        lambda: sorted(len(k.find_elements("css selector", ".thumb")) for k in visitor.all(".kind")) == [19, 21],
        "a move",
    )
    assert visitor.all("#ask .warning")[0].is_displayed()
    visitor.ask()
    assert "After an earlier answer 1 photo was moved" in visitor.text("#answered")
    visitor.click("#undo")
    visitor.until(
        lambda: [len(k.find_elements("css selector", ".thumb")) for k in visitor.all(".kind")] == [20, 20], "undo"
    )


def test_files_that_are_no_photos_are_named_and_skipped(visitor, answered, tmp_path):
    (tmp_path / "letter.jpg").write_text("Dear Sir")
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(30))
    visitor.drop(0, sorted(tmp_path.iterdir()))
    visitor.until(lambda: "4 files were left out" in visitor.text("#trouble"), "the files to be named")
    said = visitor.text("#trouble")
    assert "letter.jpg is not a photo" in said
    assert "phone.heic is in Apple’s format HEIC" in said and "Most Compatible" in said
    assert "empty.png is empty" in said
    assert "cut.png is damaged" in said
    assert len(visitor.all(".thumb")) == 40


def test_the_camera_sees_what_is_held_before_it(visitor, answered, known_photo):
    visitor.choose(".kind input[type=file]", known_photo)
    visitor.wait_for_photos(41)
    visitor.browser.execute_script("document.querySelectorAll('.kind button')[0].click()")
    visitor.wait("dialog[open]")
    assert visitor.violations() == []
    visitor.until(
        lambda: visitor.browser.execute_script("return document.querySelector('dialog video').videoWidth") == 640,
        "the camera",
    )
    visitor.browser.execute_script("document.querySelector('#shoot').click()")  # as by the keyboard: one photo
    visitor.wait_for_photos(42)
    visitor.click("#close-camera")
    kept = visitor.stored()
    shot = next(photo for photo in kept if photo["name"].startswith("camera "))
    known = next(photo for photo in kept if photo["name"] == "known.png")
    a, b = np.array(shot["features"]), np.array(known["features"])
    assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.98
    for name in (shot["name"], "known.png"):
        visitor.browser.execute_script(
            "[...document.querySelectorAll('.thumb')].find(t => t.title === arguments[0]).click()", name
        )
    visitor.browser.execute_script(
        "[...document.querySelectorAll('#tools button')].find(b => b.textContent === 'Leave out').click()"
    )
    visitor.wait_for_photos(40)


def test_german_is_spoken(visitor, answered, page):
    visitor.open(page.url, permutations=PERMUTATIONS, seed=1, language="de")
    visitor.wait_for_photos(40)
    assert visitor.browser.execute_script("return document.documentElement.lang") == "de"
    assert "der zurückgehaltenen Fotos richtig (95-%-Intervall" in visitor.ask()
    assert visitor.violations() == []


def test_nothing_was_asked_of_anybody_else(visitor, answered, page):
    """All that the browser has sent until now: GET, to this server, without a body."""
    visitor.listen()
    assert len(visitor.requests) > 10
    for request in visitor.requests:
        assert request["method"] == "GET" and not request.get("hasPostData"), request["url"]
        assert request["url"].startswith((page.url, f"blob:{page.url}", "data:")), request["url"]
    assert visitor.complaints == []


def test_the_page_works_with_the_server_gone(visitor, answered, page, any_cats):
    visitor.until(
        lambda: visitor.browser.execute_async_script(
            "navigator.serviceWorker.ready.then(r => arguments[0](r.active.state === 'activated'))"
        ),
        "the page to be kept",
    )
    page.shutdown()
    page.server_close()
    visitor.open(page.url, permutations=50, seed=1)
    visitor.wait_for_photos(40)
    assert "held-out photos right" in visitor.ask()
    assert not visitor.attempt(any_cats / "f01.jpg")[2]
    saved = visitor.saved("model.tflite", "#save-model")
    assert saved.stat().st_size > 8_000_000


def test_everything_is_forgotten_when_asked(visitor, answered):
    visitor.click("#forget")
    visitor.click("#forget-yes")
    visitor.until(lambda: visitor.all("body[data-ready]") and not visitor.all(".thumb"), "everything to be forgotten")
    assert visitor.stored() == []


def test_a_saved_project_is_opened_again(visitor, answered):
    visitor.choose("#open", visitor.browser.downloads / "project.zip")
    visitor.wait_for_photos(40)
    assert [field.get_attribute("value") for field in visitor.all(".kind input[type=text]")] == ["female", "male"]
