"""Where files are kept, and how they are written: whole or not at all."""

import contextlib
import json
import os
import secrets
import shutil
import sys
import time
from pathlib import Path

from catsex.errors import CatsexError, reason

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

TEMPORARY = ".catsex-"
DAY = 24 * 3600


def cache_folder():
    """Return the folder for what can be computed or fetched again; it may not exist yet.

    `$XDG_CACHE_HOME/catsex` if that variable is set, else the platform's own place for caches.
    """
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]) / "catsex"
    if sys.platform == "darwin":
        return Path(os.path.expanduser("~/Library/Caches/catsex"))
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", os.path.expanduser("~/AppData/Local")), "catsex", "Cache")
    return Path(os.path.expanduser("~/.cache/catsex"))


def keras_cache():
    """Return the folder in which Keras keeps pretrained models."""
    return Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras")) / "models"


@contextlib.contextmanager
def replacing(path):
    """Yield a temporary path, and move what was written there to `path` once the block has succeeded.

    Whatever interrupts the block, `path` is what it was before or what it should become. What a killed process
    left behind is removed by the next call for the same folder; what is still being written, by whatever
    process, is left alone.

    Parameters
    ----------
    path : str or Path
        The final name, of a file or of a folder. Its parent is made if there is none. A file there is replaced;
        a folder must not be there yet.

    Yields
    ------
    Path
        Where to write: the same name in a temporary folder beside `path`.

    Raises
    ------
    OSError
        If `path` cannot be written.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path.parent)
    with _workshop(path) as workshop:
        yield workshop / path.name
        os.replace(workshop / path.name, path)


@contextlib.contextmanager
def _workshop(path):
    """Make a temporary folder beside `path`, locked as long as it is in use, and remove it in the end."""
    while True:
        workshop = path.with_name(f"{TEMPORARY}{secrets.token_hex(6)}")
        workshop.mkdir()
        lock = _lock(workshop)
        if workshop.exists():
            break
        _unlock(lock)  # another process took it for a leftover between its making and its locking
    try:
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
        _unlock(lock)


def remove_leftovers(folder):
    """Remove the temporary folders in `folder` that no running process is using."""
    for leftover in Path(folder).glob(f"{TEMPORARY}*"):
        with contextlib.suppress(OSError):
            if fcntl is None and time.time() - leftover.stat().st_mtime < DAY:
                continue
            lock = _lock(leftover, wait=False)
            shutil.rmtree(leftover, ignore_errors=True)
            _unlock(lock)


def _lock(folder, wait=True):
    """Lock a folder until `_unlock`, or until this process ends, however it ends; return the lock."""
    if fcntl is None:
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # removed by another process just now
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _unlock(lock):
    """Give up a lock."""
    if lock is not None:
        os.close(lock)


def show(path):
    """Return a path as one printable line, whatever bytes its name is made of."""
    if isinstance(path, str) and path.isprintable():  # of a million, nearly all
        return path
    text = os.fsdecode(path if not isinstance(path, Path) else str(path))
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)


def write_json(path, results):
    """Write results to a file, whole or not at all; do nothing if `path` is None.

    Raises
    ------
    CatsexError
        If the file cannot be written.
    """
    if path is None:
        return
    try:
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(results, indent=2, allow_nan=False, default=list) + "\n", encoding="utf-8")
    except OSError as error:
        raise CatsexError(f"{show(path)} cannot be written: {reason(error)}") from error
