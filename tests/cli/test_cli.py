import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from catsex import files
from catsex.errors import CatsexError


def run_main(body, *command, **options):
    """Run `cli.run` on a main of this body in a process of its own."""
    program = f"import logging, sys\nfrom catsex import cli, errors\ndef main():\n    {body}\nsys.exit(cli.run(main))"
    return subprocess.run(
        [*command, sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=600, **options
    )


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


@pytest.mark.parametrize("reader", ["| head -n 1", "2>&1 | head -n 1"])
def test_what_is_written_to_files_is_whole_though_nobody_reads_on(reader, tmp_path):
    body = (
        "for number in range(20000): print(number, flush=True); print(number, file=sys.stderr)\n"
        "    logging.getLogger('catsex').warning(cli.unread()); open('result', 'w').write(f'{cli.unread()}')"
    )
    done = run_main(body, "sh", "-c", f'("$@"; echo $? >status) {reader}', "sh", cwd=tmp_path)
    assert done.stdout == "0\n" and "Traceback" not in done.stderr
    assert [(tmp_path / name).read_text() for name in ("result", "status")] == ["True", "0\n"]


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


@pytest.mark.slow
def test_whoever_closes_the_pipe_the_table_is_whole(tmp_path):
    import imageio.v3 as iio
    import keras

    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    model.save(tmp_path / "m.keras")
    (tmp_path / "photos").mkdir()
    for number in range(12):
        iio.imwrite(tmp_path / "photos" / f"{number}.png", np.full((9, 9, 3), 20 * number, np.uint8))
    script = next(path for path in (files.Path(__file__).parents[2] / "scripts").glob("predict.py"))
    command = f'"{sys.executable}" "{script}" m.keras photos --csv a.csv --json a.json | head -n 1'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1 and "error" not in done.stderr and "Traceback" not in done.stderr
    assert "does not say what pixels it takes" in done.stderr and "pixels (--pixels) decides otherwise" in done.stderr
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 13
    assert len(json.loads((tmp_path / "a.json").read_text())["photos"]) == 12
