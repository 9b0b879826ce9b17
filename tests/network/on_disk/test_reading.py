import json

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.network import read_features
from catsex.network.feature_files import PLAN, part_name
from catsex.network.on_disk import reading
from catsex.network.on_disk.rows import RowsOnDisk

pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')

FEATURES = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)


def write_part(folder, number, rows, note=None, **changes):
    """Write some rows as `extract.py --ray` does, or with other columns."""
    import pyarrow
    from pyarrow import parquet

    columns = {"label": [f"class {row % 2}" for row in rows], "path": [f"/photos/{row}.jpg" for row in rows]}
    columns |= {"sha256": [f"{row:064x}" for row in rows], "features": FEATURES[rows].tolist()} | changes
    columns = {name: values for name, values in columns.items() if values is not None}
    metadata = {"catsex": json.dumps(note or {"network": "MobileNetV2", "fingerprint": "abc"})}
    table = pyarrow.table(columns).replace_schema_metadata(metadata)
    parquet.write_table(table, folder / part_name(number), row_group_size=7)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "f.parquet"
    folder.mkdir()
    (folder / PLAN).write_text('{"parts": 2}')
    write_part(folder, 0, np.arange(25))
    write_part(folder, 1, np.arange(25, 40))
    return folder


def test_more_than_fits_into_memory_is_read_from_disk(folder, monkeypatch):
    small = read_features(folder)
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    large = read_features(folder)
    assert isinstance(large.features, RowsOnDisk) and (large.features[:] == small.features).all()
    assert (small.features == FEATURES).all()
    assert list(large.entries) == list(small.entries) == [small.entries[row] for row in range(40)]
    assert small.entries[30] == {
        "name": "30.jpg",
        "class": "class 0",
        "path": "/photos/30.jpg",
        "sha256": f"{30:064x}",
    }


WRONG = {
    "not a finite number, in row 2": {"features": [[0.0] * 6, [1.0] * 6, [np.nan] * 6]},
    "other columns than part-0000000.parquet": {"sha256": None},
    "is of another network than part-0000000.parquet: VGG16, not MobileNetV2": {"note": {"network": "VGG16"}},
    "missing or of different lengths": {"features": [[1.0] * 6, [1.0] * 5, [1.0] * 6]},
    r"shape \(rows, features\), got a column of string": {"features": list("abc")},
}


@pytest.mark.parametrize("message", WRONG)
@pytest.mark.parametrize("most", [100, 10**9])
def test_a_part_that_does_not_fit_is_named_in_one_line(folder, message, most, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", most)
    write_part(folder, 1, np.arange(3), **WRONG[message])
    with pytest.raises(DataError, match=message) as raised:
        read_features(folder)
    assert "part-0000001.parquet" in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.9])
def test_a_part_that_is_cut_off_is_named(folder, kept):
    part = folder / part_name(1)
    data = part.read_bytes()
    part.write_bytes(data[: int(kept * len(data))])
    with pytest.raises(DataError, match=r"part-0000001\.parquet is not a readable file of features"):
        read_features(folder)


def test_damage_in_the_middle_of_a_part_is_named(folder):
    part = folder / part_name(1)
    data = bytearray(part.read_bytes())
    data[100:400] = bytes(300)
    part.write_bytes(data)
    with pytest.raises(DataError, match=r"part-0000001\.parquet"):
        read_features(folder)
