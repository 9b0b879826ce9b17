"""What a visitor does with the page, for the tests in a real browser."""

import json
import os
import time
from pathlib import Path

import pytest

PATIENCE = 300  # seconds; the machine may be busy


def missing(reason):
    """Skip for want of something; in continuous integration, where all is to be there, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


class Visitor:
    """Somebody in front of a browser.

    Attributes
    ----------
    requests : list of dict
        What the browser has asked for so far: each with `method`, `url` and `hasPostData`.
    complaints : list of str
        What the browser's console has said, but for what LiteRT's runtime tells of itself.
    """

    def __init__(self, browser):
        self.browser, self.requests, self.complaints = browser, [], []

    def open(self, url, **options):
        """Open the page, and wait until it is ready."""
        query = "&".join(f"{name}={value}" for name, value in ({"tour": "no"} | options).items())
        self.browser.get(f"{url}?{query}")
        self.wait("body[data-ready]")

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def text(self, selector):
        return self.browser.execute_script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def until(self, condition, what):
        """Wait until a function returns something true, and return it."""
        from selenium.common.exceptions import WebDriverException

        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                found = condition()
                if found:
                    return found
            except WebDriverException:  # the page has just been redrawn
                pass
            time.sleep(0.1)
        raise AssertionError(f"{what} did not happen in {PATIENCE} s; status: {self.text('#status')}")

    def wait(self, selector):
        return self.until(lambda: self.all(selector), f"{selector} to appear")[0]

    def click(self, selector):
        self.until(lambda: self._clicked(selector), f"{selector} to be clicked")

    def _clicked(self, selector):
        """Click an element, and return whether it was there, enabled, and not drawn anew meanwhile."""
        from selenium.common.exceptions import StaleElementReferenceException

        try:
            for element in self.all(selector)[:1]:
                if element.is_enabled():
                    self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
                    element.click()
                    return True
        except StaleElementReferenceException:
            pass
        return False

    def choose(self, selector, *paths):
        """Choose files in a file input."""
        self.wait(selector).send_keys("\n".join(map(str, paths)))

    def name_kind(self, number, name):
        """Type over a kind's name, as a reader does; Selenium's `clear` sends no event, so the page takes it back."""
        from selenium.webdriver.common.keys import Keys

        self.all(".kind input[type=text]")[number].send_keys(Keys.CONTROL, "a", Keys.NULL, name)

    def drop(self, number, paths):
        """Drop files from outside on a kind's box."""
        self.drop_on(self.all(".kind .head")[number], paths)

    def drop_beside(self, paths):
        """Drop files or folders from outside beside the boxes."""
        self.drop_on(self.all("h1")[0], paths)

    def drop_on(self, element, paths):
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        place = self.browser.execute_script(
            "const b = arguments[0].getBoundingClientRect(); return [b.x + 9, b.y + 9]", element
        )
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            event = {"type": kind, "x": place[0], "y": place[1], "data": data}
            self.browser.execute_cdp_cmd("Input.dispatchDragEvent", event)

    def paste(self, path):
        """Paste a photo, as from another program's clipboard."""
        import base64

        self.browser.execute_script(
            "const bytes = Uint8Array.from(atob(arguments[0]), c => c.charCodeAt(0));"
            "const clipboardData = new DataTransfer();"
            "clipboardData.items.add(new File([bytes], 'image.jpeg', { type: 'image/jpeg' }));"
            "document.activeElement.blur();"
            "document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));",
            base64.b64encode(Path(path).read_bytes()).decode(),
        )

    def wait_for_photos(self, count):
        self.until(lambda: len(self.all(".thumb")) == count, f"{count} photos to be looked at")

    def show_kinds(self, folder):
        """Drop the photos of two folders, and name the kinds after them."""
        count = 0
        for number, kind in enumerate(sorted(folder.iterdir())):
            self.name_kind(number, kind.name)
            self.drop(number, sorted(kind.iterdir()))
            count += len(list(kind.iterdir()))
            self.wait_for_photos(count)  # which make their box grow, and would move the next one from under the drop

    def press(self, *keys):
        """Press keys, as somebody without a mouse."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def tab_to(self, selector, most=150):
        """Press Tab until what has the focus is what a selector names; it must show that it has."""
        for _ in range(most):
            self.press("\ue004")
            if self.browser.execute_script("return document.activeElement.matches(arguments[0])", selector):
                style = "getComputedStyle(document.activeElement.closest('.button') ?? document.activeElement)"
                assert self.browser.execute_script(f"return {style}.outlineStyle") != "none"
                return
        raise AssertionError(f"{selector} is not reached by {most} tabs")

    def notices(self):
        return {notice.get_attribute("data-key") for notice in self.all(".message[data-key]")}

    def look(self, width, height, scheme):
        """Have a screen of some size, light or dark, from now on."""
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def picture(self, path):
        """Keep what a screen shows, all of the page, as a small WebP."""
        import base64
        import io

        from PIL import Image

        shot = self.browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        Image.open(io.BytesIO(base64.b64decode(shot["data"]))).save(path, quality=50, method=6)

    def wider_than_the_screen(self):
        """Return what sticks out of the screen on either side, but for what lies in something that scrolls."""
        return self.browser.execute_script(
            "const wide = document.documentElement.clientWidth;"
            "return [...document.querySelectorAll('body *')].filter(item => {"
            "const { left, right, width } = item.getBoundingClientRect();"
            "return width && item.checkVisibility() && (left < -0.5 || right > wide + 0.5)"
            "&& !item.closest('.scroll, .tools, .thumbs, legend'); }).map(item => item.outerHTML.slice(0, 120));"
        )

    def photos_over_each_other(self):
        """Return how many photos in the boxes cover a part of the one before or above."""
        return self.browser.execute_script(
            "const places = [...document.querySelectorAll('.thumb')].map(item => item.getBoundingClientRect());"
            "const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1"
            " && a.top < b.bottom - 1 && b.top < a.bottom - 1;"
            "return places.filter((a, i) => places.some((b, k) => k < i && over(a, b))).length;"
        )

    def too_small_to_touch(self):
        """Return what can be pressed and is less than 44 pixels high or wide."""
        return self.browser.execute_script(
            "return [...document.querySelectorAll('button, .button, select, summary, input[type=text], [role=option]')]"
            ".filter(item => { const { width, height } = item.getBoundingClientRect();"
            "return item.checkVisibility() && (height < 44 || width < 44) && !item.matches('.term'); })"
            ".map(item => item.outerHTML.slice(0, 120));"
        )

    def violations(self):
        """Return what axe-core has to say against the page as it is."""
        from axe_core_python.selenium import Axe

        found = Axe().run(self.browser)["violations"]
        return [(item["id"], node["html"]) for item in found for node in item["nodes"]]

    def show(self, folder_of_cats):
        """Drop the 40 photos, and name the kinds."""
        for number, (letter, name) in enumerate((("f", "female"), ("m", "male"))):
            self.name_kind(number, name)
            self.drop(number, sorted(folder_of_cats.glob(f"{letter}*.jpg")))
        self.wait_for_photos(40)

    def ask(self):
        """Ask, and return what the answer is in the words of science."""
        self.click("#start")
        self.until(lambda: not self.all("#answered.working"), "the end")
        return self.exact()

    def exact(self):
        """Return what the answer is in the words of science; the page keeps numbers and their units on one line."""
        return self.text("#exact").replace("\N{NO-BREAK SPACE}", " ")

    def more(self, name):
        """Open what stands behind a chip below the answer, if it is not open yet."""
        if not self.all(f"#{name}")[0].is_displayed():
            self.click(f"#more-{name}")

    def attempt(self, path):
        """Try a photo; return the shares, the nearest cosine and whether it is called strange."""
        self.more("try")
        self.browser.execute_script("delete document.querySelector('#answer').dataset.shares")
        self.choose("#new", path)
        shares = self.until(lambda: self.all("#answer")[0].get_attribute("data-shares"), "an answer for a photo")
        prediction = self.all("#answer")[0]
        return (
            json.loads(shares),
            float(prediction.get_attribute("data-nearest")),
            prediction.get_attribute("data-strange") == "true",
        )

    def saved(self, name, selector):
        """Click what saves a file, and return its path."""
        path = self.browser.downloads / name
        path.unlink(missing_ok=True)
        if self.all(f"#take {selector}"):
            self.more("take")
        self.click(selector)
        self.until(path.is_file, f"{name} to be saved")
        return path

    def stored(self):
        """Return what the browser keeps of each photo: name, features and 35 numbers, in the order of names."""
        kept = self.browser.execute_async_script(
            "const done = arguments[0], request = indexedDB.open('catsex');"
            "request.onsuccess = () => {"
            "const all = request.result.transaction('photos').objectStore('photos').getAll();"
            "all.onsuccess = () => { request.result.close(); done(all.result.map(({name, features, trivial, sha256}) =>"
            "({name, features: [...features], trivial, sha256}))); }; };"
        )
        return sorted(kept, key=lambda photo: photo["name"])

    def listen(self):
        """Add to `requests` and `complaints` what has been since the last time."""
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"])
        said = [entry["message"] for entry in self.browser.get_log("browser")]
        self.complaints += [text for text in said if "litert" not in text and "adapter" not in text]
