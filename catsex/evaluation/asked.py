"""How often a set of photos has been evaluated, since the smallest of many p-values is small by chance."""

import hashlib
import json
import logging
import math
import time
from collections import Counter

from catsex.errors import reason
from catsex.files import cache_folder, replacing
from catsex.sentences import sentences_of

log = logging.getLogger(__name__)
say = sentences_of("asked")

MOST = 300  # evaluations that are remembered
LENGTH = 16  # hexadecimal digits that identify a photo
MANY = 20_000  # photos of a set that are remembered at most: those whose checksums begin with the most zeros
ORDINALS = 10  # times that have a word: the tenth time


def ask(entries, seed, results):
    """Remember an evaluation and its result, and say what was evaluated on the same photos before.

    An evaluation is the same if its photos, labels, seed and result are. Another network, or other folds, give
    another result, and so one more chance of a small p. Of others, those count that share more than half
    of either's photos, most of them with the same label.

    Parameters
    ----------
    entries : list of dict
        `sha256`, `name` and `class` of each photo.
    seed : int
    results : dict
        With `verdict`, `accuracy` and `p_value`.

    Returns
    -------
    asked : list of dict
        The earlier questions, the first one first: `seed`, `verdict` and `p_value` of each.
    remarks : list of str
    """
    zeros = "0" * math.ceil(math.log(max(1, len(entries) / MANY), 16))
    photos = {
        entry["sha256"][:LENGTH]: [entry["name"], entry["class"]]
        for entry in entries
        if entry["sha256"].startswith(zeros)
    }
    question = {"seed": seed, "photos": photos, "verdict": results["verdict"], "p_value": results["p_value"]}
    labels = sorted((digest, label) for digest, (_, label) in photos.items())
    same = json.dumps([seed, labels, results["accuracy"], results["p_value"]])
    key = hashlib.sha256(same.encode()).hexdigest()[:LENGTH]
    remembered = _remembered()
    now = remembered.get(key, {}).get("first", time.time())
    _remember(key, question | {"first": now})
    earlier = [
        one
        for other, one in remembered.items()
        if other != key and one["first"] < now and _alike(photos, one["photos"])
    ]
    earlier.sort(key=lambda one: one["first"])
    asked = [{name: one[name] for name in ("seed", "verdict", "p_value")} for one in earlier]
    return asked, _remarks(photos, earlier, results["p_value"], all_known=not zeros)


def _remembered():
    """Return the earlier evaluations that are remembered, by their key; those that cannot be read are ignored."""
    found = {}
    for path in _folder().glob("*.json"):
        try:
            one = json.loads(path.read_text(encoding="utf-8"))
            if one.keys() >= {"seed", "photos", "verdict", "p_value", "first"}:
                found[path.stem] = one
        except (OSError, ValueError, AttributeError):
            continue
    return found


def _remember(key, question):
    """Remember an evaluation, and drop the oldest ones; a cache that cannot be written costs only this memory."""
    folder = _folder()
    try:
        with replacing(folder / f"{key}.json") as path:
            path.write_text(json.dumps(question), encoding="utf-8")
        for path in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-MOST]:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("This evaluation cannot be remembered, so repeated ones are not counted: %s", reason(error))


def _folder():
    """Return the folder in which evaluations are remembered."""
    return cache_folder() / "asked"


def _alike(photos, others):
    """Return whether two sets share more than half of either's photos, and most of those have the same label."""
    zeros = max((_zeros(photos), _zeros(others)), key=len)
    photos, others = ({key: photo for key, photo in one.items() if key.startswith(zeros)} for one in (photos, others))
    shared = photos.keys() & others.keys()
    same = sum(photos[one][1] == others[one][1] for one in shared)
    return len(shared) > max(len(photos), len(others)) / 2 and same > len(shared) / 2


def _zeros(photos):
    """Return the zeros that all checksums begin with."""
    return "0" * min(len(one) - len(one.lstrip("0")) for one in photos or ["1"])


def _remarks(photos, earlier, p_value, all_known=True):
    """Say how often these photos were evaluated before, with what result, and what has changed since."""
    if not earlier:
        return []
    first, last, times = earlier[0], earlier[-1]["photos"], len(earlier) + 1
    nth = say(f"time.{times}") if times <= ORDINALS else say("time.many", times=times)
    smallest = min([p_value, *(one["p_value"] for one in earlier)])
    removed = [last[one][0] for one in last if one not in photos]
    added = [photos[one][0] for one in photos if one not in last]
    relabelled = [
        say("is now", name=photos[one][0], label=photos[one][1])
        for one in photos
        if one in last and photos[one][1] != last[one][1]
    ]
    changes = [
        say(what, count=len(names), names=_some(names))
        for what, names in (("removed", removed), ("relabelled", relabelled), ("added", added))
        if names
    ]
    since = [say("since", changes=", ".join(changes))] if changes and all_known else []
    attempts = {"times": times, "smallest": smallest, "corrected": min(1.0, times * smallest)}  # Bonferroni
    again = say("again", nth=nth, verdict=first["verdict"], p=first["p_value"], **attempts)
    return [" ".join([again, *since])]


def _some(names, most=3):
    """Name a few of many."""
    counted = Counter(names)  # files of the same name in different folders
    named = ", ".join(list(counted)[:most])
    return say("more", names=named, number=len(names) - most) if len(names) > most else named
