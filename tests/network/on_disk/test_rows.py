import shutil
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


def test_a_full_disk_is_one_line(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10**6))
    with pytest.raises(DataError, match=r"too full for 5\.1 GB of features: 0\.0 GB are free in .*; set TMPDIR"):
        RoomOnDisk((1_000_000, 1280))
