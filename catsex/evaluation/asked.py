"""How often a set of photos has been evaluated, since the smallest of many p-values is small by chance."""

import hashlib
import json
import logging
import time
from collections import Counter

from catsex.errors import reason
from catsex.files import cache_folder, replacing

log = logging.getLogger(__name__)

MOST = 300  # evaluations that are remembered
LENGTH = 16  # hexadecimal digits that identify a photo
ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


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
    photos = {entry["sha256"][:LENGTH]: [entry["name"], entry["class"]] for entry in entries}
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
    return asked, _remarks(photos, earlier, results["p_value"])


def _remembered():
    """Return the questions that are remembered, by their key; what cannot be read is forgotten."""
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
    """Write a question down, and forget the oldest ones; a cache that cannot be written costs this memory, no more."""
    folder = _folder()
    try:
        with replacing(folder / f"{key}.json") as path:
            path.write_text(json.dumps(question), encoding="utf-8")
        for path in sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)[:-MOST]:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("This evaluation cannot be remembered, so repeated ones are not counted: %s", reason(error))


def _folder():
    """Return where questions are remembered."""
    return cache_folder() / "asked"


def _alike(photos, others):
    """Return whether two sets share more than half of either's photos, and most of those have the same label."""
    shared = photos.keys() & others.keys()
    same = sum(photos[one][1] == others[one][1] for one in shared)
    return len(shared) > max(len(photos), len(others)) / 2 and same > len(shared) / 2


def _remarks(photos, earlier, p_value):
    """Say how often these photos were evaluated before, with what result, and what has changed since."""
    if not earlier:
        return []
    first, last, times = earlier[0], earlier[-1]["photos"], len(earlier) + 1
    nth = f"{ORDINALS[times - 2]} time" if times - 2 < len(ORDINALS) else f"time number {times}"
    smallest = min([p_value, *(one["p_value"] for one in earlier)])
    removed = [last[one][0] for one in last if one not in photos]
    added = [photos[one][0] for one in photos if one not in last]
    relabelled = [
        f"{photos[one][0]} is {photos[one][1]} now" for one in photos if one in last and photos[one][1] != last[one][1]
    ]
    changes = [
        f"{len(names)} {'photo was' if len(names) == 1 else 'photos were'} {what} ({_some(names)})"
        for what, names in (("removed", removed), ("relabelled", relabelled), ("added", added))
        if names
    ]
    since = f" Since the last time, {', '.join(changes)}." if changes else ""
    return [
        f"Evaluated for the {nth}: the first verdict was {first['verdict']}, p = {first['p_value']:.2g}. "
        f"With {times} attempts, chance alone makes the smallest p-value small: {smallest:.2g} is to be read as "
        f"{min(1.0, times * smallest):.2g} (Bonferroni).{since}"
    ]


def _some(names, most=3):
    """Name a few of many."""
    counted = Counter(names)  # files of the same name in different folders
    named = list(counted)[:most]
    return ", ".join(named) + (f" and {len(names) - most} more" if len(names) > most else "")
