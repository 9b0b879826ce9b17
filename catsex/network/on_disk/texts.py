"""Columns of texts that are too many for memory: in a temporary file, read some at a time."""

import itertools
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from catsex.network.on_disk.rows import read_at, write_all

AT_ONCE = 4096  # texts


class Texts(Sequence):
    """A column of texts in temporary files, which become Python's when they are asked for; None where one is missing.

    One file has the texts, the other says where each ends, and of a missing one the complement of that, below 0.
    """

    def __init__(self) -> None:
        self._file, self._ends = [tempfile.TemporaryFile(buffering=0) for _ in range(2)]  # noqa: SIM115
        for file in (self._file, self._ends):
            weakref.finalize(self, file.close)  # which are open as long as there are texts
        self._number = self._written = 0  # texts and bytes
        write_all(self._ends, np.zeros(1, np.int64).view(np.uint8))

    def append(self, values: Any) -> None:
        """Write the next texts, or what is written as text.

        Parameters
        ----------
        values : pyarrow.Array
        """
        import pyarrow.compute

        if not pyarrow.types.is_string(values.type):
            values = pyarrow.array([None if one is None else str(one) for one in values.to_pylist()], pyarrow.string())
        missing, values = np.asarray(values.is_null()), values.fill_null("")
        ends = self._written + np.cumsum(np.asarray(pyarrow.compute.binary_length(values), np.int64))
        write_all(self._ends, np.where(missing, ~ends, ends).view(np.uint8))
        data = "".join(values.to_pylist()).encode()
        write_all(self._file, data)
        self._number, self._written = self._number + len(values), self._written + len(data)

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, row):
        return self._read(range(len(self))[row], 1)[0]

    def __iter__(self) -> Iterator:
        for start in range(0, len(self), AT_ONCE):
            yield from self._read(start, AT_ONCE)

    def _read(self, start, number):
        """Return some texts one after the other."""
        ends = np.empty(1 + min(number, len(self) - start), np.int64)
        read_at(self._ends, ends.itemsize * start, ends.view(np.uint8))
        missing, ends = (ends[1:] < 0).tolist(), np.maximum(ends, ~ends)
        data = bytearray(int(ends[-1] - ends[0]))
        read_at(self._file, int(ends[0]), data)
        places = itertools.pairwise((ends - ends[0]).tolist())
        return [None if gone else data[begin:end].decode() for (begin, end), gone in zip(places, missing, strict=True)]
