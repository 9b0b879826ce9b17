"""The two halves of an evaluation, by way of a file."""

import json

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_features_from_a_file_give_what_the_photos_give(run_script, real_cats, real_weights, tmp_path, suffix):
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    file, folder = tmp_path / f"features{suffix}", real_cats.paths[0].parent
    done = run_script("extract.py", "--data", folder, "--weights", real_weights, "--to", file)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"{file}: 40 photos, 1,280 features each\n")
    short = ["--seed", 3, "--repeats", 2, "--permutations", 59, "--no-cache"]
    found = {}
    for name, words in (("photos", ["--data", folder, "--weights", real_weights]), ("file", ["--features", file])):
        done = run_script("evaluate.py", *words, *short, "--json", tmp_path / name)
        assert done.returncode == 0, done.stderr
        found[name] = json.loads((tmp_path / name).read_text())
    for key in ("sentence", "null", "accuracy", "p_value", "confusion", "class_names", "network", "weights"):
        assert found["file"][key] == found["photos"][key], key
    assert found["file"]["shortcuts"] == []


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
    assert done.returncode == 2 and "--data: photos in object storage take --ray" in done.stderr
    done = run_script("extract.py", "--data", "nowhere://photos", "--to", "f.parquet", "--ray", "auto")
    assert done.returncode == 1 and "nowhere://photos" in done.stderr.splitlines()[-1]
