"""Features, and other rows, that are too many for memory: in a temporary file, read some rows at a time."""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from catsex.errors import DataError, reason
from catsex.files import show

COPIED = 2**24  # bytes at once
ROW = np.int32  # the number of a row, half as long as those of NumPy
MOST_BYTES = 2**29  # of features in memory: 100,000 rows of 1280; more lie in a temporary file


class RowsOnDisk:
    """Rows of features on disk, indexed like an array of shape (n, d), float32, some rows at a time.

    Parameters
    ----------
    read : callable
        Places, ascending, shape (m,), int -> ndarray, shape (m, d), float32.
    shape : (int, int)
    places : ndarray, shape (n,), int, optional
        Where each row lies; by default one after the other.
    turned : (ndarray, ndarray), optional
        Shape (d,) each: what is taken off each row, and what the rest is then divided by.
    """

    dtype = np.dtype(np.float32)
    ndim = 2

    def __init__(self, read: Callable, shape: tuple[int, int], places=None, turned=None):
        self._read, self.shape, self._turned = read, shape, turned
        self.places = np.arange(shape[0], dtype=ROW) if places is None else places

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, chosen):
        """Return rows as an array, (m, d), chosen in any way that an array takes; a single number gives (d,)."""
        places = self.places[chosen]
        return self._rows(places.ravel()).reshape(*places.shape, self.shape[1])

    def _rows(self, places):
        """Return the rows at some places, in whichever order."""
        if (np.diff(places) > 0).all():
            rows = self._read(places)
        else:
            order = np.argsort(places, kind="stable")
            read = self._read(places[order])
            rows = np.empty_like(read)
            rows[order] = read
        if self._turned is not None:
            middle, scale = self._turned
            rows = ((rows - middle) / scale).astype(np.float32)
        return rows

    def reordered(self, rows):
        """Return the same rows in another order."""
        return RowsOnDisk(self._read, self.shape, self.places[rows], self._turned)

    def turned(self, middle, scale):
        """Return the rows minus `middle`, divided by `scale`."""
        return RowsOnDisk(self._read, self.shape, self.places, (middle, scale))


def rows_of(array: np.ndarray) -> RowsOnDisk:
    """Return an array, such as a `numpy.memmap`, as rows that are read some at a time."""
    return RowsOnDisk(array.__getitem__, array.shape)


class RoomOnDisk:
    """A temporary file for rows of numbers, gone with the last `RowsOnDisk` of it.

    Once it is pickled, for the nodes of a cluster, it has a name, under which they read it.

    Parameters
    ----------
    shape : (int, int)
    dtype : dtype

    Raises
    ------
    DataError
        If the disk has no room for them.
    """

    def __init__(self, shape: tuple[int, int], dtype: Any = np.float32):
        self.shape, self._dtype = shape, np.dtype(dtype)
        self._check_room()
        self._hold(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115

    def _hold(self, file):
        """Keep a file open as long as there are rows."""
        self._file, self._name = file, getattr(file, "name", None)
        weakref.finalize(self, file.close)

    def __getstate__(self):
        if not isinstance(self._name, str):  # the file is gone with this process, whatever ends it, but nobody finds it
            self._check_room()
            named = tempfile.NamedTemporaryFile(prefix="catsex-", buffering=0)  # noqa: SIM115
            self._file.seek(0)
            shutil.copyfileobj(self._file, named, COPIED)
            self._file.close()
            self._hold(named)
        return self.shape, self._dtype, self._name

    def __setstate__(self, state):
        self.shape, self._dtype, name = state
        try:
            self._hold(open(name, "rb", buffering=0))  # noqa: SIM115
        except OSError as error:
            raise DataError(
                f"{show(name)} cannot be read on this node: {reason(error)}; set TMPDIR to a folder that all nodes "
                "share"
            ) from error

    def write(self, rows: np.ndarray) -> None:
        """Write the next rows, (m, d)."""
        write_all(self._file, np.ascontiguousarray(rows).view(np.uint8).ravel())

    def rows(self) -> RowsOnDisk:
        """Return all that was written as rows of features."""
        return RowsOnDisk(self.__getitem__, self.shape)

    def __getitem__(self, places):
        """Return the rows at some places, ascending: (m,) -> (m, d)."""
        found = np.empty((len(places), self.shape[1]), self._dtype)
        if not len(places):
            return found
        size = found.itemsize * self.shape[1]
        into, begins = found.view(np.uint8).ravel(), np.flatnonzero(np.diff(places, prepend=-2) != 1)
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(places)], strict=True):
            read_at(self._file, size * int(places[begin]), into[size * begin : size * end])
        return found

    def _check_room(self):
        """Raise `DataError` if the disk has no room for as many numbers."""
        folder = tempfile.gettempdir()
        needed, free = self._dtype.itemsize * self.shape[0] * self.shape[1], shutil.disk_usage(folder).free
        if needed > free:
            raise DataError(
                f"the disk is too full for a temporary file of {needed / 1e9:.1f} GB: {free / 1e9:.1f} GB are free in "
                f"{show(folder)}; set TMPDIR to a folder with more room"
            )


def gathered(blocks: Iterable, shape: tuple[int, int], dtype: Any, most: int) -> Any:
    """Return blocks of rows, (m, d), one below the other: in a `RoomOnDisk` if they take more than `most` bytes."""
    if np.dtype(dtype).itemsize * shape[0] * shape[1] > most:
        room = RoomOnDisk(shape, dtype)
        for rows in blocks:
            room.write(rows)
        return room
    whole, done = np.empty(shape, dtype), 0
    for rows in blocks:
        whole[done : done + len(rows)] = rows
        done += len(rows)
    return whole


def write_all(file, data):
    """Write all bytes to a file without a buffer, which may take a part of them at once."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def read_at(file, place, into):
    """Read from a place in a file without a buffer until `into` is full."""
    file.seek(place)
    left = memoryview(into)
    while left:
        left = left[file.readinto(left) :]
