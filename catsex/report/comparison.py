"""A comparison of configurations as a table, as text and as a figure."""

import numpy as np

from catsex.numerals import percent, signed
from catsex.report.style import FIRST, INK, MUTED, SECOND, draw

LONGEST = 26  # letters of a configuration's name in the figure


def rows(record):
    """Return the main numbers of a comparison, as `summary.rows` does."""
    table = [
        (
            one["name"],
            percent(one["accuracy"]),
            f"Held-out photos right; 95 % interval {_range(one['interval'])}. Took {one['seconds']:.1f} s.",
        )
        for one in record["configurations"]
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
    meaning = f"What to expect of {record['best']}: less than its own score, since it was picked."
    return [
        *table,
        ("the best, corrected for having picked it", percent(record["corrected_accuracy"]), meaning),
        ("chance", percent(record["chance"]), "The accuracy of guessing without looking at the photos."),
    ]


def text(results):
    """Return a comparison as a person reads it: the sentence first, then the numbers behind it."""
    width = max(len("configuration"), *(len(configuration["name"]) for configuration in results["configurations"])) + 2
    lines = [
        results["sentence"],
        *results["remarks"],
        "",
        f"{'configuration':<{width}}held out, right  95 % interval    seconds",
    ]
    for configuration in results["configurations"]:
        low, high = configuration["interval"]
        numbers = f"{configuration['accuracy']:>15.1%}  {low:>6.1%} to {high:>6.1%}{configuration['seconds']:>9.1f}"
        lines.append(f"{configuration['name']:<{width}}{numbers}")
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
    return f"{signed(100 * share)} points"


def _range(interval):
    """Write an interval in percent."""
    return f"{percent(interval[0])} to {percent(interval[1])}"


def figure(record):
    """Draw each configuration's accuracy with its interval; a bracket joins two that differ.

    Parameters
    ----------
    record : dict
        As `evaluation.compare` returns it.

    Returns
    -------
    str
        SVG.
    """
    configurations = record["configurations"]
    places = {configuration["name"]: place for place, configuration in enumerate(configurations)}
    differing = [pair for pair in record["pairs"] if pair["differ"]]

    def paint(axes):
        for place, configuration in enumerate(configurations):
            low, high = (100 * bound for bound in configuration["interval"])
            best = configuration["name"] == record["best"]
            axes.plot([low, high], [place, place], color=FIRST, linewidth=1.6)
            axes.plot(
                100 * configuration["accuracy"],
                place,
                "D" if best else "o",
                color=SECOND if best else FIRST,
                markersize=7,
            )
        if record["best"] in places:
            corrected, place = 100 * record["corrected_accuracy"], places[record["best"]]
            axes.plot(corrected, place, "|", color=INK, markersize=14, markeredgewidth=2)
        axes.axvline(100 * record["chance"], color=MUTED, linestyle=":", linewidth=1.4)
        axes.set_yticks(range(len(configurations)), [_short(configuration["name"]) for configuration in configurations])
        axes.set(
            xlim=(0, 100 + 4 * len(differing)),
            ylim=(len(configurations) - 0.5, -0.5),
            xlabel="held-out photos right (%)",
        )
        axes.set_xticks(range(0, 101, 20))
        axes.grid(axis="x")
        axes.grid(axis="y", visible=False)
        for number, pair in enumerate(differing):
            edge, ends = 101 + 4 * number, (places[pair["first"]], places[pair["second"]])
            axes.plot([edge, edge + 2, edge + 2, edge], np.repeat(ends, 2), color=SECOND, linewidth=1.6)

    return draw(paint, (4.6, 1.2 + 0.42 * len(configurations)))


def _short(name):
    """Return a name that fits beside the figure."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def caption(record):
    """Say what the figure of a comparison shows."""
    each = ", ".join(
        f"{configuration['name']} {percent(configuration['accuracy'])}" for configuration in record["configurations"]
    )
    differing = [f"{pair['first']} and {pair['second']}" for pair in record["pairs"] if pair["differ"]]
    said = f"These differ: {'; '.join(differing)}." if differing else "No two of them can be told apart."
    return f"Held-out photos right: {each}. {said}"
