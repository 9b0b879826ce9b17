import os
import shutil
import subprocess
import sys

import imageio.v3 as iio
import numpy as np
import pytest

from catsex import backend, evaluation, network, pretrained
from catsex.datasets import demo

NAMES = [f"{sex}{number:02d}.jpg" for sex in "fm" for number in range(1, 21)]


def test_demo_set_is_40_different_pieces_that_are_always_the_same(tmp_path, monkeypatch):
    contents = []
    for cache in ("one", "two"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / cache))
        photos = demo.demo_set()
        assert [path.name for path in photos.paths] == NAMES
        contents.append([path.read_bytes() for path in photos.paths])
    assert contents[0] == contents[1]
    assert len(set(contents[0])) == 40


def test_demo_set_is_made_once_and_called_demo(empty_cache):
    photos = demo.demo_set()
    made = [path.stat().st_mtime_ns for path in photos.paths]
    again = demo.demo_set()
    assert [path.stat().st_mtime_ns for path in again.paths] == made
    assert os.listdir(empty_cache) == ["demo-2"]
    assert photos.is_demo and photos.name == "demo" and photos.labels.tolist() == [0] * 20 + [1] * 20
    assert photos.headline.startswith(f"DEMO: 40 pieces of {len(demo.CUT_FROM)} photos ")
    assert photos.headline.endswith(" (20 female, 20 male). There is nothing to learn here.")


def test_demo_set_of_an_older_version_is_left_alone(empty_cache):
    (empty_cache / "demo").mkdir(parents=True)
    (empty_cache / "demo" / "f01.jpg").write_bytes(b"older")
    assert {path.parent.name for path in demo.demo_set().paths} == {"demo-2"}
    assert (empty_cache / "demo" / "f01.jpg").read_bytes() == b"older"


def test_demo_set_is_squares_of_many_sizes():
    shapes = [iio.imread(path).shape for path in demo.demo_set().paths]
    assert all(height == width >= 110 and channels == 3 for height, width, channels in shapes)
    assert len(set(shapes)) >= 30


def test_demo_set_calls_both_sexes_what_is_drawn_alike():
    brightness = np.array([iio.imread(path).mean() for path in demo.demo_set().paths])
    females, males = brightness[:20], brightness[20:]
    assert abs(females.mean() - males.mean()) < 3 * np.sqrt(females.var() / 20 + males.var() / 20)


@pytest.mark.slow
def test_demo_set_needs_neither_network_nor_what_others_have_downloaded(tmp_path):
    program = """
import socket, sys
def refuse(*arguments): sys.exit("the network was asked for")
socket.socket.connect = socket.getaddrinfo = refuse
from catsex.datasets import demo
print(len(demo.demo_set()))
"""
    places = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "SKIMAGE_DATADIR": str(tmp_path / "scikit-image")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | places, capture_output=True, text=True, check=False
    )
    assert done.stdout == "40\n", done.stderr


@pytest.mark.slow
def test_demo_set_that_lost_photos_is_whole_again(empty_cache):
    before = [path.read_bytes() for path in demo.demo_set().paths]
    for name in ("f03.jpg", "m20.jpg"):
        (empty_cache / demo.FOLDER / name).unlink()
    assert [path.read_bytes() for path in demo.demo_set().paths] == before
    (empty_cache / demo.FOLDER / "f03.jpg").write_bytes(before[5])  # a photo, but another
    assert [path.read_bytes() for path in demo.demo_set().paths] == before


def test_demo_set_does_without_a_cache(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    photos = demo.demo_set()
    assert len(photos) == 40 and all(path.is_file() for path in photos.paths)
    shutil.rmtree(photos.paths[0].parent)


@pytest.mark.slow
def test_demo_set_is_learned_by_heart_and_nothing_else(real_weights, thorough):
    photos = demo.demo_set()
    held_out = evaluation.hold_out(photos)
    known, unseen = photos.subset(~held_out), photos.subset(held_out)
    base = pretrained.load_mobilenet(real_weights).model
    trained_on, never_seen = [], []
    for seed in range(10 if thorough else 5):
        backend.start_keras(seed)
        history = network.fit(network.attach_classifier(base), known, known.labels, (unseen, unseen.labels))
        trained_on.append(history["accuracy"][-1])
        never_seen.append(history["val_accuracy"][-1])
    assert min(trained_on) >= 0.95
    assert 0.35 <= np.mean(never_seen) <= 0.65
