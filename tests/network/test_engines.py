import importlib.util
import sqlite3

import keras
import numpy as np
import pytest

from catsex.errors import EngineError
from catsex.network import engines, features
from catsex.network.model import frozen_part
from catsex.photos import preprocessing
from catsex.photos.decoding import images

CAN_EXPORT = tuple(map(int, keras.__version__.split(".")[:2])) >= (3, 13)
INSTALLED = CAN_EXPORT and importlib.util.find_spec("ai_edge_litert") is not None
needs_litert = pytest.mark.skipif(not INSTALLED, reason="the extra is not installed: pip install -e '.[fast]'")


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch):
    """Start each test as a new process does."""
    engines.load.cache_clear()
    monkeypatch.setattr(engines, "_unusable", set())


def small_network():
    """A network for photos of 8 x 8 pixels, exported within a second."""
    keras.utils.set_random_seed(0)
    photos = keras.Input((8, 8, 3))
    return keras.Model(photos, keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(5, 3)(photos)))


def network_that_litert_cannot_run():
    """A network with a determinant in it: Keras has that, LiteRT has not."""
    photos = keras.Input((8, 8, 3))
    return keras.Model(photos, keras.layers.Reshape((1,))(keras.ops.det(keras.ops.mean(photos, axis=-1))))


def photos(n, size=8):
    return np.random.default_rng(n).uniform(-1, 1, (n, size, size, 3)).astype(np.float32)


def engines_in(cache):
    """The engines of all features on disk."""
    with sqlite3.connect(cache / "features.sqlite3") as database:
        return {network.split()[-1] for (network,) in database.execute("SELECT network FROM features")}


def test_the_engine_depends_on_the_number_of_photos_and_the_installation():
    assert engines.choose(engines.MANY) == "keras"
    assert engines.choose(engines.MANY + 1) == ("litert" if INSTALLED else "keras")


@pytest.mark.parametrize("n", [1, engines.KERAS_BATCH, engines.KERAS_BATCH + 1])
def test_keras_gives_what_predict_gives(n):
    model = small_network()
    found = engines.load("keras", model, "any")(photos(n))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, model.predict(photos(n), verbose=0), atol=1e-6)


@pytest.mark.usefixtures("empty_cache")
def test_a_network_is_traced_once_for_training_and_validation_photos():
    model = small_network()
    features.extract(model, photos(3))
    features.extract(model, photos(4))
    assert engines.load.cache_info().misses == 1


@pytest.mark.slow
@needs_litert
@pytest.mark.usefixtures("empty_cache")
def test_litert_agrees_with_keras_on_photos(network, any_cats):
    frozen = frozen_part(network.model)
    batch = [preprocessing.preprocess(images.read_image(path)) for path in sorted(any_cats.glob("*.jpg"))]
    by_litert = engines.load("litert", frozen, "any")(batch)
    assert by_litert.dtype == np.float32
    np.testing.assert_allclose(by_litert, engines.load("keras", frozen, "any")(batch), atol=1e-3)


@needs_litert
@pytest.mark.usefixtures("empty_cache")
def test_what_litert_gives_for_a_photo_does_not_depend_on_the_photos_beside_it():
    run = engines.load("litert", small_network(), "any")
    together = run(photos(9))
    assert np.array_equal(together, np.concatenate([run(photos(9)[i : i + 1]) for i in range(9)]))


@pytest.mark.slow
@needs_litert
def test_a_network_is_exported_once(empty_cache, caplog):
    model = small_network()
    first = engines.load("litert", model, "any")(photos(2))
    (file,) = (empty_cache / "litert").iterdir()
    written = file.stat().st_mtime_ns
    assert "Exporting" in caplog.text

    caplog.clear()
    engines.load.cache_clear()
    assert np.array_equal(engines.load("litert", model, "any")(photos(2)), first)
    assert file.stat().st_mtime_ns == written
    assert caplog.text == ""

    engines.load("litert", model, "other weights")
    assert len(list((empty_cache / "litert").iterdir())) == 2


@pytest.mark.slow
@needs_litert
@pytest.mark.parametrize("damage", ["emptied", "cut off", "one bit flipped"])
def test_a_damaged_export_is_made_again(damage, empty_cache, caplog):
    model = small_network()
    first = engines.load("litert", model, "any")(photos(2))
    (file,) = (empty_cache / "litert").iterdir()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes({"emptied": b"", "cut off": data[:-100], "one bit flipped": data}[damage])

    engines.load.cache_clear()
    assert np.array_equal(engines.load("litert", model, "any")(photos(2)), first)
    assert f"{file} is damaged" in caplog.text
    assert file.read_bytes()[:-32] != bytes(data)[:-32]


@needs_litert
def test_an_export_that_cannot_be_kept_is_used_all_the_same(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    model = small_network()
    np.testing.assert_allclose(
        engines.load("litert", model, "any")(photos(3)), model.predict(photos(3), verbose=0), atol=1e-3
    )
    assert "cannot be kept" in caplog.text


def test_an_engine_that_cannot_be_had_is_named(empty_cache):
    with pytest.raises(EngineError, match=r"^LiteRT cannot be used: .+"):
        engines.load("litert", network_that_litert_cannot_run(), "any")
    assert not list(empty_cache.rglob("*.tflite"))


def test_keras_steps_in_with_one_notice_and_under_its_own_name(empty_cache, caplog):
    model, many = network_that_litert_cannot_run(), photos(engines.MANY + 1)
    expected = model.predict(many, verbose=0)
    np.testing.assert_allclose(features.extract(model, many[:40], engine="litert"), expected[:40], atol=1e-5)
    np.testing.assert_allclose(features.extract(model, many), expected, atol=1e-5)
    assert engines_in(empty_cache) == {"keras"}
    assert caplog.text.count("Going on with Keras") == 1


def test_many_photos_get_the_same_features_cold_and_warm(empty_cache):
    model, many = small_network(), photos(engines.MANY + 1)
    cold = features.extract(model, many)
    assert engines_in(empty_cache) == {engines.choose(len(many))}
    engines.load.cache_clear()
    assert np.array_equal(features.extract(model, many), cold)
    assert engines.load.cache_info().misses == 0
    np.testing.assert_allclose(cold, model.predict(many, verbose=0), atol=1e-3)
