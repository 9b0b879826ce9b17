"""The answer of an evaluation as a card, as the browser page shows it: headline, one sentence, three facts."""

import json
import re
from functools import cache
from importlib.resources import files


@cache
def _words():
    """Return the card's sentences, by key; web/src/words has them in other languages."""
    return json.loads(files("catsex.report").joinpath("card.json").read_text(encoding="utf-8"))


def _say(key, **values):
    """Return a sentence with its placeholders filled, and without the marks of words that the browser page explains."""
    return re.sub(r"</?\w+>", "", _words()[key].format(**values))


def card(record):
    """Return what stands on the card of a run.

    Parameters
    ----------
    record : dict
        As `redrawing.read` returns it.

    Returns
    -------
    dict or None
        `headline` and `lead` (str), and `facts`: list of (str, str), a count and what was counted. None if the run is
        no evaluation.
    """
    if record["kind"] != "evaluation":
        return None
    low, high = map(_hundredths, record["interval"])
    right, made = _hundredths(record["accuracy"]), record["permutations"]
    as_good = record.get("as_good", round(record["p_value"] * (1 + made)) - 1)
    facts = [
        (_count(right, 100), _say("fact.right", chance=_hundredths(record["chance"]), low=low, high=high)),
        (_count(as_good, made), _say("fact.chance", p=f"{record['p_value']:.2g}")),
    ]
    if record["shortcuts"]:
        best = max(record["shortcuts"], key=lambda candidate: candidate["accuracy"])
        facts.append((_count(_hundredths(best["accuracy"]), 100), _say("fact.shortcut", features=best["name"])))
    verdict = record["verdict"]
    return {"headline": _say(f"headline.{verdict}"), "lead": _say(f"lead.{verdict}", right=right), "facts": facts}


def _count(some, among):
    return _say("fact.count", some=f"{some:,}", all=f"{among:,}")


def _hundredths(share):
    """Return how many of 100 a share is."""
    return round(100 * share)
