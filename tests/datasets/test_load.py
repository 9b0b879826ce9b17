import os
import subprocess
import sys

import pytest

from catsex.datasets import load
from catsex.errors import DataError


def open_photos_in(clone, *command, **environment):
    """Say what `load_photos` opens in a fresh clone."""
    show = "print(datasets.load_photos().headline)"
    program = f"import sys; from catsex import cli, datasets\nsys.exit(cli.run(lambda: {show}))"
    return subprocess.run(
        [*command, sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(clone)} | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=clone,
    )


@pytest.mark.slow
def test_a_clone_without_network_falls_back_on_the_demo_set_and_says_so(clone):
    done = open_photos_in(clone)
    assert done.stdout.startswith("DEMO: ") and done.returncode == 0
    assert "The tutorial's photos are unavailable" in done.stderr and "demo set" in done.stderr
    assert sorted(os.listdir(clone / "data" / "cats")) == ["README.md"]


@pytest.mark.skipif(os.name != "posix", reason="ulimit is a Unix thing")
def test_where_nothing_can_be_written_it_says_that_there_are_no_photos(clone, tmp_path):
    no_space = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh"]
    done = open_photos_in(clone, *no_space, XDG_CACHE_HOME=str(tmp_path / "nowhere"))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("error: ") and "Traceback" not in done.stderr


def test_photos_of_ones_own_are_read_as_a_folder(photo_folder):
    photos = load.load_photos(photo_folder)
    assert len(photos) == 40 and photos.name == photo_folder.name
    with pytest.raises(DataError, match="no such folder"):
        load.load_photos(photo_folder / "nowhere")
