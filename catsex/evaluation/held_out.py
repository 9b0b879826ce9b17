"""Which photos to hold out, and how a trained model scores on them, beside always naming the largest class."""

import numpy as np

from catsex.evaluation.grouping.alike import find_alike
from catsex.evaluation.grouping.copies import check_one_class_each
from catsex.evaluation.splits import last_of_each_class, some_of_each_class
from catsex.sentences import sentences_of

say = sentences_of("held out")


def hold_out(photos, seed=None, alike=None):
    """Return which photos to hold out: those that their folders say, or else a quarter of each class.

    Photos of one subject, where that is known, and of one burst are held out together; near-duplicates and frames of
    one video are if they have been looked for.

    Parameters
    ----------
    photos : PhotoSet
    seed : int, optional
        Draws that quarter at random; by default it is the last photos of each class.
    alike : Alike, optional
        Photos that show the same again, as `find_alike` finds them by their features; by default only bursts.

    Returns
    -------
    ndarray, shape (N,), bool

    Raises
    ------
    DataError
        If a class has fewer than two photos, so that none would be left to train on; and, with `alike`, if the same
        photo is in two classes.
    """
    if photos.held_out is not None:
        return photos.held_out
    if alike is None:
        alike = find_alike(photos)
    else:  # so that all photos have been read
        check_one_class_each(photos.paths, photos.labels, photos.checksums)
    shape = {"groups": alike.together(len(photos), photos.groups), "class_names": photos.class_names}
    if seed is None:
        return last_of_each_class(photos.labels, **shape)
    return some_of_each_class(photos.labels, seed, **shape)


def score(photos, probabilities, held_out, seen=None):
    """Score a trained model on the photos that `scored` chooses.

    Parameters
    ----------
    photos : PhotoSet
        N photos.
    probabilities : ndarray, shape (N, classes), 0 to 1
        Of photos that the model was not asked about, NaN.
    held_out, seen : ndarray, shape (N,), bool
        As `sentence` takes them; by default none is `seen`.

    Returns
    -------
    dict
        `sentence` and `test_accuracy`, as `sentence` returns them; `by_class`, as that function returns it; and
        `confusion`: of the photos of each class (rows) how many were taken for which.
    """
    predictions, names = np.argmax(probabilities, axis=1), photos.class_names
    seen = np.zeros_like(held_out) if seen is None else seen
    right, chosen = predictions == photos.labels, scored(held_out, seen)
    said, test_accuracy = sentence(right, held_out, seen)
    confusion = np.zeros((len(names), len(names)), int)
    np.add.at(confusion, (photos.labels[chosen], predictions[chosen]), 1)
    return {
        "sentence": said,
        "test_accuracy": test_accuracy,
        "by_class": by_class(right[chosen], photos.labels[chosen], names),
        "confusion": confusion.tolist(),
    }


def sentence(right, held_out, seen):
    """Say how many photos are right: of those never seen if there are any, else of those that were trained on.

    Parameters
    ----------
    right, held_out, seen : ndarray, shape (N,), bool
        `seen` are held out and yet have been seen, as `copies.check_split` returns them: they prove nothing.

    Returns
    -------
    (str, float or None)
        The sentence, and the share of photos never seen that are right, None if there are none.
    """
    unseen = held_out & ~seen
    if not held_out.any():
        return say("trained on", right=np.mean(right)), None
    if not unseen.any():
        return say("nearly duplicate", number=held_out.sum(), right=np.mean(right[held_out])), None
    found = {"right": np.mean(right[unseen]), "number": unseen.sum()}
    said = say("never seen.others known", **found, others=seen.sum()) if seen.any() else say("never seen", **found)
    return said, float(np.mean(right[unseen]))


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
    seen, never = np.mean(right[~held_out]), np.mean(right[held_out])
    chance = np.max(np.bincount(labels[held_out])) / np.sum(held_out)
    return say("gap", epochs=epochs, seen=seen, never=never, gap=100 * (seen - never), chance=chance)


def scored(held_out, seen):
    """Return which photos to score a model on, (N,), bool: those never seen; if none, those held out; else all."""
    return next(mask for mask in (held_out & ~seen, held_out, np.ones_like(held_out)) if mask.any())


def by_class(right, labels, class_names):
    """Return what is right of each class, and what always naming the largest class would get.

    Parameters
    ----------
    right : ndarray, shape (n,), bool
    labels : ndarray, shape (n,), int
        At least one.
    class_names : list of str

    Returns
    -------
    dict
        `classes`, a list of dict with `class`, `photos` (their number) and `right` (0 to 1, None if it has none);
        `largest_class` and `by_naming_it` (0 to 1).
    """
    counts = np.bincount(labels, minlength=len(class_names))
    hits = np.bincount(labels, weights=right, minlength=len(class_names))
    classes = [
        {"class": name, "photos": int(count), "right": float(hit / count) if count else None}
        for name, count, hit in zip(class_names, counts, hits, strict=True)
    ]
    return {
        "classes": classes,
        "largest_class": class_names[int(np.argmax(counts))],
        "by_naming_it": float(counts.max() / counts.sum()),
    }


def confusion_lines(class_names, confusion):
    """Return what each class was taken for as lines for a person."""
    found = []
    for name, row in zip(class_names, confusion, strict=True):
        taken = [
            say("confusion.taken", number=count, name=other) for count, other in zip(row, class_names, strict=True)
        ]
        found.append(say("confusion", number=sum(row), name=name, taken=", ".join(taken)))
    return "\n".join(found)


def lines(found):
    """Return what `by_class` has found as lines for a person."""
    width = max(len(entry["class"]) for entry in found["classes"])
    table = [
        f"  {entry['class']:<{width}}  {say('class', right=entry['right'], number=entry['photos'])}"
        for entry in found["classes"]
        if entry["photos"]
    ]
    return "\n".join([*table, "  " + say("largest class", name=found["largest_class"], share=found["by_naming_it"])])
