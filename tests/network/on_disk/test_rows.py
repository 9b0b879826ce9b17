import gc
import pickle
import shutil
import tempfile
from types import SimpleNamespace

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.network.on_disk.rows import RoomOnDisk, rows_of

FEATURES = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)


@pytest.fixture(params=["file", "array"])
def rows(request):
    if request.param == "array":
        return rows_of(FEATURES)
    room = RoomOnDisk(FEATURES.shape)
    for start in range(0, 40, 7):
        room.write(FEATURES[start : start + 7])
    return room.rows()


@pytest.mark.parametrize(
    "chosen", [3, slice(None, None, 9), [5, 6, 7, 30], [9, 2, 2, 31], np.array([[1, 2], [0, 39]]), slice(0, 0)]
)
def test_rows_are_those_of_an_array(rows, chosen):
    assert len(rows) == 40 and rows.shape == (40, 6)
    assert rows[chosen].shape == FEATURES[chosen].shape
    assert (rows[chosen] == FEATURES[chosen]).all()


def test_another_order_and_another_scale_take_no_copy(rows):
    order = np.random.default_rng(1).permutation(40)
    other = rows.reordered(order).turned(np.ones(6), np.full(6, 2.0))
    assert (other[:] == ((FEATURES[order] - 1) / 2)).all()
    assert (other.reordered(np.argsort(order))[:5] == ((FEATURES[:5] - 1) / 2)).all()


def test_rows_that_are_pickled_are_read_by_name_as_long_as_there_are_any(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    room = RoomOnDisk(FEATURES.shape)
    room.write(FEATURES)
    rows = room.rows()
    assert not list(tmp_path.iterdir())  # a process that is killed leaves nothing
    sent = pickle.dumps(rows.reordered(np.arange(40)[::-1]))
    there = pickle.loads(pickle.dumps(pickle.loads(sent)))  # noqa: S301
    assert len(list(tmp_path.iterdir())) == 1 and len(sent) < 2000
    assert (there[:] == FEATURES[::-1]).all() and (rows[:] == FEATURES).all()
    del room, rows
    gc.collect()
    assert not list(tmp_path.iterdir()) and (there[3] == FEATURES[36]).all()
    with pytest.raises(
        DataError, match=r"cannot be read on this node: .*; set TMPDIR to a folder that all nodes share"
    ):
        pickle.loads(sent)  # noqa: S301


def test_a_full_disk_is_one_line(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10**6))
    with pytest.raises(DataError, match=r"too full for a temporary file of 5\.1 GB: 0\.0 GB are free in .*; set"):
        RoomOnDisk((1_000_000, 1280))
