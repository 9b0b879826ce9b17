"""scripts/compare.py as a user runs it."""

import json

import pytest

pytestmark = pytest.mark.slow


def test_settings_are_compared_shown_and_kept(run_script, run_here, any_weights, tmp_path):
    options = ["--weights", any_weights, "--seed", 3, "--repeats", 2]
    configurations = ["--with", "head", "--with", "ridge", "--with", "size=96,ridge"]
    done = run_script("compare.py", *options, *configurations, "--json", tmp_path / "out.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "out.json").read_text())
    assert results["sentence"] in done.stdout.splitlines()[:2]  # after DEMO where there are no cats
    assert results["kind"] == "comparison" and results["seed"] == 3 and len(results["pairs"]) == 3
    (record,) = (tmp_path / "runs").iterdir()
    assert record.name.startswith("compare-")
    again = run_here(
        "compare.py", *options, *configurations, "--no-record", "--json", tmp_path / "again.json", cwd=tmp_path
    )
    assert again.returncode == 0
    later = json.loads((tmp_path / "again.json").read_text())
    for results_of in (results, later):
        results_of.pop("seconds")
        for configuration in results_of["configurations"]:
            configuration.pop("seconds")
    assert later == results
    redrawn = run_here("report.py", record, cwd=tmp_path)
    assert redrawn.returncode == 0, redrawn.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--with", "head"], "error: a comparison takes at least two configurations, such as head, ridge"),
        (["--with", "head", "--with", "luck"], "error: no such configuration: luck; expected something such as head"),
    ],
)
def test_wrong_settings_are_one_line(run_script, options, message):
    done = run_script("compare.py", *options)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
