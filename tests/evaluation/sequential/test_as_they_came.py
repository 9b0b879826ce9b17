import hashlib
import json

import numpy as np
import pytest

from catsex.evaluation.sample import Sample
from catsex.evaluation.sequential.arrival import arrival
from catsex.evaluation.sequential.as_they_came import as_they_came, bet_as_they_came, table_as_they_came
from catsex.network.feature_tables import FeatureTable
from catsex.photos.layouts.reading import read_photos

NAMES = ["cats", "dogs"]


def made_up(n=20, apart=4.0, seed=0):
    """Features, labels and checksums of n photos, by turns of two classes."""
    labels = np.arange(n) % 2
    features = np.random.default_rng(seed).normal(size=(n, 20)) + apart * np.eye(20)[labels]
    return features.astype(np.float32), labels, [hashlib.sha256(bytes([i])).hexdigest() for i in range(n)]


def bet(features, labels, digests, remember=False):
    sample = Sample(features, labels, class_names=NAMES)
    return bet_as_they_came(sample, digests, range(len(labels)), how="their names", remember=remember)


def test_the_sentence_says_what_was_guessed_and_what_that_is_worth():
    came = bet(*made_up())
    assert came["guesses"] == 9 and came["right"] >= 8 and came["chance"] == 4.5
    assert len(came["capital"]) == 11 and came["p_value"] == 1 / max(came["capital"]) < 0.05
    assert came["sentence"].startswith(f"Which is which? {came['right']} of 9 pairs guessed right, by a network that")
    assert f"at most once in {int(max(came['capital']))}. That is evidence at 5 %" in came["sentence"]
    assert came["sentence"].endswith("They came in the order of their names.")
    assert json.loads(json.dumps(came)) == came
    assert "So far chance does as well." in bet(*made_up(apart=0, seed=1))["sentence"]
    assert "Nothing could be guessed yet" in bet(*(rows[:3] for rows in made_up()))["sentence"]


def test_of_an_unequal_set_it_says_what_chance_gets():
    features, _, digests = made_up(25, apart=0)
    labels = np.tile([1, 0, 0, 0, 0], 5)
    assert "guesses right, where chance gets about 1.2, by" in bet(features, labels, digests)["sentence"]


@pytest.mark.usefixtures("empty_cache")
def test_a_photo_moved_or_left_out_after_the_fact_takes_nothing_back():
    features, labels, digests = made_up()
    first = bet(features[:12], labels[:12], digests[:12], remember=True)
    repeated = bet(features[:12], labels[:12], digests[:12], remember=True)
    assert repeated["capital"] == first["capital"] and repeated["sentence"] == first["sentence"]
    labels[3] = 0
    there = np.arange(20) != 4
    digests = [digest for digest, one in zip(digests, there, strict=True) if one]
    again = bet(features[there], labels[there], digests, remember=True)
    assert again["capital"][:7] == first["capital"] and len(again["capital"]) == 11
    assert (again["earlier"], again["changed"]) == (6, 2)
    assert "6 rounds were bet before, and stay bet. Since then 2 of their photos were moved" in again["sentence"]
    assert bet(features[there], labels[there], digests, remember=True)["changed"] == 2
    fresh = bet(features[there], labels[there], digests)
    assert fresh["earlier"] == 0 and fresh["capital"][:7] != first["capital"]


def test_a_table_of_features_is_bet_on_as_its_photos_are(photo_folder):
    photos = read_photos(photo_folder)
    features = made_up(40)[0][np.argsort(np.arange(40) % 2, kind="stable")]
    entries = [{"name": name, "sha256": key} for name, key in zip(photos.names, photos.checksums, strict=True)]
    rows = features, photos.labels, photos.class_names
    table = FeatureTable("features", *rows, None, entries, network="MobileNetV2")
    came = as_they_came(photos, features)
    assert came["order"] == "the names of the files" and came["guesses"] == 19
    assert table_as_they_came(table) == came
    order, how = arrival(photos.names)
    sample = Sample(features, photos.labels, class_names=photos.class_names)
    assert bet_as_they_came(sample, photos.checksums, order, how=how)["capital"] == came["capital"]
