"""The sentences of a comparison."""

from catsex.evaluation.comparing.paired import LEVEL
from catsex.numerals import percent, signed


def pair_in_words(pair, configurations):
    """Return a pair with its configurations' names, whether they differ, and a sentence that says so.

    Parameters
    ----------
    pair : dict
        As `comparison.compare_predictions` returns it.
    configurations : list of dict
        With `name` and `accuracy`.

    Returns
    -------
    dict
        `pair` with names for `first` and `second`, `differ` (bool) and `sentence`.
    """
    first, second = configurations[pair["first"]], configurations[pair["second"]]
    differ = pair["corrected_p"] < LEVEL
    low, high = (100 * bound for bound in pair["interval"])
    points = 100 * pair["difference"]
    one, other = first, second
    if differ and points > 0:
        one, other = second, first  # the better one first
    elif differ:
        points, low, high = -points, -high, -low
    numbers = (
        f"{percent(one['accuracy'])} and {percent(other['accuracy'])} "
        f"(difference {_points(points)}, {signed(low)} to {signed(high)}"
    )
    sentence = f"No difference can be seen between {one['name']} and {other['name']}: {numbers})."
    if differ:
        corrected = "" if len(configurations) == 2 else ", corrected for the number of pairs"
        sentence = (
            f"{one['name']} gets more right than {other['name']}: {numbers}; p = {pair['corrected_p']:.2g}{corrected})."
        )
    return pair | {"first": first["name"], "second": second["name"], "differ": differ, "sentence": sentence}


def sentence(pairs, configurations):
    """Return what the comparison says, in one sentence or two.

    Parameters
    ----------
    pairs : list of dict
        As `pair_in_words` returns them.
    configurations : list of dict

    Returns
    -------
    str
    """
    differing = sorted((pair for pair in pairs if pair["differ"]), key=lambda pair: pair["corrected_p"])
    if differing:
        count = (
            f" Of {len(pairs)} pairs of configurations, {len(differing)} differ{'s' if len(differing) == 1 else ''}."
        )
        return differing[0]["sentence"] + (count if len(pairs) > 1 else "")
    if len(configurations) == 2:
        return pairs[0]["sentence"]
    low, high = (choose(configurations, key=lambda one: one["accuracy"]) for choose in (min, max))
    if percent(low["accuracy"]) == percent(high["accuracy"]):
        each = percent(low["accuracy"])
        return f"No difference can be seen between the {len(configurations)} configurations: all get {each} right."
    return (
        f"No difference can be seen between any two of the {len(configurations)} configurations: they get from "
        f"{percent(low['accuracy'])} ({low['name']}) to {percent(high['accuracy'])} ({high['name']}) right."
    )


def remarks(pairs, configurations, best, corrected):
    """Return what else a reader should know: what could have been seen, what the best is worth, what is not said.

    Parameters
    ----------
    pairs, configurations : list of dict
    best : dict
        The configuration with the best score.
    corrected : float, 0 to 1
        As `winner.corrected_accuracy` returns it.

    Returns
    -------
    list of str
    """
    said = []
    unseen = [100 * pair["detectable"] for pair in pairs if not pair["differ"]]
    if unseen:
        least, most = f"{min(unseen):.0f}", f"{max(unseen):.0f}"
        points = f"{most} points" if least == most else f"{least} to {most} points, depending on the pair,"
        said.append(
            f"A difference of {points} would have been seen in four of five such sets, smaller ones less often."
        )
    return [
        *said,
        f"Best of {len(configurations)}: {best['name']}, {percent(best['accuracy'])} by its own score, "
        f"{percent(corrected)} corrected for having picked the best.",
        "This does not say whether any of them does better than chance; scripts/evaluate.py tests that.",
    ]


def _points(points):
    """Write a difference, with a sign only if it is negative."""
    text = signed(points).removeprefix("+")
    return f"{text} point" if text.lstrip("\N{MINUS SIGN}") == "1" else f"{text} points"
