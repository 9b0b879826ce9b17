"""A file of features that does not fit into memory gets the answer of one that does."""

import contextlib
import hashlib
import json
import tracemalloc

import numpy as np
import pytest

import catsex
from catsex import progress
from catsex.evaluation import protocol
from catsex.evaluation.grouping.alike import Alike
from catsex.evaluation.permuting import labellings, permutation_scheme, permutation_test
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming import blocks, ridge_learner
from catsex.network.feature_files import KEY
from catsex.network.on_disk import reading
from catsex.network.on_disk.rows import RowsOnDisk

SUBJECTS = {
    "photos": lambda rows: np.full(len(rows), ""),
    "subjects": lambda rows: np.char.add("s", (rows % 340).astype(str)),  # 3 or 4 rows of one class, far apart
    "within subjects": lambda rows: np.char.add("s", (rows // 4).astype(str)),
}


def write(path, subject, network, n=1200):
    """Write n rows of 40 features of two classes that differ a little, as `extract.py` does."""
    import pyarrow
    from pyarrow import parquet

    rows, rng = np.arange(n), np.random.default_rng(0)
    features = rng.normal(1, 1, (n, 40)) + 0.06 * np.sign(rows % 2 - 0.5)[:, None]
    note = {"network": network} if network else {}
    columns = {
        "path": [f"/photos/{rng.integers(2**40):x}x.jpg" for _ in rows],
        "label": ["ab"[row % 2] for row in rows],
        "subject": list(SUBJECTS[subject](rows)),
        "sha256": [hashlib.sha256(bytes(str(row), "ascii")).hexdigest() for row in rows],
        "features": features.astype(np.float32).tolist(),
    }
    parquet.write_table(pyarrow.table(columns).replace_schema_metadata({KEY: json.dumps(note)}), path)
    return path


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("network", ["MobileNetV2", ""])
def test_p_is_that_of_features_in_memory(tmp_path, subject, network, monkeypatch):
    pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')
    path = write(tmp_path / "f.parquet", subject, network)
    options = {"seed": 3, "permutations": 199, "folds": 5, "repeats": 1, "cache": False}
    monkeypatch.setattr(permutation_scheme, "MANY_UNITS", 100)
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(ridge_learner, "AT_ONCE", 100)
    monkeypatch.setattr(ridge_learner, "MANY", 1000)
    here = catsex.evaluate_features(path, **options)
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    table = catsex.network.read_features(path)
    assert isinstance(table.features, RowsOnDisk)
    there = catsex.evaluate_features(table, **options)
    assert there.p_value == here.p_value and there.null == pytest.approx(here.null, abs=1e-4)
    assert there.accuracy == pytest.approx(here.accuracy, abs=2e-3) and there.verdict == here.verdict
    assert there.interval == pytest.approx(here.interval, abs=2e-3)
    one, other = here.to_dict(), there.to_dict()
    for key in ("groups", "duplicates", "class_names", "folds", "repeats", "learner"):
        assert one[key] == other[key]
    assert one["learner"] == "ridge regression" and "ridge regression" in " ".join(there.remarks)
    assert [point["photos_per_class"] for point in one["learning_curve"]] == [
        point["photos_per_class"] for point in other["learning_curve"]
    ]
    folder = there.save(tmp_path / "record")
    assert (folder / "results.json").is_file()


def test_few_bytes_of_each_row_stay_in_memory(tmp_path, monkeypatch):
    """Features, texts and labellings lie on disk, so that numbers of rows, labels and scores are what stays."""
    pytest.importorskip("pyarrow", reason='Parquet takes pip install -e ".[scale]"')
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    monkeypatch.setattr(labellings, "MOST_BYTES", 1000)
    monkeypatch.setattr(permutation_scheme, "MANY_UNITS", 100)
    monkeypatch.setattr(ridge_learner, "MANY", 1000)
    held = {}

    def noting(owner, name):
        function = getattr(owner, name)

        def noted(*given):
            held.setdefault(name, tracemalloc.get_traced_memory()[0])
            return function(*given)

        monkeypatch.setattr(owner, name, noted)

    noting(ridge_learner, "_sums")
    noting(permutation_test, "_of_part")

    def bytes_held(n):
        held.clear()
        path = write(tmp_path / f"{n}.parquet", "photos", "MobileNetV2", n)
        catsex.evaluate_features(path, seed=1, permutations=999, cache=False, near_duplicates="off")
        return np.array([held["_sums"], held["_of_part"]])

    tracemalloc.start()
    try:
        bytes_held(2000)  # modules and caches stay too
        assert ((bytes_held(12_000) - bytes_held(2000)) / 10_000 < [60, 100]).all()
    finally:
        tracemalloc.stop()


def test_bars_go_to_their_ends_step_by_step(monkeypatch):
    monkeypatch.setattr(blocks, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(blocks, "IN_PART", 2)
    monkeypatch.setattr(ridge_learner, "AT_ONCE", 100)
    monkeypatch.setattr(ridge_learner, "MANY", 1000)
    bars = []

    @contextlib.contextmanager
    def bar(total, unit):
        bars.append(drawn := [])
        yield lambda done: drawn.append(done / total)

    monkeypatch.setattr(progress, "progress", bar)
    rng, labels = np.random.default_rng(0), np.arange(1200) % 2
    features = rng.normal(0, 1, (1200, 40)).astype(np.float32)
    protocol.evaluate_sample(Sample(features, labels), seed=1, permutations=19, alike=Alike())
    # Ridge regression's sums and scores; the test's products, labellings, which are drawn at once, sums and scores.
    assert [len(drawn) > 1 for drawn in bars] == [True, True, True, False, True, True]
    for drawn in bars:
        assert len(drawn) == 1 or max(np.diff([0, *drawn])) <= 0.2
        assert (np.diff(drawn) > 0).all() and drawn[-1] == 1
