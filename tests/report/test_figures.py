import re
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest

from catsex.report import captions, figures, style

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = {"accuracy": [0.6, 0.8, 1.0], "val_accuracy": [0.5, 0.7, 0.6]}
POINTS = [
    {"photos_per_class": 1, "accuracy": 0.5, "spread": 0.1},
    {"photos_per_class": 16, "accuracy": 0.75, "spread": 0.02},
]
NULL = np.random.default_rng(0).normal(0.5, 0.06, 1000).round(2)
STRANGE = ["<b>&amp;", "קטע", "قطة", "🐱 kitty", "🦮 猫", "$x_1$", 'a "b"', "line\nbreak"]


def drawn():
    """One figure of each kind."""
    return {
        "learning": figures.learning_curves(HISTORY, (30, 10), 0.5),
        "luck": figures.null_histogram(NULL, 0.64, 0.6),
        "size": figures.accuracy_by_size(POINTS, 0.5),
        "confusion": figures.confusion_matrix([[0.75, 0.25], [0.4, 0.6]], ["female", "male"], [20, 30]),
    }


def words(svg):
    return [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_axes_are_labelled_with_units_and_numbers_of_photos():
    expected = {
        "learning": [
            "epoch (times that it has seen each photo)",
            "photos right (%)",
            "the 30 photos that it was trained on",
            "the 10 photos that it has never seen",
            "guessing: 50 %",
        ],
        "luck": ["held-out photos right (%)", "shuffles, of 1,000", "your labels: 64 %", "5 % line: 60 %"],
        "size": ["photos of each class to learn from", "held-out photos right (%)", "1", "16"],
        "confusion": ["what the network answered", "what it is", "75 %", "25 %", "40 %", "60 %"],
    }
    for name, svg in drawn().items():
        assert set(expected[name]) <= set(words(svg)), name
    assert {"\u2068female\u2069 (20)", "\u2068male\u2069 (30)"} <= set(words(drawn()["confusion"]))


def test_the_same_numbers_give_the_same_figure_whatever_the_users_own_settings():
    before = drawn()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert drawn() == before
        assert matplotlib.rcParams["font.size"] == 30


def test_validation_can_be_told_from_training_without_colour():
    looks = [path.get("style", "") for path in ET.fromstring(drawn()["learning"]).iter(f"{SVG}path")]
    lines = [look for look in looks if "fill: none" in look]
    training, validation = (
        [look for look in lines if f"stroke: {colour}" in look] for colour in (style.FIRST, style.SECOND)
    )
    assert training and not any("dasharray" in look for look in training)
    assert validation and all("dasharray" in look for look in validation)


def contrast(one, other):
    """WCAG's contrast of two colours, 1 to 21."""

    def luminance(colour):
        channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_can_be_read_on_light_and_on_dark_paper():
    for scheme in ({colour: colour for colour in style.DARK}, style.DARK):
        paper = scheme[style.PAPER]
        for colour in (style.INK, style.MUTED, style.FIRST, style.SECOND):
            assert contrast(scheme[colour], paper) >= 4.4
    # In grey print the two lines are a dark one and a lighter one.
    assert contrast(style.FIRST, style.SECOND) > 1.8


def test_on_a_page_every_colour_follows_the_readers_device():
    for svg in drawn().values():
        page = style.for_page(svg)
        rules = re.search("<style>.*?</style>", page)[0]
        assert "prefers-color-scheme:dark" in rules
        rest = page.replace(rules, "")
        assert "var(--c" in rest
        assert not any(colour in rest for colour in style.DARK)
        ET.fromstring(page)


@pytest.mark.parametrize(
    "null",
    [np.full(20, 0.5), np.array([0.0, 1.0]), NULL, np.random.default_rng(1).random(500), np.arange(9) / 8],
)
def test_every_shuffle_is_in_one_bar(null):
    edges = figures._bins(null)
    assert np.histogram(null, edges)[0].sum() == len(null)
    assert len(edges) < 120
    ET.fromstring(figures.null_histogram(null, 1.0, 0.9))


def test_bars_hold_equally_many_possible_values():
    possible = np.arange(30, 71) / 100  # steps of a hundredth: two in each bar, never one or three
    counts = np.histogram(possible, figures._bins(possible))[0]
    assert set(counts[:-1]) == {2}


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
    assert "what it is (class 1 to 60)" in words(svg)
    assert not any("class 7" in text for text in words(svg) if text)
    squares = ET.fromstring(svg).find(f".//{SVG}g[@id='PolyCollection_1']")
    assert len(list(squares)) == np.sum(shares > 0.005)


def test_findings_say_what_the_figures_show():
    assert captions.learning_curves(HISTORY) == (
        "After 3 epochs, 100 % of the photos that it was trained on are right, 40 percentage points more than of those "
        "that it has never seen (60 %)."
    )
    assert "no more than" in captions.learning_curves({"accuracy": [0.5], "val_accuracy": [0.75]})
    assert captions.null_histogram([0.4, 0.5, 0.6, 0.7], 0.6, 0.65) == (
        "Shuffled labels give 55 % on average. 2 of 4 shuffles did as well as the real labels, whose 60 % lie not "
        "beyond the 5 % line at 65 %."
    )
    assert "from 16, 75 %. The curve is still rising" in captions.accuracy_by_size(POINTS, True)
    assert captions.confusion_matrix([[0.9, 0.1], [0.4, 0.6]], ["a", "b"]) == (
        "Best recognised: a (90 %). Least: b (60 %). Mixed up most: b taken for a (40 %)."
    )
    assert captions.confusion_matrix(np.eye(3), ["a", "b", "c"]) == "Each class is recognised in 100 % of cases."
