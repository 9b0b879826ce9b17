from types import SimpleNamespace

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.network.feature_files import PLAN, write_features, write_part
from catsex.network.on_disk.reading import read_columns
from catsex.photos.layouts import reading

NETWORK = SimpleNamespace(network="MobileNetV2", source="Keras", fingerprint="abc")


@pytest.fixture(scope="module")
def photos(photo_folder):
    return reading.read_photos(photo_folder)


@pytest.mark.parametrize("suffix", [".parquet", ".npz"])
def test_a_file_says_of_which_photos_and_which_network_it_is(tmp_path, photos, suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')
    write_features(tmp_path / f"f{suffix}", photos, np.ones((40, 3), np.float32), NETWORK)
    columns, note = read_columns(tmp_path / f"f{suffix}")
    assert list(columns) == ["path", "label", "subject", "sha256", "camera", "taken", "features"]
    assert list(columns["label"]) == ["female"] * 20 + ["male"] * 20 and list(columns["subject"]) == [""] * 40
    assert columns["path"][39] == str(photos.paths[39].resolve()) and list(columns["sha256"]) == photos.checksums
    assert columns["features"].shape == (40, 3)
    made_by = {"network": "MobileNetV2", "source": "Keras", "fingerprint": "abc"}
    assert note == made_by | {"name": photos.name, "class_names": ["female", "male"]}


@pytest.mark.parametrize("name", ["file/f.npz", "f.csv"])
def test_what_cannot_be_written_is_one_line(tmp_path, photos, name):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot be written|ends in \.parquet or \.npz") as raised:
        write_features(tmp_path / name, photos, np.zeros((40, 2), np.float32), NETWORK)
    assert "\n" not in str(raised.value) and [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_part_without_any_features_is_written_and_named(tmp_path):
    pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')
    folder = tmp_path / "f.parquet"
    folder.mkdir()
    (folder / PLAN).write_text('{"parts": 1}')
    row = {"path": "x", "label": "a", "subject": "", "sha256": "1", "features": None, "error": "x is no photo"}
    write_part(folder / "part-0000000.parquet", [row], "{}")
    with pytest.raises(DataError, match=r"f\.parquet has no row of features"):
        read_columns(folder)


def test_without_the_package_the_extra_is_named(tmp_path, photos, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match=r'pip install -e "\.\[scale\]"; or name it \.npz'):
        write_features(tmp_path / "f.parquet", photos, np.zeros((40, 2), np.float32), NETWORK)
    assert list(tmp_path.iterdir()) == []
