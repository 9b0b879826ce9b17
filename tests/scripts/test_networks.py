"""--network and --method, as a user gives them."""

import json

import pytest

pytestmark = pytest.mark.slow


def test_a_model_that_was_fine_tuned_and_saved_is_a_network_to_evaluate_and_compare(run_here, any_weights, tmp_path):
    def run(script, *options):
        done = run_here(script, *options, "--seed", 1, "--no-record", "--json", tmp_path / "out.json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return json.loads((tmp_path / "out.json").read_text())

    training = ["--weights", any_weights, "--size", 96, "--epochs", 1, "--method", "fine-tune", "--save", "own.keras"]
    trained = run("train.py", *training)
    assert trained["method"] == "fine-tune" and trained["size"] == 96 and len(trained["history"]["loss"]) == 21
    evaluated = run("evaluate.py", "--network", "own.keras", "--permutations", 19, "--repeats", 1)
    assert evaluated["network"] == "own" and evaluated["weights"] == "file own.keras"
    compared = run("compare.py", "--network", "own.keras", "--with", "head", "--with", "ridge", "--repeats", 1)
    assert [configuration["network"] for configuration in compared["configurations"]] == ["own", "own"]
    assert compared["configurations"][0]["size"] == 96


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["evaluate.py", "--network", "LeNet"], "error: no network LeNet; there are MobileNetV2, "),
        (["evaluate.py", "--network", "none.keras"], "error: none.keras cannot be read: "),
        (
            ["compare.py", "--with", "head", "--with", "network=ResNet50V2"],
            "error: no weights of ResNet50V2: put resnet50v2",
        ),
    ],
)
def test_a_network_that_cannot_be_had_is_one_line(run_here, options, message, tmp_path, any_weights):
    weights = ["--weights", any_weights] if options[0] == "compare.py" else []
    done = run_here(*options, *weights, cwd=tmp_path, KERAS_HOME=str(tmp_path))
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith(message)
    assert "Traceback" not in done.stderr
