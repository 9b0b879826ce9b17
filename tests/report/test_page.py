import itertools
import re

import pytest
from page_parts import Page, drawn
from sample_records import HOSTILE, comparison, evaluation, many, sanity, training

from catsex.report.card import card
from catsex.report.page import PAGE, draw, typeset

pytestmark = pytest.mark.slow  # whole runs are drawn

KINDS = ["evaluation", "comparison", "validation", "training", "sanity check", "sanity check without classes"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_stands_alone_and_opens_with_the_sentence(records_of, kind):
    html = drawn(records_of[kind])
    page = Page(html)
    assert len(html) < 3_000_000
    assert page.tags[0] == ("html", {"lang": "en"})
    policy = next(meta["content"] for meta in page.all("meta") if "http-equiv" in meta)
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "a"}
    assert page.all("img")
    for image in page.all("img"):
        assert image["src"].startswith("data:")
        assert len(image["alt"]) > 10
    assert not re.search(r"url\(|@import", html)
    first = next(tag for tag, _ in page.tags if tag in ("h1", "h2", "p", "img"))
    assert first == "h1"
    sentence, headline = records_of[kind]["sentence"], page.texts["h1"][0].replace("\xa0", " ")
    assert kind != "evaluation" or sentence in html.replace("\xa0", " ")
    assert headline == (card(records_of[kind])["headline"] if kind == "evaluation" else sentence)


@pytest.mark.parametrize("kind", KINDS)
def test_headings_come_in_order_and_lead_from_pictures_to_repeating(records_of, kind):
    page = Page(drawn(records_of[kind]))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    expected = ["The pictures", "The photos", "The numbers", "How it was done", "How to repeat it"]
    expected += ["For a paper"] * (kind == "evaluation")
    if kind == "comparison":
        expected.remove("The photos")
    assert page.texts["h2"] == (expected[1:] if kind.startswith("sanity") else expected)


def test_the_same_record_gives_the_same_page(records_of):
    for record in records_of.values():
        assert draw(record) == draw(record)


def test_what_was_bet_on_photos_as_they_came_is_drawn_and_said(records_of):
    came = {"capital": [1, 1, 25], "sentence": "Which is which? 1 of 1 pairs guessed right."}
    files = draw(records_of["evaluation"] | {"as_they_came": came})
    assert "figures/as_they_came.svg" in files and came["sentence"] in files[PAGE]
    assert "figures/as_they_came.svg" not in draw(records_of["evaluation"])


def test_demo_comes_first_and_in_every_file(photos):
    from dataclasses import replace

    demo = replace(photos, name="demo", is_demo=True)
    for record in (evaluation(demo), comparison(demo), training(demo), sanity(demo)):
        files = draw(record)
        for content in files.values():
            assert "DEMO" in content
        page = Page(files[PAGE])
        body = page.tags.index(("body", {}))
        assert page.tags[body + 1][1]["class"] == "demo"
        assert page.texts["title"][0].startswith("DEMO")
        assert page.texts["strong"][0].startswith("DEMO: ")


@pytest.fixture(scope="module")
def hostile(photo_folder):
    """A record whose class names could break a page."""
    return evaluation(many(photo_folder, 40, HOSTILE))


def test_text_from_folder_names_is_escaped(hostile):
    html = drawn(hostile)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    page = Page(html)
    assert len(page.texts["h3"]) == 2 + len(HOSTILE)
    assert "\u2068קטע\u2069" in page.texts["h3"]
    assert "a\\nb" in html or "a\nb" in html
    assert {image["alt"].split(" is ")[1].split("; predicted")[0] for image in page.all("img")[3:]} == {
        name.replace("\n", "\\n") for name in HOSTILE
    }


def test_names_that_run_from_right_to_left_do_not_turn_the_words_around_them():
    text = "The network can tell קטע from b: 64 % of held-out photos right (p = 0.02)."
    expected = "The network can tell \u2068קטע\u2069 from b: 64\xa0% of held-out photos right (p\xa0=\xa00.02)."
    assert typeset(text, ["קטע", "b"]) == expected
