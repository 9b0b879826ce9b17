"""Nothing is lost: not by a reload, another language, a second tab, or while photos are still looked at."""

import pytest
from page_visitor import Visitor

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def visitor(start_browser, page, drawn):
    """Somebody who has shown discs and triangles."""
    visitor = Visitor(start_browser())
    visitor.open(page.url, seed=1)
    visitor.show_kinds(drawn)
    return visitor


# What the store holds of files not looked at yet cannot be read for some seconds, as when another tab is writing it.
BUSY_STORE = (
    "const done = arguments[0], request = indexedDB.open('catsex'); request.onsuccess = () => {"
    "const waiting = request.result.transaction('waiting', 'readwrite').objectStore('waiting');"
    "const end = performance.now() + 3000, free = () => request.result.close();"
    "const hold = () => { if (performance.now() < end) waiting.count().onsuccess = hold; else free(); };"
    "hold(); done(); };"
)


def name_of_first(visitor):
    """Return what the first kind is called."""
    return visitor.all(".kind input[type=text]")[0].get_attribute("value")


def test_the_answer_outlives_a_reload_and_another_language(visitor, page, drawn):
    sentence = visitor.ask()
    visitor.open(page.url, seed=1)
    visitor.until(lambda: visitor.exact() == sentence, "the answer to come back")
    shares, nearest, _ = visitor.attempt(drawn / "discs" / "disc 1.jpg")
    assert nearest > 0.999 and shares[0] > 0.5
    visitor.open(page.url, seed=1, language="de")
    visitor.until(lambda: "zurückgehaltenen" in visitor.exact(), "the answer in German")


def test_another_tab_is_told_and_follows_until_it_takes_over(visitor, page, drawn):
    first = visitor.browser.current_window_handle
    visitor.browser.switch_to.new_window("tab")
    second = visitor.browser.current_window_handle
    visitor.open(page.url, seed=1)
    assert "support.follows" in visitor.notices()
    assert visitor.browser.execute_script("return document.querySelector('main').inert")
    assert len(visitor.all(".thumb")) == 24
    visitor.drop_beside([drawn / "discs" / "disc 1.jpg"])  # which would open a dialog where photos can be added
    visitor.browser.switch_to.window(first)
    visitor.name_kind(0, "rounds")
    visitor.browser.switch_to.window(second)
    visitor.until(lambda: name_of_first(visitor) == "rounds", "the new name in the other tab")
    assert not visitor.all("#where[open]")
    visitor.browser.execute_async_script(BUSY_STORE)
    visitor.click(".notice[data-key='support.follows'] button")
    visitor.until(lambda: "support.follows" not in visitor.notices(), "the second tab to take over")
    visitor.name_kind(0, "discs")
    visitor.browser.switch_to.window(first)
    visitor.until(lambda: "support.follows" in visitor.notices(), "the first tab to follow")
    visitor.until(lambda: name_of_first(visitor) == "discs", "the name of before in the first tab")
    visitor.browser.switch_to.window(second)
    visitor.browser.close()
    visitor.browser.switch_to.window(first)
    visitor.click(".notice[data-key='support.follows'] button")
    visitor.until(lambda: "support.follows" not in visitor.notices(), "the first tab to go on alone")
    assert name_of_first(visitor) == "discs"
    assert len(visitor.all(".thumb")) == 24


def test_files_that_nobody_has_looked_at_are_looked_at_after_a_reload(visitor, page, any_cats):
    visitor.open(page.url, seed=1, workers=1)
    visitor.drop(0, sorted(any_cats.glob("f*.jpg")))
    kept = (
        "const done = arguments[0], request = indexedDB.open('catsex'); request.onsuccess = () => {"
        "const all = request.result.transaction('files').objectStore('files').count();"
        "all.onsuccess = () => { request.result.close(); done(all.result); }; };"
    )
    visitor.until(lambda: visitor.browser.execute_async_script(kept) == 44, "all files to be kept")
    looked = len(visitor.all(".thumb"))
    visitor.open(page.url, seed=1, workers=1)
    visitor.wait_for_photos(44)
    print("looked at before the reload:", looked - 24)
    assert looked < 44
