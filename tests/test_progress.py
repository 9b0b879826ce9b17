"""A progress bar, on a real terminal and on none."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys, time
from catsex import progress
progress.AFTER = float(sys.argv[1])
for item in progress.following(iter("abcd"), 4, "letter"):
    time.sleep(0.06)
    if item == sys.argv[2]:
        break
print("done", file=sys.stderr)
assert "keras" not in sys.modules  # what it is for may take less memory than Keras
"""


def on_a_terminal(after, last):
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", PROGRAM, after, last]
    done = subprocess.run(command, stderr=theirs, stdout=subprocess.PIPE, check=True)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.stdout == b""  # which may go into a file
    return shown


@pytest.mark.slow
def test_who_watches_sees_how_much_is_done():
    shown = on_a_terminal("0", "none")
    assert "4/4" in shown and "letter" in shown and shown.endswith("\r\ndone\r\n")


@pytest.mark.slow
def test_what_ends_early_leaves_the_next_word_on_a_line_of_its_own():
    shown = on_a_terminal("0", "c")
    assert "2/4" in shown and "4/4" not in shown and shown.endswith("\r\ndone\r\n")


def test_what_takes_less_than_seconds_shows_nothing():
    assert on_a_terminal("60", "none") == "done\r\n"


def test_a_file_does_not_get_a_bar():
    done = subprocess.run([sys.executable, "-c", PROGRAM, "0", "none"], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"done\n")
