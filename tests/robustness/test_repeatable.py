"""The same seed gives the same numbers, to the last bit: each script twice, first without features in the cache."""

import json
import shutil

import pytest

pytestmark = pytest.mark.slow

TRAINING = ["--epochs", 3, "--no-record"]


@pytest.fixture(scope="module")
def photos(any_cats, tmp_path_factory):
    """A folder with a few photos of two classes."""
    folder = tmp_path_factory.mktemp("a few") / "photos"
    for name, letter in (("female", "f"), ("male", "m")):
        (folder / name).mkdir(parents=True)
        for number in range(1, 9):
            shutil.copy(any_cats / f"{letter}{number:02d}.jpg", folder / name)
    return folder


@pytest.fixture(scope="module")
def twice(run_script, tmp_path_factory):
    """Return a function that runs a script twice in a folder and checks that both runs say the same.

    The cache is empty for the first run and has all features for the second.
    """

    def run(script, *arguments):
        folder = tmp_path_factory.mktemp("twice")
        results, outputs = [], []
        for number in range(2):
            out = folder / f"{number}.json"
            done = run_script(script, *arguments, "--json", out, cwd=folder, XDG_CACHE_HOME=str(folder / "cache"))
            assert done.returncode == 0, done.stderr
            results.append(json.loads(out.read_text()))
            outputs.append(done.stdout)
            shutil.rmtree(folder / "exported", ignore_errors=True)
        if "seconds" in results[0]:
            del results[0]["seconds"], results[1]["seconds"]
        else:
            assert outputs[0] == outputs[1]
        assert results[0] == results[1]
        return folder

    return run


@pytest.mark.parametrize("script", ["train_full.py", "train_validate.py", "cats_vs_dogs.py"])
def test_training_again(twice, photos, any_weights, script, thorough):
    if not thorough:
        pytest.skip("with --thorough: train.py, below, trains by the same functions")
    twice(script, "--data", photos, "--weights", any_weights, "--seed", 5, *TRAINING)


def test_checking_again(twice, photos, any_weights, thorough):
    twice("sanity_check.py", "--data", photos, "--weights", any_weights, "--seed", 5, "--no-record")
    if thorough:
        twice("predict_original.py", photos, "--weights", any_weights)


def test_evaluating_again(twice, photos, real_weights):
    options = ["--seed", 5, "--repeats", 2, "--permutations", 49, "--no-record"]
    twice("evaluate.py", "--data", photos, "--weights", real_weights, *options)


def test_using_a_model_again(twice, photos, any_weights, thorough):
    options = ["--weights", any_weights, "--seed", 5, *TRAINING]
    folder = twice("train.py", "--data", photos, *options, "--save", "model.keras")
    if thorough:
        twice("predict.py", folder / "model.keras", photos)
        twice("export.py", folder / "model.keras", "--to", "saved_model", "--out", "exported")
