import shutil
from pathlib import Path

import imported
import pytest

from catsex.api import known_networks
from catsex.api.known_networks import load_frozen
from catsex.api.networks import load_network
from catsex.network.frozen import Frozen
from catsex.network.model import frozen_part

EVALUATE = Path(__file__).parents[2] / "scripts" / "evaluate.py"


def notes(cache):
    """Return the files in the cache that say what weights were found to be."""
    return sorted((cache / "networks").glob("*.json"))


def test_what_the_cache_knows_of_a_network_is_what_it_is(any_weights, empty_cache):
    first, loaded = load_frozen("MobileNetV2", 1, any_weights)
    again, known = load_frozen("MobileNetV2", 1, any_weights)
    assert loaded.model is not None and known.model is None
    assert (again.fingerprint, again.size, again.length) == (first.fingerprint, (224, 224), 1280)
    assert {**vars(known), "model": None} == {**vars(loaded), "model": None}
    assert Frozen.of(again.model).fingerprint == first.fingerprint


@pytest.mark.slow
def test_a_note_that_cannot_be_read_is_written_anew(any_weights, empty_cache):
    load_frozen("MobileNetV2", 1, any_weights)
    (note,) = notes(empty_cache)
    good = note.read_bytes()
    for content in ("", "[]", "{}", "null", '"frozen"', "{"):
        note.write_text(content)
        assert known_networks._read(note) is None
    _, loaded = load_frozen("MobileNetV2", 1, any_weights)
    assert loaded.model is not None and note.read_bytes() == good


@pytest.mark.slow
def test_other_weights_of_the_same_name_are_loaded(stand_in_weights, empty_cache, tmp_path):
    path = shutil.copy(stand_in_weights, tmp_path / "weights.h5")
    first, _ = load_frozen("MobileNetV2", 1, path)
    other = load_network("MobileNetV2", weights=path).model
    moved = other.get_layer("Conv_1")
    moved.set_weights([weight * 1.001 for weight in moved.get_weights()])
    other.save_weights(tmp_path / "other.weights.h5")
    path.write_bytes((tmp_path / "other.weights.h5").read_bytes())
    again, loaded = load_frozen("MobileNetV2", 1, path)
    assert loaded.model is not None and again.fingerprint == Frozen.of(frozen_part(loaded.model)).fingerprint
    assert again.fingerprint != first.fingerprint


@pytest.mark.slow
def test_without_a_cache_nothing_is_noted(any_weights, empty_cache):
    load_frozen("MobileNetV2", 1, any_weights, cache=False)
    assert not notes(empty_cache)


@pytest.mark.slow
def test_whoever_has_all_features_needs_no_keras(any_weights, any_cats, run_script, tmp_path, empty_cache):
    arguments = ["--data", any_cats, "--weights", any_weights, "--seed", 1, "--permutations", 99, "--no-record"]
    first = run_script("evaluate.py", *arguments, cwd=tmp_path)
    again, modules = imported.run(EVALUATE, *arguments, cwd=tmp_path)
    assert first.returncode == again.returncode == 0
    without_seconds = [text.stdout.rpartition(";")[0] for text in (first, again)]
    assert "right" in without_seconds[0] and without_seconds[0] == without_seconds[1]
    assert not {"keras", "tensorflow"} & set(modules)
