"""The sentences of a comparison."""

from catsex.evaluation.comparing.paired import LEVEL
from catsex.numerals import percent, signed
from catsex.sentences import sentences_of

say = sentences_of("comparison")


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
    key = ("pair.differs" if len(configurations) == 2 else "pair.differs.corrected") if differ else "pair.same"
    sentence = say(
        key,
        one=one["name"],
        other=other["name"],
        one_right=percent(one["accuracy"]),
        other_right=percent(other["accuracy"]),
        difference=_points(points),
        low=signed(low),
        high=signed(high),
        p=pair["corrected_p"],
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
        clearest = differing[0]["sentence"]
        return f"{clearest} {say('pairs', pairs=len(pairs), count=len(differing))}" if len(pairs) > 1 else clearest
    if len(configurations) == 2:
        return pairs[0]["sentence"]
    low, high = (choose(configurations, key=lambda one: one["accuracy"]) for choose in (min, max))
    number, least, most = len(configurations), percent(low["accuracy"]), percent(high["accuracy"])
    if least == most:
        return say("none differ.equal", number=number, right=least)
    return say("none differ", number=number, low=least, lowest=low["name"], high=most, highest=high["name"])


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
        several = say("detectable.several", least=least, most=most)
        said.append(say("detectable", points=most) if least == most else several)
    shares = {"own": percent(best["accuracy"]), "corrected": percent(corrected)}
    return [*said, say("best", number=len(configurations), name=best["name"], **shares), say("chance untested")]


def _points(points):
    """Write a difference, with a sign only if it is negative."""
    return say("points", points=signed(points).removeprefix("+"), count=abs(round(points)))
