import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from catsex import backend, files, options
from catsex.errors import CatsexError

ALL = ("data", "weights", "seed", "epochs", "cache", "json")


def run_main(body, *command, **options):
    """Run `cli.run` on a main of this body in a process of its own."""
    program = f"import logging, sys\nfrom catsex import cli, errors\ndef main():\n    {body}\nsys.exit(cli.run(main))"
    return subprocess.run(
        [*command, sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60, **options
    )


def test_options_have_sensible_defaults():
    args = options.parser("What it does.", *ALL).parse_args([])
    of_photos = {"subjects": None, "folders": None, "columns": None, "classes": None, "any_ending": False}
    others = {"data": None, "weights": None, "seed": None, "epochs": 20, "cache": True, "json": None}
    assert vars(args) == others | of_photos


def test_options_are_read():
    words = ["--data", "DIR", "--weights", "FILE", "--seed", "0", "--epochs", "1", "--no-cache", "--json", "out.json"]
    args = options.parser("What it does.", *ALL).parse_args(words)
    assert (args.data, args.weights, args.seed, args.epochs, args.cache) == ("DIR", "FILE", 0, 1, False)
    assert str(args.json) == "out.json"


def test_what_is_said_of_photos_is_what_reads_them():
    words = ["--columns", "file=my, photo,label=kind", "--classes", "-1", "cats=Cat+cat", "--any-ending"]
    args = options.parser("What it does.", "data", "skip-unreadable").parse_args([*words, "--folders", "class/subject"])
    assert options.photo_options(args) == {
        "columns": {"file": "my, photo", "label": "kind"},
        "classes": {"-1": ["-1"], "cats": ["Cat", "cat"]},
        "any_ending": True,
        "folders": "class/subject",
        "subjects": None,
        "skip_unreadable": False,
    }


def test_home_is_home_in_every_option(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    words = ["--data=~/photos", "--save=~/m.keras", "--json", "~/r.json", "--weights=~/w.h5", "--out=~/run"]
    args = options.parser("What it does.", "data", "save", "json", "weights", "record").parse_args(words)
    assert [str(path) for path in (args.data, args.save, args.json, args.weights, args.out)] == [
        str(tmp_path / name) for name in ("photos", "m.keras", "r.json", "w.h5", "run")
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--seed", "-1"], "expected"),
        (["--seed", "abc"], "expected a whole number from 0 to 4294967295, got 'abc'"),
        (["--seed", "1.5"], "expected a whole number"),
        (["--seed", "4294967296"], "expected a whole number"),
        (["--epochs", "0"], "expected a whole number from 1 to 1000000, got '0'"),
        (["--json", os.curdir], "is a folder; expected the name of a file"),
        (["--json", ""], "is a folder"),
        (["--sed", "1"], "unrecognized arguments"),
        (["--see", "1"], "unrecognized arguments"),
        (["photos"], "unrecognized arguments"),
    ],
)
def test_a_wrong_option_is_usage_and_says_what_was_expected(capsys, words, message):
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.", *ALL).parse_args(words)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_a_script_has_only_the_options_it_asked_for(capsys):
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.", "data").parse_args(["--seed", "1"])
    assert caught.value.code == 2


def test_help_shows_the_example_as_it_is_written(capsys):
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.\n\nFor example:\n\n    python it.py\n", *ALL).parse_args(["--help"])
    assert caught.value.code == 0
    assert "For example:\n\n    python it.py\n" in capsys.readouterr().out


def test_success_is_0():
    done = run_main("print('done')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


def test_what_the_user_can_mend_is_one_line_and_1():
    done = run_main("raise errors.DataError('no such folder: photos')")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: no such folder: photos\n")


def test_what_only_we_can_mend_shows_where_it_is():
    done = run_main("raise KeyError('defect')")
    assert done.returncode == 1 and "Traceback" in done.stderr and "defect" in done.stderr


def test_notices_go_where_errors_go():
    done = run_main("logging.getLogger('catsex').warning('a notice'); print('a result')")
    assert (done.stdout, done.stderr) == ("a result\n", "a notice\n")


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path):
    program = tmp_path / "many.py"
    program.write_text(
        "import sys\nfrom catsex import cli\n"
        "def main():\n    for number in range(100000): print(number)\n"
        "sys.exit(cli.run(main))"
    )
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" "{program}" | head -n 1'], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_ctrl_c_stops_without_a_traceback(tmp_path):
    program = (
        "import signal, sys, time\nfrom catsex import cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # which a job in the background is without
        "def main():\n    print('ready', flush=True); time.sleep(60)\n"
        "sys.exit(cli.run(main))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert (process.stderr.read(), process.wait()) == ("stopped\n", 130)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_name_that_the_terminal_cannot_show_does_not_stop_a_run(encoding):
    done = run_main(r"print('K\xe4the \u732b', '\udcff.jpg')", env=os.environ | {"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("K") and done.stdout.endswith("\\udcff.jpg\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_process_without_output_or_errors_is_no_error(closed, tmp_path):
    body = (
        "print('out', flush=True); print('err', file=sys.stderr, flush=True); open('file', 'w').fileno() > 2 or 1 / 0"
    )
    done = run_main(body, "sh", "-c", f'"$@" {closed}', "sh", cwd=tmp_path)
    heard = ("" if closed.startswith(">") else "out\n", "" if "2" in closed else "err\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, *heard)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device here that is always full")
@pytest.mark.parametrize("flush", [True, False])
def test_a_full_disk_behind_standard_output_is_one_line(flush):
    done = run_main(f"print('out', flush={flush})", "sh", "-c", '"$@" >/dev/full', "sh")
    assert (done.returncode, done.stderr) == (1, "error: [Errno 28] No space left on device\n")


def test_results_are_written_whole(tmp_path):
    files.write_json(tmp_path / "new" / "out.json", {"score": 0.5, "name": "Käthe"})
    assert json.loads((tmp_path / "new" / "out.json").read_text(encoding="utf-8")) == {"score": 0.5, "name": "Käthe"}
    assert os.listdir(tmp_path / "new") == ["out.json"]
    files.write_json(None, {"score": object()})


def test_results_that_cannot_be_written_leave_what_was_there(tmp_path):
    path = tmp_path / "out.json"
    path.write_text("old")
    with pytest.raises((ValueError, TypeError)):
        files.write_json(path, {"score": float("nan")})
    with pytest.raises(TypeError):
        files.write_json(path, {"score": np.float32(1)})
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["out.json"]
    with pytest.raises(CatsexError, match=r"deeper\.json cannot be written: "):
        files.write_json(path / "deeper.json", {})
    (tmp_path / "folder").mkdir()
    with pytest.raises(CatsexError, match="folder cannot be written: "):
        files.write_json(tmp_path / "folder", {})


def test_a_seed_makes_a_run_repeatable_and_no_seed_a_fresh_one():
    import keras

    def draws():
        return keras.initializers.GlorotUniform()((3, 2)).numpy().tolist(), np.random.random()

    assert backend.start_keras(7) == 7
    first = draws()
    assert backend.start_keras(7) == 7
    assert draws() == first
    backend.start_keras(8)
    assert draws() != first
    fresh = {backend.start_keras() for _ in range(5)}
    assert len(fresh) == 5 and all(0 <= seed < 2**32 for seed in fresh)


def test_results_say_which_versions_they_depend_on():
    assert set(backend.versions()) == {"catsex", "python", "keras", "tensorflow", "numpy", "imageio", "scikit-image"}
    assert all(number[0].isdigit() for number in backend.versions().values())


OUTPUTS = ("data", "weights", "save", "json", "record")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--save", "a.keras", "--json", "a.keras"], "a.keras is named twice"),
        (["--save", "a.keras", "--json", "./b/../a.keras"], "a.keras is named twice"),
        (["--weights", "w.keras", "--save", "w.keras"], "w.keras is named twice"),
        (["--out", "run", "--save", "run/m.keras"], "run/m.keras lies in run, which is to be a new folder"),
        (["--json", "pipe"], "pipe is no regular file"),
        (["--json", "readme/x"], "readme/x cannot be written"),
        (["--data", ""], "expected a name, got an empty text"),
        (["--seed", "9" * 5000], "expected a whole number"),
    ],
)
def test_an_output_replaces_neither_another_nor_what_is_read(tmp_path, monkeypatch, capsys, words, message):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    (tmp_path / "readme").touch()
    with pytest.raises(SystemExit) as caught:
        options.parser("What it does.", *OUTPUTS, "seed").parse_args(words)
    assert caught.value.code == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert message in line
    assert len(line) < 200
