import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catsex import evaluation
from catsex.datasets.demo import demo_set
from catsex.errors import DataError
from catsex.evaluation.grouping.alike import find_alike
from catsex.photos.exif import EXIF, MAKE, MODEL, TAKEN
from catsex.photos.layouts import reading
from catsex.report import summary


def photo(number, when):
    """Return the bytes of a JPEG that says when a camera has taken it."""
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "Canon", "EOS"
    exif._ifds[EXIF] = {TAKEN: f"2024:05:01 {when}"}
    pixels = np.random.default_rng(number).integers(0, 256, (4, 4, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def photos(tmp_path):
    """Two classes of eight photos, named at random: in each, a burst of three; one of them across the classes."""
    times = {
        "a": ["10:00:00", "10:00:04", "10:00:09", "11:00:00", "12:00:00", "13:00:00", "14:00:00", "15:00:00"],
        "b": ["10:30:00", "10:30:01", "10:30:02", "11:30:00", "12:30:00", "13:30:00", "14:30:00", "15:00:05"],
    }
    for label, of_class in times.items():
        (tmp_path / label).mkdir()
        for number, when in enumerate(of_class):
            (tmp_path / label / f"{'zdkwqpxf'[number]}.jpg").write_bytes(photo(number + 10 * ord(label), when))
    return reading.read_photos(tmp_path)


def unlike(n):
    return np.random.default_rng(0).random((n, 200)).astype(np.float32) ** 8


def names(photos, pairs):
    return [(photos.names[first], photos.names[second]) for first, second in pairs]


def test_bursts_are_found_within_classes_by_what_the_files_say(photos):
    found = find_alike(photos)
    assert found.duplicates == [] and found.frames == []
    pairs = names(photos, found.bursts)
    assert {frozenset(name[0] for name in pair) for pair in pairs} == {frozenset("a"), frozenset("b")}
    assert {name for pair in pairs for name in pair} == {f"{label}/{name}.jpg" for label in "ab" for name in "zdk"}
    together = found.together(len(photos))
    assert len(np.unique(together)) == 12


def test_off_guesses_nothing_and_the_demo_set_is_meant_to_be_alike(photos):
    features = np.ones((len(photos), 5), np.float32)
    assert find_alike(photos, features).pairs
    assert find_alike(photos, features, "off").pairs == []
    assert find_alike(demo_set(), np.ones((40, 5), np.float32)).pairs == []


def test_a_number_decides_what_is_a_near_duplicate(photos):
    features = unlike(len(photos))
    features[1] = features[0] + 0.3 * features[3]
    cosine = float(features[0] @ features[1] / np.linalg.norm(features[0]) / np.linalg.norm(features[1]))
    assert [pair[:2] for pair in find_alike(photos, features, cosine - 0.001).duplicates] == [(0, 1)]
    assert find_alike(photos, features, cosine + 0.001).duplicates == []


def test_neighbouring_frames_of_a_video_are_found(tmp_path):
    rng = np.random.default_rng(0)
    for label in "ab":
        (tmp_path / label).mkdir()
        for number in range(12):
            Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(tmp_path / label / f"frame_{number:03}.png")
    photos = reading.read_photos(tmp_path)
    walks = [rng.normal(size=(1, 50)) + 0.15 * np.cumsum(rng.normal(size=(12, 50)), axis=0) for _ in "ab"]
    found = find_alike(photos, np.concatenate(walks).astype(np.float32))
    assert len(found.frames) > 18 and all(second - first == 1 for first, second in found.frames)


@pytest.mark.slow
def test_what_is_alike_is_held_out_together_evaluated_together_and_listed(photos):
    features = unlike(len(photos))
    for seed in range(10):
        held_out = evaluation.hold_out(photos, seed, evaluation.find_alike(photos, features))
        burst = held_out[[photos.names.index(f"a/{name}.jpg") for name in "zdk"]]
        assert burst.all() or not burst.any()
    results = evaluation.evaluate(photos, features, seed=1, folds=3, repeats=1, permutations=19)
    assert results["groups"]["number"] == 12 and len(results["bursts"]) == 4 and results["frames"] == []
    text = summary.text(results)
    assert "taken within seconds of each other: 4 pairs, never split between training and held-out photos" in text
    assert "if each of them shows another subject, as under a copy stand, pass --near-duplicates off" in text
    assert any(name == "bursts" and "4 pairs" in value for name, value, _ in summary.rows(results))
    results = evaluation.evaluate(photos, features, seed=1, folds=3, repeats=1, permutations=19, near_duplicates="off")
    assert results["groups"]["number"] == 16 and results["bursts"] == []


def test_bursts_across_a_given_split_are_named(photos, caplog):
    held_out = np.array([Path(path).stem in "zf" for path in photos.paths])
    seen = evaluation.check_split(photos, held_out, evaluation.find_alike(photos, unlike(len(photos))))
    assert sorted(np.array(photos.names)[seen]) == ["a/z.jpg", "b/z.jpg"]
    assert "2 of 4 held-out photos are taken within seconds of training photos" in caplog.text


def test_photos_all_of_one_burst_are_named_before_they_are_refused(tmp_path):
    for label in "ab":
        (tmp_path / label).mkdir()
        for number in range(4):
            when = f"10:00:0{number}" if label == "a" else f"1{number}:30:00"
            (tmp_path / label / f"{'zdkw'[number]}.jpg").write_bytes(photo(number + ord(label), when))
    photos = reading.read_photos(tmp_path)
    with pytest.raises(
        DataError, match=r"class a has 1 photos .*; 3 pairs are taken .*a/d\.jpg.*--near-duplicates off"
    ):
        evaluation.evaluate(photos, unlike(8), seed=1, folds=2)
