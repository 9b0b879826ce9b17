"""The frozen network's output, kept on disk so that no photo is run through the same network twice."""

import contextlib
import logging
import sqlite3
import threading
import zlib
from typing import ClassVar

import numpy as np

from catsex.files import cache_folder

log = logging.getLogger(__name__)

WAIT_SECONDS = 30  # for another process to finish writing


class FeatureCache:
    """Features of photos under one network, in an SQLite file that any number of processes may share.

    SQLite's transactions make it safe to kill a process at any moment. A file that cannot be used, or stops being
    usable because the disk is full or another process keeps it busy, is reported once; from then on, new features are
    remembered only until the process ends, and what the file has is still found if it can be read. That costs speed,
    not results.

    Parameters
    ----------
    network : str
        Whatever identifies how features are computed. Features of another network are never returned.
    length : int, optional
        Number of features of a photo; by default any.
    on_disk : bool
        Whether to use `features.sqlite3` in the cache folder, or memory only.
    memory : dict, optional
        What to remember things in that are not on disk; by default a new one, which is gone with the cache.
    dtype : dtype
    """

    reported: ClassVar[set] = set()  # files that this process has said it goes on without

    def __init__(self, network, length=None, on_disk=True, memory=None, dtype=np.float32):
        self.network, self.length, self.dtype = network, length, np.dtype(dtype)
        self.remembered = {} if memory is None else memory
        self.path = cache_folder() / "features.sqlite3"
        self.lock = threading.Lock()
        self.database, self.full = None, False
        if not on_disk:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._open()
        except (OSError, sqlite3.OperationalError) as error:
            self._give_up(error)
        except sqlite3.DatabaseError as error:
            self._start_afresh(error)

    def _open(self):
        self.database = sqlite3.connect(self.path, timeout=WAIT_SECONDS, check_same_thread=False)
        self.database.execute("PRAGMA synchronous = OFF")  # not waiting for the disk; a power cut may cost the cache
        with self.database:
            self.database.execute(
                "CREATE TABLE IF NOT EXISTS features"
                " (network TEXT, photo BLOB, content BLOB, checksum INTEGER, PRIMARY KEY (network, photo))"
            )

    def get(self, photo):
        """Return the features, shape (length,), of the photo with this key, or None."""
        with self.lock:
            if self.database is None or (self.network, photo) in self.remembered:
                return self.remembered.get((self.network, photo))
            try:
                row = self.database.execute(
                    "SELECT content, checksum FROM features WHERE network = ? AND photo = ?", (self.network, photo)
                ).fetchone()
            except sqlite3.OperationalError as error:  # such as being locked, which is no reason to remove it
                self._give_up(error)
                return None
            except sqlite3.DatabaseError as error:
                self._start_afresh(error)
                return None
        if row is None:
            return None
        content, checksum = row
        right = isinstance(content, bytes) and self.length in (None, len(content) / self.dtype.itemsize)
        if not right or zlib.crc32(content) != checksum:
            log.warning("A damaged entry in %s is computed again", self.path)
            return None
        return np.frombuffer(content, self.dtype)

    def put(self, photos, features):
        """Keep the features, N arrays of shape (length,), of the photos with these keys."""
        rows = []
        features = [np.asarray(values, self.dtype) for values in features]
        for photo, values in zip(photos, features, strict=True):
            content = values.tobytes()
            rows.append((self.network, photo, content, zlib.crc32(content)))
        with self.lock:
            if self.database is not None and not self.full:
                try:
                    with self.database:
                        self.database.executemany("INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?)", rows)
                except sqlite3.OperationalError as error:
                    self.full = True  # for writing; reading can go on
                    self._report(error)
                except sqlite3.DatabaseError as error:
                    self._start_afresh(error)
            if self.database is None or self.full:
                self.remembered.update(zip([(self.network, photo) for photo in photos], features, strict=True))

    def close(self):
        """Close the file."""
        with self.lock:
            if self.database is not None:
                self.database.close()
                self.database = None

    def _give_up(self, error):
        """Go on without a cache."""
        self._report(error)
        if self.database is not None:
            self.database.close()
            self.database = None

    def _report(self, error):
        """Say once why features are not kept any more."""
        if self.path not in self.reported:
            log.warning("Going on without the feature cache %s: %s", self.path, error)
            self.reported.add(self.path)

    def _start_afresh(self, error):
        """Replace a file that is not, or no longer, a database."""
        log.warning("The feature cache %s is damaged (%s) and starts afresh", self.path, error)
        try:
            if self.database is not None:
                self.database.close()
            for leftover in (self.path, self.path.with_name(self.path.name + "-journal")):
                with contextlib.suppress(FileNotFoundError):
                    leftover.unlink()
            self._open()
        except (OSError, sqlite3.DatabaseError) as second_error:
            self._give_up(second_error)
