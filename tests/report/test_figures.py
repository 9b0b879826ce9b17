import xml.etree.ElementTree as ET

import numpy as np
import pytest
from sample_figures import NULL, drawn

from catsex.report import figures, style

SVG = "{http://www.w3.org/2000/svg}"


STRANGE = ["<b>&amp;", "קטע", "قطة", "🐱 kitty", "🦮 猫", "$x_1$", 'a "b"', "line\nbreak"]


def words(svg):
    return [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.slow
def test_axes_are_labelled_with_units_and_numbers_of_photos():
    expected = {
        "learning": [
            "epoch (times that it has seen each photo)",
            "photos right (%)",
            "the 30 photos that it was trained on",
            "the 10 photos that it has never seen",
            "chance: 50 %",
        ],
        "chance": ["permutations, of 1,000", "your labels: 2.4", "the highest 5 % of them"],
        "size": ["photos of each class to learn from", "held-out photos right (%)", "1", "16"],
        "confusion": ["predicted class", "true class", "75 %", "25 %", "40 %", "60 %"],
        "capital": ["rounds of new photos, as they came", "capital", "chance ever reaches this in 1 of 20 sets", "0.1"],
    }
    for name, svg in drawn().items():
        assert set(expected[name]) <= set(words(svg)), name
    assert {"\u2068female\u2069 (20)", "\u2068male\u2069 (30)"} <= set(words(drawn()["confusion"]))


def test_validation_can_be_told_from_training_without_colour():
    looks = [path.get("style", "") for path in ET.fromstring(drawn()["learning"]).iter(f"{SVG}path")]
    lines = [look for look in looks if "fill: none" in look]
    training, validation = (
        [look for look in lines if f"stroke: {colour}" in look] for colour in (style.FIRST, style.SECOND)
    )
    assert training and not any("dasharray" in look for look in training)
    assert validation and all("dasharray" in look for look in validation)


@pytest.mark.parametrize("null", [np.zeros(20), np.array([-1.0, 3]), NULL, np.arange(9) / 8])
def test_the_histogram_is_drawn_of_any_chance(null):
    svg = figures.null_histogram(null, 12.0)
    ET.fromstring(svg)


@pytest.mark.parametrize("epochs", [1, 2, 3000])
def test_few_and_many_epochs_can_be_drawn(epochs):
    svg = figures.learning_curves({"accuracy": list(np.linspace(0, 1, epochs))}, (40, 0), 0.5)
    assert len(svg) < 200_000
    assert not any("never seen" in text for text in words(svg) if text)


@pytest.mark.filterwarnings("error")
def test_class_names_in_any_script_are_drawn_as_they_are():
    shares = np.eye(len(STRANGE))
    text = words(figures.confusion_matrix(shares, STRANGE, [1] * len(STRANGE)))
    for name in (*STRANGE[:-1], "line\\nbreak"):
        assert f"\u2068{name}\u2069" in text


def test_sixty_classes_are_drawn_without_names_small_and_whole():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.ones(60), 60)
    svg = figures.confusion_matrix(shares, [f"class {i}" for i in range(60)], [20] * 60)
    assert len(svg) < 700_000
    assert "true class (class 1 to 60)" in words(svg)
    assert not any("class 7" in text for text in words(svg) if text)
    squares = ET.fromstring(svg).find(f".//{SVG}g[@id='PolyCollection_1']")
    assert len(list(squares)) == np.sum(shares > 0.005)
