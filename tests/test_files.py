import os
import subprocess
import sys
import threading

import pytest

from catsex import files
from catsex.files import TEMPORARY, cache_folder, remove_leftovers, replacing


def test_a_file_appears_whole(tmp_path):
    with replacing(tmp_path / "new" / "file.txt") as temporary:
        temporary.write_text("complete")
        assert not (tmp_path / "new" / "file.txt").exists()
    assert (tmp_path / "new" / "file.txt").read_text() == "complete"
    assert os.listdir(tmp_path / "new") == ["file.txt"]


def test_a_folder_appears_whole(tmp_path):
    with replacing(tmp_path / "folder") as temporary:
        temporary.mkdir()
        (temporary / "file.txt").write_text("complete")
    assert (tmp_path / "folder" / "file.txt").read_text() == "complete"
    assert os.listdir(tmp_path) == ["folder"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, FileNotFoundError])
def test_a_failure_leaves_what_was_there(tmp_path, error):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_leftovers_of_the_dead_go_and_those_of_the_living_stay(tmp_path):
    program = (
        "import sys, time; from catsex.files import replacing\n"
        "with replacing(sys.argv[1]) as path: path.write_text('half'); print('writing', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "file.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "writing\n"
        remove_leftovers(tmp_path)
        assert len(list(tmp_path.glob(f"{TEMPORARY}*"))) == 1
        writer.kill()
        writer.wait()
        assert len(list(tmp_path.glob(f"{TEMPORARY}*"))) == 1
        remove_leftovers(tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "catsex"


def test_a_folder_that_another_process_removes_at_that_very_moment_is_no_error(tmp_path):
    folder, stop = tmp_path / "folder", threading.Event()

    def come_and_go():
        while not stop.is_set():
            folder.mkdir()
            folder.rmdir()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        for _ in range(5000):
            files._unlock(files._lock(folder))
    finally:
        stop.set()
        other.join()
