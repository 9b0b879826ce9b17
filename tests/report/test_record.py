import csv
import hashlib
import json
import shlex
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sample_records import COMMON, WEIGHTS, training

from catsex import cli
from catsex.errors import DataError
from catsex.photos.layouts import reading
from catsex.report import record, redrawing
from catsex.report.record import write

HISTORY = {"loss": [0.5, 0.25], "accuracy": [0.5, 1.0]}
RESULTS = {"kind": "training", "sentence": "All is well.", "history": HISTORY}


@pytest.fixture
def photos(photo_folder):
    return reading.read_photos(photo_folder)


@pytest.fixture(scope="module")
def cats_in_folders(tmp_path_factory):
    """The demo set's views in one folder per class, every fourth of them to test on."""
    from catsex.datasets.demo import demo_set

    folder = tmp_path_factory.mktemp("in folders")
    views = demo_set()
    for number, (path, label) in enumerate(zip(views.paths, views.labels, strict=True)):
        place = folder / ("train" if number % 4 else "test") / views.class_names[label]
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return folder


@pytest.fixture
def keep(photos, tmp_path, monkeypatch):
    """Return a function that does as a script does at its end, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def keep(*options, demo=False, script="train_full.py"):
        monkeypatch.setattr(sys, "argv", [script, *map(str, options)])
        args = cli.parser("", "seed", "json", "record").parse_args()
        scored = {"photos": training(photos)["photos"]}
        cli.keep_lesson(args, RESULTS | scored, replace(photos, is_demo=demo), WEIGHTS, COMMON["seed"])

    return keep


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def test_a_run_leaves_its_results_figures_and_page_and_names_the_page(keep, photos, caplog):
    keep("--json", "out.json")
    (folder,) = Path("runs").iterdir()
    assert files(folder) == ["figures/learning_curves.svg", "history.csv", "report.html", "results.json"]
    assert caplog.messages == [f"See {folder / 'report.html'}"]
    record, results = (json.loads(path.read_text()) for path in (folder / "results.json", Path("out.json")))
    provenance = record.pop("record")
    assert record == results
    assert provenance["command"] == "python train_full.py --json out.json"
    assert provenance["repeat"] == "python train_full.py --json out.json --seed 7"
    assert provenance["weights"] == vars(WEIGHTS)
    for photo, path in zip(record["photos"], photos.paths, strict=True):
        assert photo["name"] == path.name and photo["path"] == str(path.resolve())
        assert photo["class"] == {"f": "female", "m": "male"}[path.name[0]]
        assert photo["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_of_more_photos_than_anybody_reads_the_results_say_where_they_are(keep, monkeypatch):
    keep("--out", "few")
    monkeypatch.setattr(record, "MANY", 39)
    keep("--out", "many", "--json", "out.json")
    assert files("many") == sorted([*files("few"), "photos.csv"])
    results = json.loads(Path("many", "results.json").read_text())
    assert "photos" not in results and results["photos_in"] == "photos.csv"
    everything = json.loads(Path("out.json").read_text())
    again = redrawing.read("many")
    assert again["photos"] == everything["photos"]
    assert again["photos"] == redrawing.read("few")["photos"]
    page = Path("many", "report.html").read_text()
    assert "40; photos.csv, beside this page, holds the checksum of each" in page
    Path("many", "report.html").unlink()
    redrawing.redraw("many")
    assert Path("many", "report.html").read_text() == page
    for damage, message in ((lambda path: path.write_text('a,b\n"'), "damaged"), (Path.unlink, "cannot be read")):
        damage(Path("many", "photos.csv"))
        with pytest.raises(DataError, match=rf"photos\.csv (is )?{message}"):
            redrawing.redraw("many")


def test_the_command_to_repeat_a_run_has_its_seed_and_no_folder_that_is_there_already(photos):
    for options, expected in (
        (["--seed", "3", "--out", "a b"], ["--seed", "3"]),
        (["--out=x", "--seed=3"], ["--seed=3"]),
        (["--data", "my photos"], ["--data", "my photos", "--seed", "7"]),
    ):
        provenance = record.describe(["evaluate.py", *options], 7, photos, WEIGHTS)
        assert shlex.split(provenance["repeat"]) == ["python", "evaluate.py", *expected]


def test_the_history_is_a_table_that_says_which_photos_it_is_of(keep, photos):
    for demo, expected in ((False, photos.name), (True, "DEMO")):
        keep("--out", expected, demo=demo)
        rows = list(csv.DictReader(Path(expected, "history.csv").read_text().splitlines()))
        assert rows[1] == {"epoch": "2", "loss": "0.25", "accuracy": "1.0", "photos": expected}


def test_no_record_leaves_nothing(keep, tmp_path, caplog):
    keep("--no-record", "--json", "out.json")
    assert files(tmp_path) == ["out.json"]
    assert not caplog.messages


def test_a_folder_can_be_chosen_if_it_is_new_or_empty(keep, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new/deep"):
        keep("--out", name)
        assert "results.json" in files(name)
    with pytest.raises(SystemExit) as stopped:
        keep("--out", "empty")
    assert stopped.value.code == 2
    assert "empty already exists" in capsys.readouterr().err


def test_runs_of_the_same_second_do_not_collide(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "RUNS", tmp_path / "runs")
    contents = {f"{number}.txt": "x" * 10_000 for number in range(5)}
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: write(contents, None, "evaluate"), range(24)))
    assert len(set(folders)) == 24
    assert all(files(folder) == sorted(contents) for folder in folders)
    assert len(list((tmp_path / "runs").iterdir())) == 24


def test_a_record_is_written_whole_or_not_at_all(tmp_path):
    with pytest.raises(OSError, match="name too long"):
        write({"a": "x", "b" * 300: "y"}, tmp_path / "record", "evaluate")
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_written_costs_one_line_and_not_the_run(keep, caplog):
    Path("runs").write_text("a file where the folder should be")
    keep("--json", "out.json")
    assert json.loads(Path("out.json").read_text())["sentence"] == "All is well."
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("No record of this run: runs: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("cats_vs_dogs.py", ["--epochs", 2]),
        ("train.py", ["--epochs", 2, "--save", "model.keras"]),
    ],
)
def test_training_keeps_a_record_of_every_photo(script, options, cats_in_folders, any_weights, run_script, tmp_path):
    check_record(run_script, script, [*options, "--weights", any_weights], cats_in_folders, tmp_path)


@pytest.mark.slow
def test_evaluating_keeps_a_record_of_every_photo(cats_in_folders, real_weights, run_script, tmp_path):
    """Only with real weights: to an untrained network all photos look the same, which is an error."""
    options = ["--permutations", 19, "--repeats", 1, "--weights", real_weights]
    check_record(run_script, "evaluate.py", options, cats_in_folders, tmp_path)


def check_record(run_script, script, options, cats_in_folders, tmp_path):
    options = ["--data", cats_in_folders, "--seed", 1, "--out", "a record", "--json", "out.json", *options]
    done = run_script(script, *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "See a record/report.html"
    record = json.loads((tmp_path / "a record" / "results.json").read_text())
    provenance = record.pop("record")
    assert record == json.loads((tmp_path / "out.json").read_text())
    assert record["sentence"] in done.stdout
    assert provenance["script"] == script
    for photo in record["photos"]:
        assert photo["name"].split("/")[0] == photo["class"]
        path = Path(photo["path"])
        assert cats_in_folders in path.parents and path.name == photo["name"].split("/")[1]
        assert photo["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert ("history.csv" in files(tmp_path / "a record")) == (script != "evaluate.py")
    page = (tmp_path / "a record" / "report.html").read_text()
    shown = [a for a in record["photos"] if a.get("prediction", "") is not None]
    assert page.count('alt="female/') + page.count('alt="male/') == len(shown) > 5


@pytest.mark.parametrize("missing", ["matplotlib", "jinja2"])
def test_without_the_extra_one_line_says_how_to_get_pictures(keep, caplog, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    keep("--out", "record")
    assert files("record") == ["history.csv", "results.json"]
    expected = 'Kept in record. For pictures: pip install -e ".[report]", then python scripts/report.py record'
    assert caplog.messages == [expected]


@pytest.mark.slow
def test_where_no_cache_can_be_kept_drawing_says_nothing_of_it(keep, run_script, tmp_path):
    keep("--out", "record")
    Path("no folder").write_text("")
    done = run_script(
        "report.py", "record", cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "no folder"), MPLCONFIGDIR=None
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_a_record_is_drawn_anew_in_its_place(keep, run_script, tmp_path):
    keep("--out", "record")
    page, figure = Path("record/report.html"), Path("record/figures/learning_curves.svg")
    before = page.read_text(), figure.read_text()
    page.unlink()
    figure.write_text("spoilt")
    done = run_script("report.py", "record", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "See record/report.html\n"), done.stderr
    assert (page.read_text(), figure.read_text()) == before
    assert len(files("record")) == 4
