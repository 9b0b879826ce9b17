import re
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
from sample_figures import drawn

from catsex.report import style


def test_the_same_numbers_give_the_same_figure_whatever_the_users_own_settings():
    before = drawn()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert drawn() == before
        assert matplotlib.rcParams["font.size"] == 30


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
