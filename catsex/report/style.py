"""The look of all figures, in one place: colours, letters, lines.

Nothing is told by colour alone: lines differ in their dashes and markers, bars in their hatching, so that grey print
and colour-blind eyes see the same.
"""

import io
import logging
import re
import warnings
from contextlib import contextmanager
from typing import Any

# Each colour, and what it becomes on a dark page. Blue is dark and orange is light, in print too.
INK, MUTED, FAINT, PAPER = "#1f2328", "#57606a", "#d0d7de", "#ffffff"
FIRST, SECOND = "#17497d", "#c2570c"
DARK = {INK: "#e6edf3", MUTED: "#9ea7b3", FAINT: "#3d444d", PAPER: "#161b22", FIRST: "#8cbcf0", SECOND: "#f2a25c"}

STYLE: Any = {
    "figure.figsize": (4.6, 3.1),  # inches; drawn as large as a phone is wide, so that the letters can be read there
    "figure.facecolor": PAPER,
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 9.5,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a class name is a dollar sign
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "hatch.linewidth": 0.8,
    "lines.linewidth": 2,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "svg.fonttype": "none",  # letters stay letters: the browser draws any script, from either side
    "svg.hashsalt": "catsex",
}


@contextmanager
def _house_style():
    """Set matplotlib to the house style alone, whatever the user's own configuration is."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # without a cache it says so at length
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the reader's own fonts have it
        matplotlib.rcParams.update(matplotlib.rcParamsDefault)
        matplotlib.rcParams.update(STYLE)
        yield


def draw(paint, size=None):
    """Return the figure that a function draws on a pair of axes.

    Parameters
    ----------
    paint : callable
        Takes matplotlib's axes.
    size : (float, float), optional
        In inches.

    Returns
    -------
    str
        SVG.
    """
    with _house_style():
        from matplotlib.figure import Figure

        figure = Figure(figsize=size, layout="constrained")
        paint(figure.add_subplot())
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()


def marked(svg, mark):
    """Return a figure with a word, such as DEMO, in its lower right corner."""
    style = f"font:bold 9px sans-serif;text-anchor:end;fill:{SECOND}"
    return svg.replace("</svg>", f'<text x="99%" y="99%" style="{style}">{mark}</text></svg>')


def for_page(svg):
    """Return a figure that follows the light or dark colours of the reader's device.

    Parameters
    ----------
    svg : str
        As `draw` returns it.

    Returns
    -------
    str
        SVG whose colours are variables, with light values by default; printed on white.
    """
    names = {light: f"--c{number}" for number, light in enumerate(DARK)}
    light = ";".join(f"{name}:{colour}" for colour, name in names.items())
    dark = ";".join(f"{name}:{DARK[colour]}" for colour, name in names.items())
    style = f"<style>svg{{{light}}}@media screen and (prefers-color-scheme:dark){{svg{{{dark}}}}}</style>"
    coloured = re.sub("|".join(names), lambda found: f"var({names[found[0]]})", svg)
    start = coloured.index(">", coloured.index("<svg")) + 1
    return coloured[:start] + style + coloured[start:]
