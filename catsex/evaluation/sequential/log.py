"""The log of earlier bets on photos; a bet is never taken back."""

import hashlib
import json
import logging
from typing import NamedTuple

from catsex.errors import reason
from catsex.evaluation.sequential.betting import Round
from catsex.files import cache_folder, replacing

log = logging.getLogger(__name__)

MOST = 100  # sets that are remembered
LENGTH = 16  # hexadecimal digits that identify a photo


class Log(NamedTuple):
    """The bets on a set of photos, and the file that holds them.

    Attributes
    ----------
    rounds : list of Round
    seen : dict of str to str
        The class of each photo that was known after them, by `photo_keys`, in the order in which they became known.
    order : str
        What the photos were in the order of.
    name : str
        Of its file; "" if there is none yet.
    """

    rounds: list
    seen: dict
    order: str = ""
    name: str = ""


def photo_keys(digests):
    """Return the keys of photos in a log: the beginnings of their files' checksums, shape (N,)."""
    return [digest[:LENGTH] for digest in digests]


def read_log(keys):
    """Return what was bet on these photos: the log that most of them are in, if that is more than half of its photos.

    Parameters
    ----------
    keys : sequence of N str
        As `photo_keys` returns them.

    Returns
    -------
    Log
        An empty one if there is none; what cannot be read is forgotten.
    """
    there, best, shared = set(keys), Log([], {}), 0
    for path in _folder().glob("*.json"):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            found = Log([Round(**one) for one in said["rounds"]], dict(said["seen"]), str(said["order"]), path.stem)
        except (OSError, ValueError, TypeError, KeyError):
            continue
        same = len(there & found.seen.keys())
        if same > max(shared, len(found.seen) / 2):
            best, shared = found, same
    return best


def write_log(one):
    """Keep a log; a cache that cannot be written costs this memory, no more."""
    name = one.name or hashlib.sha256("".join(one.seen).encode()).hexdigest()[:LENGTH]
    said = {"rounds": [each._asdict() for each in one.rounds], "seen": one.seen, "order": one.order}
    try:
        with replacing(_folder() / f"{name}.json") as path:
            path.write_text(json.dumps(said), encoding="utf-8")
        for path in sorted(_folder().glob("*.json"), key=lambda path: path.stat().st_mtime)[:-MOST]:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("The bets on these photos cannot be remembered: %s", reason(error))


def _folder():
    """Return where logs are kept."""
    return cache_folder() / "bets"
