"""The answer of an evaluation as a card, as the browser page shows it: headline, one sentence, three facts."""

import re

from catsex.sentences import sentences_of

_words = sentences_of("card")


def say(key, **values):
    """Return a sentence without the marks of words that the browser page explains."""
    return re.sub(r"</?\w+>", "", _words(key, **values))


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
        (_count(right, 100), say("fact.right", chance=_hundredths(record["chance"]), low=low, high=high)),
        (_count(as_good, made), say("fact.chance", p=f"{record['p_value']:.2g}")),
    ]
    if record["shortcuts"]:
        best = max(record["shortcuts"], key=lambda candidate: candidate["accuracy"])
        facts.append((_count(_hundredths(best["accuracy"]), 100), say("fact.shortcut", features=best["name"])))
    verdict = record["verdict"]
    return {"headline": say(f"headline.{verdict}"), "lead": say(f"lead.{verdict}", right=right), "facts": facts}


def _count(some, among):
    return say("fact.count", some=f"{some:,}", all=f"{among:,}")


def _hundredths(share):
    """Return how many of 100 a share is."""
    return round(100 * share)
