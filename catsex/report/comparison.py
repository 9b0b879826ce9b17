"""A comparison of settings as a table, as text and as a figure."""

import numpy as np

from catsex.report.style import FIRST, INK, MUTED, SECOND, draw
from catsex.report.summary import percent

LONGEST = 26  # letters of a setting's name in the figure


def rows(record):
    """Return the main numbers of a comparison, as `summary.rows` does."""
    table = [
        (
            setting["name"],
            percent(setting["accuracy"]),
            f"Held-out photos right; 95 % interval {_range(setting['interval'])}. Took {setting['seconds']:.1f} s.",
        )
        for setting in record["settings"]
    ]
    table += [
        (
            f"{pair['second']} minus {pair['first']}",
            _points(pair["difference"]),
            f"95 % interval {_points(pair['interval'][0])} to {_points(pair['interval'][1])}; "
            f"p = {pair['p_value']:.2g}, {pair['corrected_p']:.2g} corrected for the number of pairs. "
            f"In four of five such sets {100 * pair['detectable']:.0f} points would have been seen.",
        )
        for pair in record["pairs"]
    ]
    meaning = (
        f"What {record['best']} is worth: less than its own score, as the luckiest of several looks better than it is."
    )
    return [
        *table,
        ("the best, once the choosing is paid for", percent(record["corrected_accuracy"]), meaning),
        ("guessing", percent(record["chance"]), "What somebody gets who has not looked at the photos."),
    ]


def text(results):
    """Return a comparison as a person reads it: the sentence first, then the numbers behind it."""
    width = max(len("setting"), *(len(setting["name"]) for setting in results["settings"])) + 2
    lines = [
        results["sentence"],
        *results["remarks"],
        "",
        f"{'setting':<{width}}held out, right  95 % interval    seconds",
    ]
    for setting in results["settings"]:
        low, high = setting["interval"]
        numbers = f"{setting['accuracy']:>15.1%}  {low:>6.1%} to {high:>6.1%}{setting['seconds']:>9.1f}"
        lines.append(f"{setting['name']:<{width}}{numbers}")
    lines += [
        "",
        f"each pair, p corrected for {len(results['pairs'])}; {results['folds']} folds, {results['repeats']} times",
    ]
    for pair in results["pairs"]:
        lines.append(f"  {pair['sentence']}")
        if not pair["differ"]:
            lines[-1] += f" p = {pair['corrected_p']:.2g}; {100 * pair['detectable']:.0f} points would have been seen."
    return "\n".join(lines)


def _points(share):
    """Write a difference as whole points with its sign."""
    points = round(100 * share)
    return (f"{points:+d}" if points else "0").replace("-", "\N{MINUS SIGN}") + " points"


def _range(interval):
    """Write an interval in percent."""
    return f"{percent(interval[0])} to {percent(interval[1])}"


def figure(record):
    """Draw each setting's accuracy with its interval; a bracket joins two that differ.

    Parameters
    ----------
    record : dict
        As `evaluation.compare` returns it.

    Returns
    -------
    str
        SVG.
    """
    settings = record["settings"]
    places = {setting["name"]: place for place, setting in enumerate(settings)}
    differing = [pair for pair in record["pairs"] if pair["differ"]]

    def paint(axes):
        for place, setting in enumerate(settings):
            low, high = (100 * bound for bound in setting["interval"])
            best = setting["name"] == record["best"]
            axes.plot([low, high], [place, place], color=FIRST, linewidth=1.6)
            axes.plot(
                100 * setting["accuracy"], place, "D" if best else "o", color=SECOND if best else FIRST, markersize=7
            )
        if record["best"] in places:
            corrected, place = 100 * record["corrected_accuracy"], places[record["best"]]
            axes.plot(corrected, place, "|", color=INK, markersize=14, markeredgewidth=2)
        axes.axvline(100 * record["chance"], color=MUTED, linestyle=":", linewidth=1.4)
        axes.set_yticks(range(len(settings)), [_short(setting["name"]) for setting in settings])
        axes.set(
            xlim=(0, 100 + 4 * len(differing)), ylim=(len(settings) - 0.5, -0.5), xlabel="held-out photos right (%)"
        )
        axes.set_xticks(range(0, 101, 20))
        axes.grid(axis="x")
        axes.grid(axis="y", visible=False)
        for number, pair in enumerate(differing):
            edge, ends = 101 + 4 * number, (places[pair["first"]], places[pair["second"]])
            axes.plot([edge, edge + 2, edge + 2, edge], np.repeat(ends, 2), color=SECOND, linewidth=1.6)

    return draw(paint, (4.6, 1.2 + 0.42 * len(settings)))


def _short(name):
    """Return a name that fits beside the figure."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def caption(record):
    """Say what the figure of a comparison shows."""
    each = ", ".join(f"{setting['name']} {percent(setting['accuracy'])}" for setting in record["settings"])
    differing = [f"{pair['first']} and {pair['second']}" for pair in record["pairs"] if pair["differ"]]
    said = f"These differ: {'; '.join(differing)}." if differing else "No two of them can be told apart."
    return f"Held-out photos right: {each}. {said}"
