"""A comparison of configurations as a table, as text and as a figure."""

import numpy as np

from catsex.numerals import percent, signed
from catsex.report.style import FIRST, INK, MUTED, SECOND, draw
from catsex.sentences import sentences_of

say, of_numbers = sentences_of("comparison"), sentences_of("numbers")

LONGEST = 26  # letters of a configuration's name in the figure


def rows(record):
    """Return the main numbers of a comparison, as `summary.rows` does."""
    table = [
        (
            one["name"],
            percent(one["accuracy"]),
            say("row.configuration", interval=_range(one["interval"]), seconds=one["seconds"]),
        )
        for one in record["configurations"]
    ]
    table += [
        (
            say("row.pair", second=pair["second"], first=pair["first"]),
            _points(pair["difference"]),
            say(
                "row.pair.means",
                low=_points(pair["interval"][0]),
                high=_points(pair["interval"][1]),
                p=pair["p_value"],
                corrected=pair["corrected_p"],
                detectable=100 * pair["detectable"],
            ),
        )
        for pair in record["pairs"]
    ]
    return [
        *table,
        (say("row.best"), percent(record["corrected_accuracy"]), say("row.best.means", name=record["best"])),
        (of_numbers("chance"), percent(record["chance"]), of_numbers("chance.means")),
    ]


def text(results):
    """Return a comparison as a person reads it: the sentence first, then the numbers behind it."""
    heads = [say(f"head.{column}") for column in ("configuration", "right", "interval", "seconds")]
    width = max(len(name) for name in (heads[0], *(one["name"] for one in results["configurations"]))) + 2
    lines = [
        results["sentence"],
        *results["remarks"],
        "",
        f"{heads[0]:<{width}}{heads[1]}  {heads[2]:<15}{heads[3]:>9}",
    ]
    for one in results["configurations"]:
        low, high = one["interval"]
        numbers = f"{one['accuracy']:>{len(heads[1])}.1%}  {say('interval', low=low, high=high)}{one['seconds']:>9.1f}"
        lines.append(f"{one['name']:<{width}}{numbers}")
    shape = {"pairs": len(results["pairs"]), "folds": results["folds"], "repeats": results["repeats"]}
    lines += ["", say("head.pairs", **shape)]
    for pair in results["pairs"]:
        lines.append(f"  {pair['sentence']}")
        if not pair["differ"]:
            lines[-1] += " " + say("pair.detectable", p=pair["corrected_p"], detectable=100 * pair["detectable"])
    return "\n".join(lines)


def _points(share):
    """Write a difference as whole points with its sign."""
    return say("row.points", points=signed(100 * share))


def _range(interval):
    """Write an interval in percent."""
    return say("range", low=percent(interval[0]), high=percent(interval[1]))


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
            xlabel=say("axis"),
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
    differing = [say("and", first=pair["first"], second=pair["second"]) for pair in record["pairs"] if pair["differ"]]
    said = say("caption.differ", pairs="; ".join(differing)) if differing else say("caption.none")
    return say("caption", each=each, differing=said)
