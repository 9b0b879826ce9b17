import contextlib
import logging
import shutil
import sqlite3

import keras
import numpy as np
import pytest

from catsex.errors import ImageError, ModelError
from catsex.files import cache_folder
from catsex.network import features
from catsex.network.model import frozen_part
from catsex.photos import preprocessing
from catsex.photos.decoding import images
from catsex.pretrained import weights

SIZE = (16, 16)

pytestmark = pytest.mark.usefixtures("empty_cache")


def small_network(seed=0, pooling=keras.layers.GlobalMaxPooling2D, **convolution):
    """Return a frozen network, (N, 16, 16, 3) -> (N, 5)."""
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((*SIZE, 3)),
            keras.layers.Conv2D(5, 3, **({"strides": 2, "name": "conv"} | convolution)),
            pooling(),
        ]
    )


@pytest.fixture(scope="module")
def model():
    """A small frozen network: (N, 16, 16, 3) -> (N, 5)."""
    return small_network()


@pytest.fixture
def paths(photo_folder):
    """The paths of 40 photos."""
    return sorted(photo_folder.iterdir())


def read(paths):
    return np.stack([preprocessing.preprocess(images.read_image(path), SIZE) for path in paths])


OF_A_NETWORK = "network NOT LIKE 'description %'"


def entries():
    """Return of how many photos there are features in the cache on disk."""
    with contextlib.closing(sqlite3.connect(cache_folder() / "features.sqlite3")) as database:
        return database.execute(f"SELECT COUNT(*) FROM features WHERE {OF_A_NETWORK}").fetchone()[0]


def spoil_cache():
    """Replace every cached feature by 7, so that results show whether they came from there."""
    import zlib

    content = np.full(5, 7, np.float32).tobytes()
    with contextlib.closing(sqlite3.connect(cache_folder() / "features.sqlite3")) as database, database:
        database.execute(
            f"UPDATE features SET content = ?, checksum = ? WHERE {OF_A_NETWORK}", (content, zlib.crc32(content))
        )


def test_features_are_what_the_network_gives_in_the_order_of_the_photos(model, paths):
    photos = read(paths)
    result = features.extract(model, photos)
    assert result.shape == (40, 5) and result.dtype == np.float32
    np.testing.assert_allclose(result, model.predict(photos, verbose=0), atol=1e-6)
    shuffled = np.random.default_rng(0).permutation(40)
    np.testing.assert_array_equal(features.extract(model, photos[shuffled]), result[shuffled])


@pytest.mark.parametrize("cache", [True, False])
def test_features_from_paths_are_those_from_arrays(model, paths, cache):
    expected = model.predict(read(paths), verbose=0)
    np.testing.assert_allclose(features.extract(model, paths, cache=cache), expected, atol=1e-6)
    np.testing.assert_allclose(features.extract(model, [str(path) for path in paths], cache=cache), expected, atol=1e-6)


def test_a_second_run_gives_the_very_same_numbers(model, paths):
    first = features.extract(model, paths)
    assert entries() == 40
    np.testing.assert_array_equal(features.extract(model, paths), first)
    np.testing.assert_array_equal(features.extract(model, paths[::-1]), first[::-1])


def test_a_second_run_computes_nothing(model, paths):
    features.extract(model, paths)
    spoil_cache()
    assert (features.extract(model, paths) == 7).all()
    copies = [path.with_name(path.name) for path in paths]
    assert (features.extract(model, copies[5:9]) == 7).all()


def test_no_cache_means_that_all_is_computed_anew(model, paths):
    first = features.extract(model, paths)
    spoil_cache()
    np.testing.assert_array_equal(features.extract(model, paths, cache=False), first)
    assert entries() == 40


def test_a_changed_photo_is_computed_again_and_a_renamed_one_is_not(model, paths, tmp_path):
    features.extract(model, paths[:2])
    spoil_cache()
    renamed, changed = tmp_path / "renamed.jpg", tmp_path / paths[1].name
    shutil.copy(paths[0], renamed)
    shutil.copy(paths[2], changed)
    result = features.extract(model, [renamed, changed])
    assert (result[0] == 7).all()
    np.testing.assert_allclose(result[1:], model.predict(read([paths[2]]), verbose=0), atol=1e-6)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 1},
        {"strides": 1},
        {"activation": "relu"},
        {"pooling": keras.layers.GlobalAveragePooling2D},
    ],
    ids=["weights", "strides", "activation", "pooling"],
)
def test_features_of_another_network_are_never_taken(model, paths, other):
    features.extract(model, paths[:3])
    spoil_cache()
    assert not (features.extract(small_network(**other), paths[:3]) == 7).any()


