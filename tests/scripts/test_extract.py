"""The two halves of an evaluation, by way of a file."""

import json

import pytest

SHORT = ["--seed", 3, "--repeats", 2, "--permutations", 59, "--no-cache", "--json"]


@pytest.fixture(scope="module")
def from_photos(run_here, real_cats, real_weights, tmp_path_factory):
    """What the photos give."""
    file = tmp_path_factory.mktemp("photos") / "results.json"
    folder = real_cats.paths[0].parent
    done = run_here("evaluate.py", "--data", folder, "--weights", real_weights, *SHORT, file, cwd=file.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(file.read_text())


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_features_from_a_file_give_what_the_photos_give(
    run_here, run_script, real_cats, real_weights, from_photos, tmp_path, suffix
):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    file, folder = tmp_path / f"features{suffix}", real_cats.paths[0].parent
    run = run_script if suffix == ".npz" else run_here
    done = run("extract.py", "--data", folder, "--weights", real_weights, "--to", file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"{file}: 40 photos, 1,280 features each\n")
    done = run("evaluate.py", "--features", file, *SHORT, tmp_path / "results.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "results.json").read_text())
    for key in ("sentence", "null", "accuracy", "p_value", "confusion", "class_names", "network", "weights", "methods"):
        assert found[key] == from_photos[key], key
    assert found["shortcuts"] == []


@pytest.mark.slow
def test_wrong_words_are_usage_or_one_line(run_script, photo_folder, tmp_path):
    done = run_script("evaluate.py", "--features", "f.npz", "--data", photo_folder)
    assert done.returncode == 2 and "--features is in place of --data" in done.stderr
    done = run_script("evaluate.py", "--features", "f.npz", "--subjects", "{subject}_{}.jpg")
    assert done.returncode == 2 and "--features is in place of --subjects" in done.stderr
    done = run_script("evaluate.py", "--features", "f.npz", "--no-record")
    assert (done.returncode, done.stderr) == (1, "error: no such file of features: f.npz\n")
    done = run_script("extract.py", "--data", photo_folder)
    assert done.returncode == 2 and "--to" in done.stderr
    done = run_script("extract.py", "--data", photo_folder, "--to", "f.csv")
    assert done.returncode == 2 and "--to: f.csv does not end in .parquet or .npz" in done.stderr
    done = run_script("extract.py", "--data", "s3://bucket/photos", "--to", "f.npz")
    assert done.returncode == 2 and "--to: f.npz does not end in .parquet" in done.stderr
    done = run_script("extract.py", "--data", "nowhere://photos", "--to", "f.parquet", "--ray", "auto")
    assert done.returncode == 1 and "nowhere://photos" in done.stderr.splitlines()[-1]
