"""The same scripts on Keras' other backends, where they are installed: the same features, the same answers."""

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.slow

HEADS = """
import sys
import numpy as np
from catsex import backend
backend.start_keras(0)
from catsex.network.heads import initial_kernels, shuffled_batches, train_logits
rng = np.random.default_rng(0)
for classes in (2, 3):
    features = rng.normal(0, 1, (30, 50)).astype(np.float32)
    labels, masks = rng.integers(0, classes, (7, 30)), rng.random((7, 30)) < 0.8
    kernels, batches = initial_kernels(rng, 50, 7, classes), shuffled_batches(rng, 30, 0.8)
    np.save(f"{sys.argv[1]}{classes}.npy", train_logits(features, labels, masks, kernels, batches))
"""
FEATURES = """
import sys
import numpy as np
from catsex import backend, network, pretrained
from catsex.photos import read_photos
backend.start_keras(0)
model = network.frozen_part(pretrained.load_mobilenet(sys.argv[2]).model)
np.save(sys.argv[3], network.extract(model, read_photos(sys.argv[1]), cache=False))
"""


@pytest.fixture(params=["jax", "torch"])
def other(request):
    """The name of a backend that is installed beside TensorFlow."""
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return request.param


@pytest.fixture
def run_python(tmp_path):
    """Return a function that runs a program on a backend."""

    def run(program, *arguments, backend):
        env = os.environ | {"KERAS_BACKEND": backend, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        command = [sys.executable, "-c", program, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
        assert done.returncode == 0, done.stderr[-2000:]
        return done

    return run


def test_heads_are_trained_alike(other, run_python, tmp_path):
    for backend in ("tensorflow", other):
        run_python(HEADS, tmp_path / backend, backend=backend)
    for classes in (2, 3):
        expected, found = (np.load(tmp_path / f"{backend}{classes}.npy") for backend in ("tensorflow", other))
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_photos_have_the_same_features(other, run_python, any_cats, any_weights, tmp_path):
    for backend in ("tensorflow", other):
        run_python(FEATURES, any_cats, any_weights, tmp_path / f"{backend}.npy", backend=backend)
    expected, found = (np.load(tmp_path / f"{backend}.npy") for backend in ("tensorflow", other))
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_the_sanity_check_sees_the_same_cats(other, run_script, any_cats, any_weights, tmp_path):
    found = {}
    for backend in ("tensorflow", other):
        options = ["--data", any_cats, "--weights", any_weights, "--no-record", "--json", tmp_path / backend]
        done = run_script("sanity_check.py", *options, KERAS_BACKEND=backend)
        assert done.returncode == 0, done.stderr
        found[backend] = json.loads((tmp_path / backend).read_text())
    assert other in found[other]["versions"] and "tensorflow" not in found[other]["versions"]
    for expected, photo in zip(found["tensorflow"]["photos"], found[other]["photos"], strict=True):
        assert photo["label"] == expected["label"] and photo["score"] == pytest.approx(expected["score"], abs=0.005)


def test_training_evaluating_and_predicting_work(other, run_script, any_cats, real_weights, tmp_path):
    common = ["--data", any_cats, "--weights", real_weights, "--seed", 1, "--no-record"]
    done = run_script("train_validate.py", *common, "--save", tmp_path / "m.keras", KERAS_BACKEND=other)
    assert done.returncode == 0 and "of those that it has never seen" in done.stdout, done.stderr
    photo = sorted(any_cats.glob("*.jpg"))[0]
    predictions = []
    for backend in ("tensorflow", other):
        words = [tmp_path / "m.keras", *[photo] * 9, "--explain", tmp_path / backend]
        predictions.append(run_script("predict.py", *words, KERAS_BACKEND=backend).stdout)
        assert len(list((tmp_path / backend).iterdir())) == 9
    assert predictions[0] == predictions[1] != ""
    options = ["--permutations", 39, "--repeats", 2, "--json", tmp_path / "e.json"]
    assert run_script("evaluate.py", *common, *options, KERAS_BACKEND=other).returncode == 0
    first = json.loads((tmp_path / "e.json").read_text())
    assert run_script("evaluate.py", *common, *options, KERAS_BACKEND="tensorflow").returncode == 0
    second = json.loads((tmp_path / "e.json").read_text())
    assert first["accuracy"] == pytest.approx(second["accuracy"], abs=0.03)
    assert first["null"] == pytest.approx(second["null"], abs=0.02)


def test_what_needs_tensorflow_says_so(other, run_script, any_cats, any_weights, tmp_path):
    common = ["--data", any_cats, "--weights", any_weights, "--epochs", 1, "--no-record"]
    assert run_script("train_full.py", *common, "--save", tmp_path / "m.keras", KERAS_BACKEND=other).returncode == 0
    words = [tmp_path / "m.keras", "--to", "saved_model"]
    done = run_script("export.py", *words, KERAS_BACKEND=other, cwd=tmp_path)
    assert done.returncode == 1
    expected = f"error: exporting to saved_model needs Keras' backend tensorflow, and KERAS_BACKEND is {other}\n"
    assert done.stderr == expected
