import dataclasses

import imageio.v3 as iio
import numpy as np
import pytest

from catsex.errors import DataError
from catsex.evaluation import held_out
from catsex.evaluation.grouping.alike import find_alike
from catsex.photos import PhotoSet
from catsex.photos.layouts import reading


def mask(*positions, of=10):
    return np.isin(np.arange(of), positions)


def test_the_sentence_counts_only_photos_that_were_never_seen():
    right = mask(0, 1, 2, 3, 5, 8)
    nothing = mask()
    assert held_out.sentence(right, nothing, nothing) == (
        "60.0% of the photos that it was trained on are right",
        None,
    )
    out = mask(6, 7, 8, 9)
    assert held_out.sentence(right, out, nothing) == ("25.0% of the 4 photos that it has never seen are right", 0.25)
    said, accuracy = held_out.sentence(right, out, mask(8))
    assert accuracy == 0
    assert said == (
        "0.0% of the 3 photos that it has never seen are right (the other 1 nearly duplicate training photos)"
    )
    said, accuracy = held_out.sentence(right, out, out)
    assert accuracy is None and "says nothing about new photos" in said


def test_each_class_stands_beside_what_naming_the_largest_would_get():
    labels = np.repeat([0, 1], [12, 120])
    right = np.arange(132) >= 9  # 3 of 12, and all of 120
    found = held_out.by_class(right, labels, ["cats", "dogs", "owls"])
    assert [(entry["photos"], entry["right"]) for entry in found["classes"]] == [(12, 0.25), (120, 1), (0, None)]
    assert (found["largest_class"], round(found["by_naming_it"], 3)) == ("dogs", 0.909)
    assert held_out.lines(found) == (
        "  cats   25.0% of 12 right\n  dogs  100.0% of 120 right\n  Always naming dogs would get 90.9%."
    )


def test_judged_are_the_photos_never_seen_if_there_are_any():
    out, seen = np.array([True, True, False]), np.array([True, False, False])
    assert held_out.scored(out, seen).tolist() == [False, True, False]
    assert held_out.scored(out, out).tolist() == out.tolist()
    assert held_out.scored(np.zeros(3, bool), np.zeros(3, bool)).all()


def test_a_model_is_judged_by_what_it_has_never_seen(tmp_path):
    photos = PhotoSet("pets", [tmp_path / f"{n}.png" for n in range(8)], np.arange(8) // 4, ["cats", "dogs"])
    probabilities = np.eye(2)[[0, 0, 1, 1, 1, 1, 0, 0]]
    probabilities[[0, 4]] = np.nan  # trained on, and not asked about
    out = ~np.isin(np.arange(8), (0, 4))
    found = held_out.score(photos, probabilities, out, np.arange(8) == 1)
    assert found["confusion"] == [[0, 2], [2, 1]]
    assert found["test_accuracy"] == 0.2 and found["sentence"].startswith("20.0% of the 5 photos")
    assert [(entry["photos"], round(entry["right"], 3)) for entry in found["by_class"]["classes"]] == [
        (2, 0),
        (3, 0.333),
    ]
    assert held_out.confusion_lines(photos.class_names, found["confusion"]) == (
        "2 photos of cats: 0 taken for cats, 2 taken for dogs\n3 photos of dogs: 2 taken for cats, 1 taken for dogs"
    )


def test_one_photo_in_two_classes_is_refused_before_any_is_held_out(tmp_path):
    for name in ("a/1", "a/2", "a/3", "b/1", "b/2", "b/3"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        number = 0 if name in ("a/1", "b/2") else 9 * ord(name[0]) % 200 + int(name[-1])
        iio.imwrite(tmp_path / f"{name}.png", np.full((8, 8, 3), number, np.uint8))
    photos = reading.read_photos(tmp_path)
    with pytest.raises(DataError, match=r"1\.png and .*2\.png are the same photo in two classes"):
        held_out.hold_out(photos, 1, find_alike(photos, np.ones((6, 5), np.float32)))


@pytest.mark.parametrize("seed", [None, 1])
def test_a_class_too_small_to_hold_photos_out_is_called_by_its_name(tmp_path, seed):
    for number, name in enumerate(("owl/1", "tit/1", "tit/2", "tit/3")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        iio.imwrite(tmp_path / f"{name}.png", np.full((8, 8, 3), 50 * number, np.uint8))
    photos = reading.read_photos(tmp_path)
    with pytest.raises(DataError, match="class owl has 1 photo; at least 2 are needed to hold some out"):
        held_out.hold_out(photos, seed)
    photos = dataclasses.replace(photos, labels=np.array([0, 0, 1, 1]), groups=np.array([0, 1, 2, 2]))
    with pytest.raises(DataError, match="class tit cannot be split without splitting a group"):
        held_out.hold_out(photos, seed)


def test_the_gap_is_that_to_photos_never_seen():
    labels, predictions = np.array([0, 0, 1, 1, 0, 1]), np.array([0, 0, 1, 1, 0, 0])
    out = np.arange(6) > 3
    said = held_out.gap(predictions, labels, out, 3)
    assert said.startswith("After 3 epochs 100% of the photos that it was trained on are right, and 50% of those that")
    assert said.endswith("a gap of 50 percentage points. Always naming the largest class gets 50%.")
