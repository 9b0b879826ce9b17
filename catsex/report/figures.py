"""Numbers to figures. Nothing is trained and no photo is read here.

Each figure is an SVG drawing as text, the same for the same numbers.
"""

import numpy as np

from catsex.files import show
from catsex.numerals import percent
from catsex.report.captions import five_percent_line
from catsex.report.style import FAINT, FIRST, INK, MUTED, PAPER, SECOND, draw
from catsex.sentences import sentences_of

say = sentences_of("figures")

MOST_NAMES = 12  # classes that a confusion matrix names and numbers
SIDES = ("predicted", "true")  # of a confusion matrix: its columns, its rows


def learning_curves(history, photos, chance):
    """Draw accuracy after each epoch, in training and validation, with the gap between them shaded.

    Parameters
    ----------
    history : dict of str to list of float
        As `training.fit` returns it; `val_accuracy` may be missing.
    photos : (int, int)
        How many photos were trained on, and how many were held out.
    chance : float, 0 to 1
        The share of the largest class.

    Returns
    -------
    str
        SVG.
    """
    training, validation = (100 * np.array(history.get(name, [])) for name in ("accuracy", "val_accuracy"))
    epochs = np.arange(1, len(training) + 1)
    every = max(1, len(epochs) // 20)

    def paint(axes):
        label = say("trained on", number=photos[0])
        axes.plot(epochs, training, "o-", color=FIRST, markevery=every, label=label, clip_on=False)
        if len(validation):
            axes.fill_between(epochs, validation, training, color=SECOND, alpha=0.15, linewidth=0)
            label = say("never seen", number=photos[1])
            style = {"color": SECOND, "markerfacecolor": PAPER, "markevery": every, "clip_on": False}
            axes.plot(epochs, validation, "s--", label=label, **style)
        _chance_line(axes, chance)
        axes.set(xlabel=say("axis.epoch"), ylabel=say("axis.right"), ylim=(0, 100))
        axes.set_xlim(min(1, len(epochs) - 1), max(len(epochs), 1) + (len(epochs) == 1))
        axes.xaxis.get_major_locator().set_params(integer=True)
        _legend_above(axes)

    return draw(paint)


def null_histogram(null, observed):
    """Draw how well permuted labels separate the photos, how well the real ones do, and the 5 % line.

    Parameters
    ----------
    null : sequence of float
        The statistic of permuted labels, in standard deviations of chance.
    observed : float
        That of the real labels.

    Returns
    -------
    str
        SVG.
    """
    line = five_percent_line(null)
    edges = np.arange(np.floor(4 * min(null)) / 4, max(null) + 0.25, 0.25)
    heights, _ = np.histogram(null, edges)
    beyond, _ = np.histogram([value for value in null if value > line], edges)

    def paint(axes):
        bars = {"width": np.diff(edges), "align": "edge", "edgecolor": MUTED, "linewidth": 0.8}
        axes.bar(edges[:-1], heights - beyond, color=FAINT, label=say("permuted"), **bars)
        label = say("permuted.highest")
        axes.bar(edges[:-1], beyond, bottom=heights - beyond, color=PAPER, hatch="////", label=label, **bars)
        axes.axvline(line, color=INK, linestyle="--", linewidth=1.2, label=say("permuted.line", line=line))
        axes.axvline(observed, color=SECOND, linewidth=3, label=say("real", observed=observed))
        axes.set(xlabel=say("axis.separation"), ylabel=say("axis.permutations", number=len(null)))
        axes.yaxis.get_major_locator().set_params(integer=True)
        _legend_above(axes, columns=2)

    return draw(paint)


def capital_curve(capital, enough=20):
    """Draw what a bettor's capital of 1 has become after each round of new photos.

    Parameters
    ----------
    capital : sequence of float, above 0
        As `as_they_came.bet_as_they_came` returns it.
    enough : float
        What chance ever reaches in 1 of so many sets.

    Returns
    -------
    str
        SVG.
    """
    rounds = np.arange(len(capital))

    def paint(axes):
        axes.axhline(1, color=MUTED, linestyle=":", linewidth=1.4, label=say("capital.start"))
        label = say("capital.enough", enough=enough)
        axes.axhline(enough, color=INK, linestyle="--", linewidth=1.2, label=label)
        every = max(1, len(rounds) // 20)
        axes.plot(rounds, capital, "o-", color=FIRST, markevery=every, label=say("capital"), clip_on=False)
        axes.set_yscale("log", base=10)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.15g}" if value < 1e6 else f"{value:.0e}")
        axes.set(xlabel=say("axis.rounds"), ylabel=say("axis.capital"))
        axes.set_ylim(min(0.1, *capital), max(100, *capital))
        axes.set_xlim(0, max(len(rounds) - 1, 1))
        axes.xaxis.get_major_locator().set_params(integer=True)
        _legend_above(axes)

    return draw(paint)


def accuracy_by_size(points, chance):
    """Draw the held-out accuracy against the number of photos per class that the network was trained on.

    Parameters
    ----------
    points : list of dict
        As `evaluation.cross_validation.learning_curve` returns them.
    chance : float, 0 to 1

    Returns
    -------
    str
        SVG.
    """
    sizes = [point["photos_per_class"] for point in points]
    accuracy, spread = (100 * np.array([point[key] for point in points]) for key in ("accuracy", "spread"))

    def paint(axes):
        axes.errorbar(sizes, accuracy, spread, fmt="o-", color=FIRST, capsize=4, elinewidth=1.2, label=say("size"))
        _chance_line(axes, chance)
        axes.set(xlabel=say("axis.size"), ylabel=say("axis.held out right"), ylim=(0, 100))
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, labels=[str(size) for size in sizes])
        axes.minorticks_off()
        axes.margins(x=0.08)
        _legend_above(axes)

    return draw(paint)


