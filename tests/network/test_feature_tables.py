from types import SimpleNamespace

import numpy as np
import pytest

from catsex.errors import DataError
from catsex.network import feature_files, read_features, write_features
from catsex.photos.layouts import reading

NETWORK = SimpleNamespace(network="MobileNetV2", source="Keras", fingerprint="abc")


@pytest.fixture(params=[".parquet", ".npz"])
def suffix(request):
    if request.param == ".parquet":
        pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')
    return request.param


@pytest.fixture(scope="module")
def photos(photo_folder):
    return reading.read_photos(photo_folder, subjects=r"[fm].(\d)")


def other(path, **columns):
    """Write columns as another program would."""
    if path.suffix == ".npz":
        np.savez(path, **columns)
    else:
        import pyarrow
        from pyarrow import parquet

        parquet.write_table(pyarrow.table({name: list(values) for name, values in columns.items()}), path)
    return path


def test_what_is_written_is_read_again(tmp_path, photos, suffix, monkeypatch):
    monkeypatch.setattr(feature_files, "ROWS", 7)  # in several pieces
    features = np.random.default_rng(0).normal(size=(40, 6)).astype(np.float32)
    write_features(tmp_path / f"f{suffix}", photos, features, NETWORK)
    table = read_features(tmp_path / f"f{suffix}")
    assert (table.features == features).all() and table.features.dtype == np.float32
    assert (table.labels == photos.labels).all() and table.class_names == ["female", "male"]
    assert len(np.unique(table.groups)) == len(np.unique(photos.groups)) < 40
    assert [entry["sha256"] for entry in table.entries] == photos.checksums
    assert table.entries[3]["name"] == photos.names[3] and table.entries[3]["path"] == str(photos.paths[3].resolve())
    assert (table.network, table.source, table.fingerprint, table.name) == ("MobileNetV2", "Keras", "abc", photos.name)
    assert table.headline.startswith(f"40 rows of 6 features of {len(np.unique(photos.groups))} subjects from ")


def test_any_other_programs_features_come_in(tmp_path, suffix):
    path = other(tmp_path / f"f{suffix}", label=[3, 10, 3, 10], features=[[1.0, 2], [3, 4], [5, 6], [7, 8]])
    table = read_features(path)
    assert table.class_names == ["3", "10"] and table.labels.tolist() == [0, 1, 0, 1] and table.groups is None
    assert table.network == "unknown" and table.entries[1] == {"name": "row 1", "class": "10"}
    path = other(path, label=list("abab"), subject=["x", "x", "", "y"], features=np.eye(4, dtype=np.float32).tolist())
    assert read_features(path).groups.tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"label": ["a", "b"]}, "has no column features; expected label and features"),
        ({"features": [[1.0], [2.0]]}, "has no column label"),
        ({"label": ["a", "a"], "features": [[1.0], [2.0]]}, "at least two classes; found 1"),
        ({"label": ["a", ""], "features": [[1.0], [2.0]]}, "needs a label in every row"),
        ({"label": ["a", "b"], "features": [[1.0], [np.nan]]}, "not a finite number, in row 1"),
        ({"label": ["a", "b"], "features": ["x", "y"]}, "f"),
    ],
)
def test_what_is_no_table_of_features_is_one_line(tmp_path, suffix, columns, message):
    path = other(tmp_path / f"f{suffix}", **columns)
    with pytest.raises(DataError, match=message) as raised:
        read_features(path)
    assert "\n" not in str(raised.value) and path.name in str(raised.value)


def test_what_cannot_be_read_is_one_line(tmp_path, suffix):
    with pytest.raises(DataError, match="no such file of features: nothing"):
        read_features(f"nothing{suffix}")
    (tmp_path / f"page{suffix}").write_text("<html>")
    with pytest.raises(DataError, match="is not a readable file of features"):
        read_features(tmp_path / f"page{suffix}")


def test_rows_of_different_lengths_are_refused(tmp_path):
    pytest.importorskip("pyarrow")
    path = other(tmp_path / "f.parquet", label=["a", "b"], features=[[1.0], [2.0, 3.0]])
    with pytest.raises(DataError, match="missing or of different lengths"):
        read_features(path)