def test_features_of_another_size_or_preprocessing_are_never_taken(model, paths, monkeypatch):
    features.extract(model, paths[:3])
    spoil_cache()
    larger = keras.Sequential([keras.Input((20, 20, 3)), *model.layers])
    assert not (features.extract(larger, paths[:3]) == 7).any()
    monkeypatch.setattr(preprocessing, "PREPROCESSING_VERSION", preprocessing.PREPROCESSING_VERSION + 1)
    assert not (features.extract(model, paths[:3]) == 7).any()


def test_a_damaged_entry_is_computed_again_with_a_notice(model, paths, caplog):
    first = features.extract(model, paths)
    with contextlib.closing(sqlite3.connect(cache_folder() / "features.sqlite3")) as database, database:
        database.execute("UPDATE features SET checksum = 0 WHERE rowid = 5")
    np.testing.assert_array_equal(features.extract(model, paths), first)
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1
    assert "damaged" in caplog.text
    caplog.clear()
    np.testing.assert_array_equal(features.extract(model, paths), first)
    assert caplog.text == ""


@pytest.mark.parametrize("position", [0, 5, 37])
@pytest.mark.parametrize("what", ["text", "missing"])
def test_an_error_names_the_photo_and_those_before_it_are_not_lost(model, paths, tmp_path, position, what):
    bad = tmp_path / "f07.jpg"
    if what == "text":
        bad.write_text("This is text.")
    with pytest.raises(ImageError, match=r"f07\.jpg"):
        features.extract(model, [*paths[:position], bad, *paths[position:]])
    assert entries() == position


def test_the_first_of_two_bad_photos_is_named(model, paths, tmp_path):
    bad = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    with pytest.raises(ImageError, match=r"a\.jpg"):
        features.extract(model, [paths[0], bad[0], paths[1], bad[1]])


@pytest.mark.parametrize("photos", [[], np.empty((0, *SIZE, 3), np.float32)])
def test_no_photos_have_no_features(model, photos):
    assert features.extract(model, photos).shape == (0, 5)


def test_the_same_photo_twice_is_no_problem(model, paths):
    result = features.extract(model, [paths[0], paths[1], paths[0]])
    np.testing.assert_array_equal(result[0], result[2])
    assert entries() == 2


def test_a_cache_that_cannot_be_used_costs_one_notice_and_no_result(model, paths, tmp_path, monkeypatch, caplog):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    expected = model.predict(read(paths), verbose=0)
    for _ in range(2):
        np.testing.assert_allclose(features.extract(model, paths), expected, atol=1e-6)
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1


def test_photos_are_read_only_so_far_ahead_that_memory_does_not_grow(model, paths, monkeypatch):
    waiting, most = 0, 0
    preprocess, load = preprocessing.preprocess, features.engines.load

    def counted_preprocess(pixels, *sizes):
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        return preprocess(pixels, *sizes)

    def counted_load(*arguments):
        run = load(*arguments)

        def counted_run(batch):
            nonlocal waiting
            waiting -= len(batch)
            return run(batch)

        return counted_run

    monkeypatch.setattr(preprocessing, "preprocess", counted_preprocess)
    monkeypatch.setattr(features.engines, "load", counted_load)
    monkeypatch.setattr(features, "READ_AHEAD", 10)
    monkeypatch.setattr(features, "PHOTOS_AT_ONCE", 4)
    features.extract(model, paths * 5, cache=False)
    assert waiting == 0 and most <= 10 + 4


@pytest.mark.slow
def test_a_network_that_gives_no_numbers_is_an_error_and_nothing_is_kept(network, empty_cache):
    model = frozen_part(weights.build())
    model.set_weights(frozen_part(network.model).get_weights())
    norm = model.get_layer("Conv_1_bn")
    values = norm.get_weights()
    values[3][7] = -5  # a variance
    norm.set_weights(values)
    photos = np.random.default_rng(0).uniform(-1, 1, (2, 224, 224, 3)).astype(np.float32)
    with pytest.raises(ModelError, match="some features are not finite numbers"):
        features.extract(model, photos)