def confusion_matrix(shares, class_names, counts):
    """Draw how often photos of each class were put in each class; up to 12 classes with names and numbers.

    Parameters
    ----------
    shares : ndarray, shape (classes, classes), 0 to 1
        A row per true class; each row adds up to 1.
    class_names : list of str
    counts : list of int
        Photos of each class.

    Returns
    -------
    str
        SVG.
    """
    classes, shares = len(class_names), np.array(shares)
    few = classes <= MOST_NAMES

    def paint(axes):
        axes.grid(False)
        axes.set(xlim=(-0.5, classes - 0.5), ylim=(classes - 0.5, -0.5), aspect="equal")
        _squares(axes, shares)
        if few:
            _numbers(axes, shares)
            _class_ticks(axes, class_names, counts)
        else:
            ticks = np.arange(0, classes, 10)
            axes.set_xticks(ticks, ticks + 1)
            axes.set_yticks(ticks, ticks + 1)
        said = [say(f"axis.{which}" if few else f"axis.{which}.numbered", classes=classes) for which in SIDES]
        axes.set(xlabel=said[0], ylabel=said[1])

    return draw(paint, None if classes <= 3 else (4.6, 4.4))


def _squares(axes, shares):
    """Draw a square for each share above half a percent, the larger the share the darker.

    Half of the colour at most, so that ink can be read on all of it, on a light page or a dark one.
    """
    from matplotlib.collections import PolyCollection

    rows, columns = np.nonzero(shares > 0.005)
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    squares = np.stack([columns, rows], axis=1)[:, None] + corners  # (K, 1, 2) + (4, 2) -> (K, 4, 2)
    alpha = (0.55 * shares[rows, columns]).round(3)
    axes.add_collection(PolyCollection(squares, facecolors=FIRST, alpha=alpha, linewidths=0))


def _numbers(axes, shares):
    """Write each share into its square, in letters that fit."""
    size = 12 if len(shares) <= 4 else 9 if len(shares) <= 8 else 6.5
    for row, column in np.ndindex(shares.shape):
        weight = "bold" if row == column else "normal"
        text = percent(shares[row, column]) if len(shares) <= 8 else f"{100 * shares[row, column]:.0f}"
        axes.text(column, row, text, ha="center", va="center", weight=weight, size=size)


def _class_ticks(axes, class_names, counts):
    """Name the classes along both axes, and rule lines between them."""
    places, names = range(len(class_names)), [_short(name) for name in class_names]
    axes.set_yticks(places, [f"{name} ({count})" for name, count in zip(names, counts, strict=True)])
    if len(names) <= 3:
        axes.set_xticks(places, names)
    else:
        axes.set_xticks(places, names, rotation=45, rotation_mode="anchor", horizontalalignment="right")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks(np.arange(1, len(names)) - 0.5, minor=True)
    axes.grid(which="minor", axis="both", color=FAINT, linewidth=0.8)
    axes.tick_params(which="minor", length=0)


def _short(name, length=14):
    """Return a name as one short line, set apart (by Unicode's isolates) from what is written in another direction."""
    name = show(name)
    return f"\u2068{name if len(name) <= length else name[: length - 1] + '…'}\u2069"


def _chance_line(axes, chance):
    """Draw the accuracy of guessing."""
    axes.axhline(100 * chance, color=MUTED, linestyle=":", linewidth=1.4, label=say("chance", share=percent(chance)))


def _legend_above(axes, columns=1):
    """Put the legend above the axes, where it hides nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, borderaxespad=0.3, columnspacing=1.2)
