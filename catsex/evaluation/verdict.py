"""The numbers of an evaluation to a sentence and remarks."""

from dataclasses import dataclass

import numpy as np

from catsex.evaluation.metrics import good_accuracy
from catsex.evaluation.permuting.permutation_scheme import AMONG
from catsex.evaluation.shortcuts.candidates import TOGETHER
from catsex.numerals import percent
from catsex.sentences import sentences_of

say = sentences_of("verdict")

LEARNABLE, WEAK, NONE, TOO_FEW = "learnable", "weak evidence", "no evidence", "too few photos"
STRICT, USUAL = 0.01, 0.05
UNEVEN = 0.3  # difference between the shares of two classes that are right, to be worth a remark
ENOUGH_POWER = 0.8  # the convention of Cohen, J. (1988), Statistical power analysis for the behavioral sciences


@dataclass(frozen=True)
class Verdict:
    """What the numbers mean.

    Attributes
    ----------
    outcome : str
        "learnable", "weak evidence", "no evidence" or "too few photos".
    sentence : str
        The outcome and the numbers behind it, in one sentence.
    remarks : list of str
        What else a reader should know, each a sentence or two.
    """

    outcome: str
    sentence: str
    remarks: list


def judge(numbers, photos_of):
    """Turn the numbers of an evaluation into words.

    *Learnable*: p < 0.01 and the interval lies above chance. *Weak evidence*: p < 0.05 otherwise. *Too few photos*:
    neither, and even a good classifier would reach p < 0.05 in less than four sets of five, or never, since the labels
    of so few groups have so few permutations. *No evidence*: the rest.

    Parameters
    ----------
    numbers : dict
        As `protocol.evaluate_sample` returns them: `accuracy`, `interval`, `p_value`, `permutations`, `chance`,
        `detectable_accuracy`, `power`, `null_sd`, `confusion`, `class_names`, `groups`, `shortcuts` and `learner`.
    photos_of : sequence of int
        How many photos each class has.

    Returns
    -------
    Verdict
    """
    p_value, groups, names = numbers["p_value"], numbers["groups"], numbers["class_names"]
    outcome = _outcome(numbers)
    remarks = [say(f"remark.{outcome}")]
    if groups["smallest_p"] >= USUAL:
        remarks.append(_out_of_reach(groups))
    elif outcome in (NONE, TOO_FEW):
        needed = {"detectable": numbers["detectable_accuracy"], "good": good_accuracy(len(names))}
        needed["power"] = numbers["power"]
        remarks.append(say("remark.power", **{name: percent(share) for name, share in needed.items()}))
    if numbers.get("learner") == "ridge regression":
        remarks.append(say("ridge regression"))
    if not groups["known"]:
        remarks.append(say("remark.subjects"))
    remarks += _missed(names, np.diag(numbers["confusion"]), photos_of, max(numbers["chance"], numbers["accuracy"] / 2))
    remarks += _near_threshold(p_value, numbers["permutations"])
    remarks += _shortcut(numbers["accuracy"], numbers["null_sd"], numbers["shortcuts"])
    return Verdict(outcome, _sentence(outcome, numbers), remarks)


def _outcome(numbers):
    """Return which of the four it is."""
    if numbers["p_value"] < STRICT and numbers["interval"][0] > numbers["chance"]:
        return LEARNABLE
    if numbers["p_value"] < USUAL:
        return WEAK
    if numbers["power"] < ENOUGH_POWER or numbers["groups"]["smallest_p"] >= USUAL:
        return TOO_FEW
    return NONE


def _sentence(outcome, numbers):
    """Say the outcome, and the numbers behind it."""
    low, high = numbers["interval"]
    return say(
        "sentence",
        opening=say(f"opening.{outcome}", names=_names(numbers["class_names"])),
        accuracy=percent(numbers["accuracy"]),
        low=f"{100 * low:.0f}",
        high=percent(high),
        chance=percent(numbers["chance"]),
        p=_p(numbers["p_value"]),
    )


def _out_of_reach(grouping):
    """Say that p cannot be small with so few groups, and how many groups are needed."""
    among = grouping["permutation_scheme"] == AMONG
    return say(
        f"remark.out of reach.{'among' if among else 'within'}",
        counts=say("and").join(map(str, grouping["per_class"])) if among else grouping["number"],
        needed=grouping["needed"],
        p=_p(grouping["smallest_p"]),
    )


def _missed(class_names, shares, photos, least):
    """Say so if one class is mostly misclassified while another is not: fewer than `least` of it are right."""
    worst, best = int(np.argmin(shares)), int(np.argmax(shares))
    if shares[worst] >= least or shares[best] - shares[worst] < UNEVEN:
        return []
    shown = {"worst": class_names[worst], "share": percent(shares[worst]), "number": int(photos[worst])}
    shown |= {"best": class_names[best], "best_share": percent(shares[best]), "best_number": int(photos[best])}
    return [say("remark.missed", **shown)]


def _near_threshold(p_value, permutations):
    """Say so if another draw of permutations could have put p on the other side of a threshold."""
    error = 1.96 * np.sqrt(p_value * (1 - p_value) / permutations)
    for threshold in (STRICT, USUAL):
        if abs(p_value - threshold) <= error:
            return [say("remark.near", threshold=threshold, permutations=permutations)]
    return []


def _shortcut(accuracy, null_sd, shortcuts):
    """Say so if candidate shortcuts do about as well as the network, and significantly better than chance.

    Several were tried, so what counts is `corrected`. The best three are named; what combines others only if none of
    them does as well.
    """
    found = [
        candidate
        for candidate in shortcuts
        if candidate["corrected"] < USUAL and candidate["accuracy"] >= accuracy - null_sd
    ]
    found.sort(key=lambda candidate: (candidate["name"] == TOGETHER, -candidate["accuracy"]))
    if not found:
        return []
    (first, *others) = [candidate for candidate in found[:3] if candidate["name"] != TOGETHER] or found[:1]
    more = "".join(say("remark.shortcut.more", **_candidate(candidate)) for candidate in others)
    return [say("remark.shortcut", **_candidate(first), more=more)]


def _candidate(candidate):
    """Return what a sentence says of a candidate."""
    return {
        "features": candidate["name"],
        "accuracy": percent(candidate["accuracy"]),
        "p": _p(candidate["p_value"]),
    }


def _names(class_names):
    """Name the classes: all of them, unless they are many."""
    if len(class_names) == 2:
        return say("names.two", first=class_names[0], last=class_names[1])
    if len(class_names) > 6:
        return say("names.many", count=len(class_names))
    return say("names.some", first=", ".join(class_names[:-1]), last=class_names[-1])


def _p(p_value):
    """Write a p-value with two significant digits."""
    return f"{p_value:.2g}"
