"""Numbers to one sentence that a person can act on."""

from dataclasses import dataclass

import numpy as np

from catsex.evaluation.exchanges import AMONG
from catsex.evaluation.hints import TOGETHER

LEARNABLE, WEAK, NONE, TOO_FEW = "learnable", "weak evidence", "no evidence", "too few photos"
STRICT, USUAL = 0.01, 0.05
UNEVEN = 0.3  # between the shares of two classes that are right, to be worth a word
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


def judge(
    *,
    accuracy,
    interval,
    p_value,
    permutations,
    chance,
    detectable,
    power,
    good,
    class_names,
    null_sd,
    grouping,
    shortcuts=(),
    difference=1.0,
    shares=(),
    photos=(),
):
    """Turn the numbers of an evaluation into words.

    *Learnable*: p < 0.01 and the interval lies above chance. *Weak evidence*: p < 0.05 otherwise. *Too few photos*:
    neither, and even a good classifier would reach p < 0.05 in less than four sets of five, or never, since so few
    groups can exchange their labels in so few ways. *No evidence*: the rest.

    Parameters
    ----------
    accuracy, chance, detectable, good : float, 0 to 1
        The out-of-fold balanced accuracy; that of guessing; the one above which p < 0.05; that of a good classifier.
    interval : (float, float), 0 to 1
    p_value : float
    permutations : int
    power : float, 0 to 1
        How often a good classifier would exceed `detectable`.
    class_names : list of str
    null_sd : float
        Standard deviation of the null distribution.
    grouping : dict
        Which photos belong together: `known` (whether the set says so), `per_class` (groups of each class),
        `exchange`, `smallest_p` and `needed`, as `protocol.evaluate` returns them.
    shortcuts : list of dict
        As `shortcuts.cross_validate` returns them.
    difference : float
        The p-value of another question, whether the classes differ at all, as `difference.difference` returns it.
        It has no part in the outcome.
    shares : sequence of float, 0 to 1
        How many of each class are right.
    photos : sequence of int
        How many photos each class has.

    Returns
    -------
    Verdict
    """
    if p_value < STRICT and interval[0] > chance:
        outcome, opening = LEARNABLE, f"The network can tell {_names(class_names)}"
    elif p_value < USUAL:
        outcome, opening = WEAK, f"Weak evidence that the network can tell {_names(class_names)}"
    elif power < ENOUGH_POWER or grouping["smallest_p"] >= USUAL:
        outcome, opening = TOO_FEW, f"Too few photos to say whether the network can tell {_names(class_names)}"
    else:
        outcome, opening = NONE, f"No evidence that the network can tell {_names(class_names)}"
    sentence = (
        f"{opening}: {_percent(accuracy)} of held-out photos right (95 % interval {100 * interval[0]:.0f}–"
        f"{_percent(interval[1])}, chance {_percent(chance)}, p = {_p(p_value)})."
    )
    remarks = list(_OUTCOME_REMARKS[outcome])
    if grouping["smallest_p"] >= USUAL:
        remarks.append(_out_of_reach(grouping))
    elif outcome in (NONE, TOO_FEW):
        remarks.append(
            f"With these photos an accuracy has to exceed {_percent(detectable)} to be told from luck. A classifier "
            f"that gets {_percent(good)} of new photos right would do so in {_percent(power)} of such sets."
        )
    if outcome in (NONE, TOO_FEW) and difference < USUAL:
        remarks.append(
            f"The photos of the {'two kinds' if len(class_names) == 2 else 'classes'} do differ on the whole (p = "
            f"{_p(difference)}), though from these few the network does not yet sort single photos: more photos should "
            "help."
        )
    if outcome in (LEARNABLE, WEAK) and not grouping["known"]:
        remarks.append(
            "Do several of the photos show the same subject, one animal or one burst say? Then it may have recognised "
            "the subject: put each subject's photos into a folder of its own within its class, and ask again."
        )
    remarks += _missed(class_names, shares, photos, max(chance, accuracy / 2))
    remarks += _near_threshold(p_value, permutations)
    remarks += _shortcut(accuracy, null_sd, shortcuts)
    return Verdict(outcome, sentence, remarks)


