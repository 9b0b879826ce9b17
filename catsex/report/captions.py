"""Captions: what each figure shows, in a sentence or two, also as alternative text."""

import numpy as np

from catsex.numerals import percent
from catsex.sentences import sentences_of

say = sentences_of("captions")


def learning_curves(history):
    """Say where the curves of a training history end.

    Parameters
    ----------
    history : dict of str to list of float
        As `training.fit` returns it.

    Returns
    -------
    str
    """
    seen = history["accuracy"][-1]
    said = {"epochs": say("epochs", count=len(history["accuracy"])), "seen": percent(seen)}
    if "val_accuracy" not in history:
        return say("learning curves.trained on", **said)
    unseen = history["val_accuracy"][-1]
    gap = 100 * (seen - unseen)
    return say(
        "learning curves.gap" if gap >= 0.5 else "learning curves.no gap", **said, gap=gap, unseen=percent(unseen)
    )


def null_histogram(null, observed):
    """Say how far the result lies from chance.

    Parameters
    ----------
    null : sequence of float
        The statistic of permuted labels, in standard deviations of chance.
    observed : float
        That of the real labels.

    Returns
    -------
    str
    """
    as_good, line = int(np.sum(np.array(null) >= observed - 1e-5)), five_percent_line(null)
    found = {"as_good": as_good, "number": len(null), "observed": observed, "line": line}
    return say("chance.beyond" if observed > line + 1e-5 else "chance.not beyond", **found)


def five_percent_line(null):
    """Return what the statistic has to exceed for p < 0.05.

    Parameters
    ----------
    null : sequence of float
        The statistic of permuted labels.

    Returns
    -------
    float
    """
    return float(np.sort(null)[::-1][max(0, int(np.ceil(0.05 * (1 + len(null)))) - 2)])


def accuracy_by_size(points, still_rising):
    """Say whether more photos should help.

    Parameters
    ----------
    points : list of dict
        As `evaluation.cross_validation.learning_curve` returns them.
    still_rising : bool

    Returns
    -------
    str
    """
    first, last = points[0], points[-1]
    return say(
        "size.rising" if still_rising else "size.level",
        few=say("photos", count=first["photos_per_class"]),
        first=percent(first["accuracy"]),
        many=last["photos_per_class"],
        last=percent(last["accuracy"]),
    )


def confusion_matrix(shares, class_names):
    """Say which classes are recognised best and worst, and which two are confused most.

    Parameters
    ----------
    shares : ndarray, shape (classes, classes), 0 to 1
    class_names : list of str

    Returns
    -------
    str
    """
    shares = np.array(shares)
    right, mistakes = np.diag(shares), shares * (1 - np.eye(len(shares)))
    best, worst = class_names[int(right.argmax())], class_names[int(right.argmin())]
    if percent(right.max()) == percent(right.min()):
        text = say("confusion.equal", share=percent(right.max()))
    else:
        shown = {"best_share": percent(right.max()), "worst_share": percent(right.min())}
        text = say("confusion.best", best=best, worst=worst, **shown)
    row, column = np.unravel_index(mistakes.argmax(), shares.shape)
    if mistakes.max() < 0.005:
        return text
    mistake = {"truth": class_names[row], "prediction": class_names[column], "share": percent(mistakes.max())}
    return f"{text} {say('confusion.mistake', **mistake)}"


def contact_sheet(tiles, total):
    """Say how many photos are shown, and how many of them are wrong.

    Parameters
    ----------
    tiles : list of contact_sheet.Tile
    total : int
        How many photos the network has predicted.

    Returns
    -------
    str
    """
    wrong, photos = sum(tile.wrong for tile in tiles), say("photos", count=total)
    said = say("sheet.wrong", count=wrong) if wrong else say("sheet.right")
    if len(tiles) < total:
        return say("sheet.some", shown=len(tiles), photos=photos, wrong=said)
    return say("sheet.all", photos=photos, wrong=said)


def worst(tiles, total):
    """Say which wrong predictions are shown beside a sample.

    Parameters
    ----------
    tiles : list of contact_sheet.Tile
    total : int
        How many wrong predictions there are.

    Returns
    -------
    str
    """
    if len(tiles) == total:
        return say("worst.all", count=total)
    return say("worst.some", total=total, shown=len(tiles))
