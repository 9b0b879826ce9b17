"""Columns of texts that are too many for memory: in a temporary file, read some at a time."""

import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from catsex.network.on_disk.rows import read_at, write_all

AT_ONCE = 4096  # texts


class Texts(Sequence):
    """A column of texts in a temporary file, which become Python's when they are asked for; None where one is missing.

    Of each, 9 bytes are in memory: where it ends, and whether it is missing.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115, which is open as long as there are texts
        weakref.finalize(self, self._file.close)
        self._ends, self._missing = _Grown(np.zeros(1, np.int64)), _Grown(np.zeros(0, bool))
        self._written = 0  # bytes

    def append(self, values: Any) -> None:
        """Write the next texts, or what is written as text.

        Parameters
        ----------
        values : pyarrow.Array
        """
        import pyarrow.compute

        if not pyarrow.types.is_string(values.type):
            values = pyarrow.array([None if one is None else str(one) for one in values.to_pylist()], pyarrow.string())
        self._missing.append(np.asarray(values.is_null()))
        values = values.fill_null("")
        ends = self._written + np.cumsum(np.asarray(pyarrow.compute.binary_length(values), np.int64))
        self._ends.append(ends)
        data = "".join(values.to_pylist()).encode()
        self._written += len(data)
        write_all(self._file, data)

    def __len__(self) -> int:
        return len(self._missing.whole)

    def __getitem__(self, row):
        return self._read(range(len(self))[row], 1)[0]

    def __iter__(self) -> Iterator:
        for start in range(0, len(self), AT_ONCE):
            yield from self._read(start, AT_ONCE)

    def _read(self, start, number):
        """Return some texts one after the other."""
        ends = self._ends.whole[start : start + number + 1]
        data = bytearray(int(ends[-1] - ends[0]))
        read_at(self._file, int(ends[0]), data)
        places = (ends - ends[0]).tolist()
        missing = self._missing.whole[start : start + number].tolist()
        return [
            None if gone else data[begin:end].decode()
            for begin, end, gone in zip(places, places[1:], missing, strict=False)
        ]


class _Grown:
    """An array that grows piece by piece."""

    def __init__(self, piece):
        self._pieces = [piece]

    def append(self, piece):
        self._pieces.append(piece)

    @property
    def whole(self):
        """Return all of it."""
        if len(self._pieces) > 1:
            self._pieces = [np.concatenate(self._pieces)]
        return self._pieces[0]
