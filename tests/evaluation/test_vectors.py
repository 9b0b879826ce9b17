from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from catsex.evaluation import protocol, vectors
from catsex.evaluation.grouping import near_duplicates
from catsex.evaluation.sample import Sample
from catsex.network import read_features, write_features
from catsex.network.feature_tables import FeatureTable
from catsex.photos.exif import EXIF, MAKE, TAKEN
from catsex.photos.layouts import reading

SHORT = {"seed": 1, "repeats": 2, "permutations": 59}


def table(network="MobileNetV2", scale=1.0):
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    features = (rng.random((40, 60)) ** 3 + labels[:, None] * 0.2 * (np.arange(60) < 20)).astype(np.float32) * scale
    entries = [{"name": f"row {row}", "class": "ab"[label]} for row, label in enumerate(labels)]
    return FeatureTable("t", features, labels, ["a", "b"], None, entries, network)


def test_features_of_mobilenet_are_taken_as_they_are():
    one = table()
    found = vectors.evaluate_table(one, near_duplicates="off", **SHORT)
    sample = Sample(one.features, one.labels, class_names=["a", "b"])
    expected = protocol.evaluate_sample(sample, entries=one.entries, **SHORT)
    assert found["null"] == expected["null"] and found["accuracy"] == expected["accuracy"]


def test_features_of_others_may_have_any_scale():
    first, second = (vectors.evaluate_table(table("unknown", scale), **SHORT) for scale in (1.0, 1000.0))
    assert first["accuracy"] == second["accuracy"] > 0.6


def test_copies_are_found_by_the_features_of_any_network_and_near_duplicates_if_asked_for():
    for differs, cosine, expected in ((0, None, 1), (0.5, None, 0), (0.5, 0.9, 1), (0, "off", 0)):
        one = table("CLIP")
        one.features[5] = one.features[7]
        one.features[5, 0] += differs
        found = vectors.evaluate_table(one, near_duplicates=cosine, **SHORT)["duplicates"]
        assert len(found) == expected, (differs, cosine)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["MobileNetV2", "own"])
def test_features_in_a_file_give_what_their_photos_give(photo_folder, tmp_path, network):
    """Of any network, with a burst in each class."""
    for path in sorted(photo_folder.glob("[fm]*.jpg")):
        exif, when = Image.Exif(), f"10:00:0{path.stem[-1]}" if path.stem[1] == "0" else f"1{path.stem[-1]}:30:00"
        exif[MAKE], exif._ifds[EXIF] = "Canon", {TAKEN: f"2024:05:01 {when}"}
        place = tmp_path / "photos" / path.name[0] / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.open(path).save(place, exif=exif)
    photos = reading.read_photos(tmp_path / "photos")
    features = np.random.default_rng(0).random((40, 60)).astype(np.float32) ** 8
    threshold = near_duplicates.how_alike(network)
    expected = protocol.evaluate(photos, features, network=network, near_duplicates=threshold, **SHORT)
    source = SimpleNamespace(network=network, source="here", fingerprint="abc")
    write_features(tmp_path / "f.npz", photos, features, source)
    found = vectors.evaluate_table(read_features(tmp_path / "f.npz"), **SHORT)
    assert len(found["bursts"]) == 18 and found["groups"]["number"] == 22
    for key in ("null", "accuracy", "p_value", "methods", "groups"):
        assert found[key] == expected[key], key
    for key in ("bursts", "frames", "duplicates"):
        assert len(found[key]) == len(expected[key]), key


def test_asking_about_the_same_file_again_is_counted(empty_cache):
    one = table()
    for row, entry in enumerate(one.entries):
        entry["sha256"] = f"{row:064}"
    assert vectors.evaluate_table(one, remember=True, **SHORT)["asked"] == []
    again = vectors.evaluate_table(one, remember=True, **SHORT | {"seed": 2})
    assert len(again["asked"]) == 1 and "Evaluated for the second time" in again["remarks"][-1]
