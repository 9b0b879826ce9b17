"""Photos taken within seconds of each other, and frames of one video."""

from pathlib import Path

import numpy as np
import pytest

from catsex.evaluation.grouping import bursts
from catsex.photos import exif


def test_a_burst_is_of_one_camera_and_of_seconds():
    clock = [("a", 0), ("a", 9), ("b", 10), ("a", 19.5), None, ("a", 19), ("b", 21), ("c", 5)]
    taken = [when and exif.Taken(*when) for when in clock]
    assert bursts.find_bursts(taken) == [(0, 1), (1, 5), (3, 5)]
    assert bursts.find_bursts([]) == bursts.find_bursts([None]) == []


def series(rng, length, step):
    """Return features that change from frame to frame: each a step away from the one before."""
    walk = rng.normal(size=(1, 50)) + step * np.cumsum(rng.normal(size=(length, 50)), axis=0)
    return walk.astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_frames_of_a_video_are_neighbours_nearly_alike(seed):
    rng = np.random.default_rng(seed)
    clips = [series(rng, 12, 0.15) for _ in range(4)]
    paths = [Path(f"{clip}/frame_{number:03d}.jpg") for clip in range(4) for number in range(12)]
    pairs = bursts.find_frames(paths, np.repeat([0, 0, 1, 1], 12), np.concatenate(clips))
    assert len(pairs) > 38 and all(second - first == 1 for first, second in pairs)
    assert not any(first % 12 == 11 for first, _ in pairs)


@pytest.mark.parametrize("seed", range(20))
def test_numbered_photos_that_are_none_of_a_video_are_left_alone(seed):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(40, 50)).astype(np.float32) + np.repeat([[0.0], [1.0]], 20, axis=0)
    paths = [Path(f"{sex}{number:02d}.jpg") for sex in "fm" for number in range(1, 21)]
    assert bursts.find_frames(paths, np.repeat([0, 1], 20), features) == []


def test_nothing_is_kept_of_names_that_are_no_series():
    names = [f"{number * 7919 % 1000}-x{'y' * number}.jpg" for number in range(50)] + ["no number"] * 9
    names += [f"{folder}/a{number}.jpg" for folder in "pq" for number in range(4)] + ["r/a1.jpg", "r/a2.jpg"]
    found = bursts._series(names, np.zeros(len(names), int))
    assert sorted(key[0][0] for key in found) == ["p", "q"] and all(len(one) == 4 for one in found.values())


@pytest.mark.slow
def test_the_tutorials_cats_are_no_video(real_cats, network):
    from catsex.network import features
    from catsex.network.model import frozen_part

    vectors = features.extract(frozen_part(network.model), real_cats.paths)
    assert bursts.find_frames(real_cats.paths, real_cats.labels, vectors) == []
