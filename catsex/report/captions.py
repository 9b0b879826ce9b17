"""Captions: what each figure shows, in a sentence or two, also as alternative text."""

import numpy as np

from catsex.numerals import percent


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
    epochs, seen = len(history["accuracy"]), history["accuracy"][-1]
    if "val_accuracy" not in history:
        return f"After {_count(epochs, 'epoch')}, {percent(seen)} of the photos that it was trained on are right."
    unseen = history["val_accuracy"][-1]
    gap = 100 * (seen - unseen)
    relation = f"{gap:.0f} percentage points more than" if gap >= 0.5 else "no more than"
    return (
        f"After {_count(epochs, 'epoch')}, {percent(seen)} of the photos that it was trained on are right, "
        f"{relation} of those that it has never seen ({percent(unseen)})."
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
    side = "beyond" if observed > line + 1e-5 else "not beyond"
    return (
        f"{as_good:,} of {len(null):,} permutations of the labels separate the photos as well as the real labels, "
        f"which lie {observed:.1f} standard deviations of chance above its median, {side} the 5 % line at {line:.1f}."
    )


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
    outlook = "still rising: more photos should help" if still_rising else "not clearly rising any more"
    return (
        f"Learning from {_count(first['photos_per_class'], 'photo')} of each class, the network gets "
        f"{percent(first['accuracy'])} of held-out photos right; from {last['photos_per_class']}, "
        f"{percent(last['accuracy'])}. The curve is {outlook}."
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
        text = f"Each class is recognised in {percent(right.max())} of cases."
    else:
        text = f"Best recognised: {best} ({percent(right.max())}). Least: {worst} ({percent(right.min())})."
    row, column = np.unravel_index(mistakes.argmax(), shares.shape)
    if mistakes.max() < 0.005:
        return text
    return f"{text} Most frequent confusion: {class_names[row]} as {class_names[column]} ({percent(mistakes.max())})."


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
    wrong = sum(tile.wrong for tile in tiles)
    shown = f"A random {len(tiles)} of {total:,} photos" if len(tiles) < total else f"All {_count(total, 'photo')}"
    if not wrong:
        return f"{shown}; all predictions are right."
    return f"{shown}; the {_count(wrong, 'wrong prediction')} {'is' if wrong == 1 else 'are'} framed and marked ✗."


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
        return f"Of all photos, {_count(total, 'prediction')} {'is' if total == 1 else 'are'} wrong; shown here."
    return f"Of all photos, {total:,} predictions are wrong. These are the {len(tiles)} worst, not a sample."


def _count(number, thing):
    """Write a number of things."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
