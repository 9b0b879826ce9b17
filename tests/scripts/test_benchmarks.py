import json
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from catsex.pretrained import weights

pytestmark = pytest.mark.slow

SPEED = Path(__file__).resolve().parents[2] / "benchmarks" / "speed.py"


def speed(*arguments):
    return subprocess.run(
        [sys.executable, SPEED, *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.usefixtures("real_weights", "real_cats")
def test_the_benchmark_prints_a_table_and_where_it_was_measured(tmp_path):
    if not (weights.keras_cache() / "imagenet_class_index.json").is_file():
        pytest.skip("no imagenet_class_index.json in KERAS_HOME (Keras' decode_predictions puts it there)")
    result = speed("--only", "preprocess", "--runs", 1, "--json", tmp_path / "speed.json")
    assert result.returncode == 0, result.stderr
    assert "| preprocessing one 300 × 400 photo | " in result.stdout
    measured = json.loads((tmp_path / "speed.json").read_text())
    (row,) = measured["rows"]
    assert len(row["plain"]) == len(row["ours"]) == 1
    assert max(row["ours"]) < min(row["plain"])
    assert f"{measured['cores']} cores; " in result.stdout


def test_the_parts_of_an_evaluation_of_many_photos_are_timed(monkeypatch):
    path = SPEED.with_name("evaluation_scale.py")
    monkeypatch.syspath_prepend(path.parent)  # as for a script that is started, for what it imports beside it
    scale = module_from_spec(spec := spec_from_file_location(path.stem, path))
    spec.loader.exec_module(scale)
    monkeypatch.setattr(scale, "FEATURES", 30)
    row = scale.measure(2100, 2, seed=1)
    assert row["photos"] == 2100 and min(row[part] for part in scale.PARTS) >= 0
    assert 0 < row["p"] <= 1 and row["megabytes"] > 100


def test_what_the_benchmark_needs_is_said_before_it_starts(tmp_path):
    result = speed("--only", "extract", "--photos", tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "error: `extract` needs .jpg photos: name a folder of them by --photos, or choose others by --only\n"
    )