_OUTCOME_REMARKS = {
    LEARNABLE: [
        "That holds for photos taken like these. Whether it is the subject that the network sees, or the way in which "
        "the photos of each class were taken, no test on these photos alone can tell."
    ],
    WEAK: [
        "One set of photos in twenty looks like this by luck alone when there is nothing to learn. More photos, or a "
        "second set taken independently, would settle it."
    ],
    TOO_FEW: ["Add photos of each class and ask again; nothing can be concluded either way."],
    NONE: [
        "That is not proof that nothing is there: this network with a new last layer may be unable to use a difference "
        "that another method or a trained eye can see."
    ],
}


def _out_of_reach(grouping):
    """Say that so few groups cannot show anything, and how many could."""
    if grouping["exchange"] == AMONG:
        counts, needed = " and ".join(map(str, grouping["per_class"])), f"{grouping['needed']} groups of each class"
    else:
        counts, needed = str(grouping["number"]), f"{grouping['needed']} groups like these"
    return (
        f"Photos that belong together make {counts} groups, and the labels of so few can be exchanged in so few ways "
        f"that even a perfect result is worth no less than p = {_p(grouping['smallest_p'])}; {needed} would do."
    )


def _missed(class_names, shares, photos, least):
    """Say so if one class is mostly missed while another is not: fewer than `least` of it are right."""
    if not len(shares):
        return []
    worst, best = int(np.argmin(shares)), int(np.argmax(shares))
    if shares[worst] >= least or shares[best] - shares[worst] < UNEVEN:
        return []
    return [
        f"The class {class_names[worst]} is mostly missed: {_percent(shares[worst])} of it are right, of "
        f"{class_names[best]} {_percent(shares[best])}. There are {photos[worst]} photos of the one and {photos[best]} "
        "of the other."
    ]


def _near_threshold(p_value, permutations):
    """Say so if another draw of permutations could have put p on the other side of a threshold."""
    error = 1.96 * np.sqrt(p_value * (1 - p_value) / permutations)
    for threshold in (STRICT, USUAL):
        if abs(p_value - threshold) <= error:
            return [
                f"p is so close to {threshold} that another draw of {permutations} permutations could put it on the "
                "other side; ask with more --permutations."
            ]
    return []


def _shortcut(accuracy, null_sd, shortcuts):
    """Say so if hints that have nothing to do with the subject do about as well as the network, and not by luck.

    Several were tried, so what counts is `corrected`. The best three are named; what combines others only if none of
    them does as well.
    """
    found = [hint for hint in shortcuts if hint["corrected"] < USUAL and hint["accuracy"] >= accuracy - null_sd]
    found.sort(key=lambda hint: (hint["features"] == TOGETHER, -hint["accuracy"]))
    if not found:
        return []
    (first, *others) = [hint for hint in found[:3] if hint["features"] != TOGETHER] or found[:1]
    more = "".join(f", {hint['features']} {_percent(hint['accuracy'])} (p = {_p(hint['p_value'])})" for hint in others)
    return [
        f"The classes may differ in how they were photographed: {first['features']} alone gets "
        f"{_percent(first['accuracy'])} right (p = {_p(first['p_value'])}){more}."
    ]


def gap(predictions, labels, held_out, epochs):
    """Say how far the photos that a network was trained on are from those that it has never seen.

    Parameters
    ----------
    predictions, labels : ndarray, shape (N,), int
    held_out : ndarray, shape (N,), bool
        The photos that it was not trained on, at least one.
    epochs : int
        How long it was trained.

    Returns
    -------
    str
    """
    right = predictions == labels
    seen, unseen = np.mean(right[~held_out]), np.mean(right[held_out])
    chance = np.max(np.bincount(labels[held_out])) / np.sum(held_out)
    return (
        f"After {epochs} epochs {seen:.0%} of the photos that it was trained on are right, and {unseen:.0%} of "
        f"those that it has never seen: a gap of {100 * (seen - unseen):.0f} percentage points. Always naming the "
        f"largest class gets {chance:.0%}."
    )


def _names(class_names):
    """Name the classes: all of them, unless they are many."""
    if len(class_names) == 2:
        return f"{class_names[0]} from {class_names[1]}"
    if len(class_names) > 6:
        return f"these {len(class_names)} classes apart"
    return f"{', '.join(class_names[:-1])} and {class_names[-1]} apart"


def _percent(share):
    """Write a share as a whole percentage."""
    return f"{100 * share:.0f} %"


def _p(p_value):
    """Write a p-value with two significant digits."""
    return f"{p_value:.2g}"
