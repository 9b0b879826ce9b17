import importlib.util
from pathlib import Path

import imageio.v3 as iio
import numpy as np
import pytest
from growth import growth

from catsex.evaluation.sample import Sample
from catsex.evaluation.shortcuts import scoring
from catsex.evaluation.shortcuts.candidates import OVERLAY

SPEC = importlib.util.spec_from_file_location(
    "planting", Path(__file__).resolve().parents[3] / "benchmarks" / "shortcuts.py"
)
planting = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(planting)
HARMLESS = ("nothing", "nothing, PNG")
TOO_WEAK = ("sharpened a little",)  # to be noticed in each draw: docs/method.md says how often it is


def of(labels, groups=None):
    """Return a sample of things with these labels, whose features do not matter."""
    return Sample(np.zeros((len(labels), 1), np.float32), labels, groups)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """The paths of 60 photos of nothing in particular: blurred spots of all sizes and colours, with some grain."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    for number in range(60):
        height, width = rng.integers(110, 180, 2)
        y, x = np.mgrid[:height, :width]
        pixels = rng.uniform(115, 135, 3) + np.zeros((height, width, 3))
        for _ in range(25):
            size = rng.uniform(5, 60)
            spot = np.exp(-((y - rng.integers(height)) ** 2 + (x - rng.integers(width)) ** 2) / size**2)
            pixels += spot[:, :, None] * rng.normal(0, 25, 1) + rng.normal(0, 3, 3)
        pixels += rng.normal(0, rng.uniform(1, 3), pixels.shape)
        iio.imwrite(folder / f"{number}.jpg", pixels.clip(0, 255).astype(np.uint8), quality=95)
    return sorted(folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in planting.PLANTED if name not in HARMLESS + TOO_WEAK])
def test_what_was_planted_is_noticed(photos, name, thorough):
    for seed in range(5 if thorough else 1):
        assert planting.noticed(np.random.default_rng(seed), photos, 20, *planting.PLANTED[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in planting.PLANTED if name not in TOO_WEAK])
def test_what_was_planted_in_real_photos_is_noticed_in_9_of_10_draws_and_nothing_in_1_of_10(cats_dogs, name, thorough):
    if not thorough:
        pytest.skip("with --thorough: it takes minutes; the generated photos above are always tried")
    paths, rng = sorted((cats_dogs / "train").rglob("*.jpg")), np.random.default_rng(1)
    found = [planting.noticed(rng, paths, 20, *planting.PLANTED[name]) for _ in range(10)]
    assert sum(map(bool, found)) <= 2 if name in HARMLESS else sum(map(bool, found)) >= 9


@pytest.mark.slow
def test_nothing_is_noticed_where_there_is_nothing():
    """Candidates drawn at random: one in twenty sets is allowed to say something of any of them."""
    rng, caught = np.random.default_rng(0), 0
    labels = np.arange(40) % 2
    for _ in range(20):
        candidates = {
            "a": rng.normal(size=(40, 3)),
            "b": rng.normal(size=(40, 60)),
            OVERLAY: rng.normal(size=(40, 300)),
        }
        candidates = {name: values.astype(np.float32) for name, values in candidates.items()}
        found = scoring.cross_validate(rng, candidates, of(labels), permutations=199)
        caught += min(one["corrected"] for one in found) < 0.05
        for one in found:
            assert one["p_value"] <= one["corrected"] <= min(1, len(found) * one["p_value"]) + 1e-9
    assert caught <= 4  # 5 % expected; more than 4 of 20 in one of 400 runs


@pytest.mark.slow
def test_three_classes_of_unequal_size_are_told_apart_too():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [30, 12, 6])
    values = (rng.normal(size=(48, 4)) + 4 * (labels[:, None] == np.arange(4))).astype(np.float32)
    spots = np.concatenate([values, rng.normal(size=(48, 200)).astype(np.float32)], axis=1)
    for found in scoring.cross_validate(rng, {"a": values, OVERLAY: spots}, of(labels)):
        assert found["accuracy"] > 0.85
        assert found["p_value"] == 0.001


def test_photos_of_one_subject_are_not_taken_for_a_shortcut():
    rng = np.random.default_rng(1)
    group, found = np.repeat(np.arange(10), 6), []
    for _ in range(30):
        labels = rng.permutation(np.arange(10) % 2)[group]
        candidates = {"a": (rng.normal(size=(10, 5))[group] + rng.normal(0, 0.1, (60, 5))).astype(np.float32)}
        found.append(scoring.cross_validate(rng, candidates, of(labels, group), permutations=199)[0]["p_value"])
    assert np.mean(np.array(found) < 0.05) <= 0.17  # more than 5 of 30 in one of 300 runs


def test_a_rare_class_among_many_photos_is_looked_at():
    labels = np.r_[np.zeros(30_000, int), np.ones(25, int)]
    candidates = {"a": np.random.default_rng(0).normal(size=(len(labels), 2)).astype(np.float32) + 5 * labels[:, None]}
    candidates = {name: values.astype(np.float32) for name, values in candidates.items()}
    (found,) = scoring.cross_validate(np.random.default_rng(0), candidates, of(labels), permutations=99)
    assert found["accuracy"] > 0.95
    assert found["p_value"] == 0.01


@pytest.mark.slow
def test_the_work_grows_with_the_number_of_photos_and_no_faster():
    def score(n):
        rng = np.random.default_rng(0)
        candidates = {"a": rng.normal(size=(n, 9)).astype(np.float32)}
        scoring.cross_validate(rng, candidates, of(np.arange(n) % 10), permutations=99)

    assert growth(lambda: score(4000), lambda: score(16_000)) < 10
