import keras
import numpy as np
import pytest

from catsex.api.networks import load_network
from catsex.errors import ModelError, WeightsError


@pytest.fixture
def own(tmp_path):
    """Return a function that saves a small classifier of one's own and returns its path."""

    def save(size=32, pooled=True):
        photos = keras.Input((size, size, 3))
        maps = keras.layers.Conv2D(5, 3, name="convolution")(photos)
        vector = keras.layers.GlobalAveragePooling2D()(maps) if pooled else maps
        keras.Model(photos, keras.layers.Dense(3, activation="softmax")(vector)).save(tmp_path / "own.keras")
        return tmp_path / "own.keras"

    return save


@pytest.mark.slow
def test_a_name_is_one_of_keras_networks(any_weights):
    loaded = load_network("MobileNetV2", 96, any_weights)
    assert loaded.network == "MobileNetV2" and loaded.model.input_shape == (None, 96, 96, 3)
    with pytest.raises(WeightsError, match="MobileNetV9"):
        load_network("MobileNetV9")


def test_a_file_gives_what_it_gave_before_for_photos_from_minus_one_to_one(own):
    path = own()
    loaded, photos = load_network(path), np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)
    expected = keras.saving.load_model(path)(photos)
    np.testing.assert_allclose(loaded.model(photos), expected, atol=1e-6)
    assert loaded.network == "own" and loaded.source == "file own.keras" and loaded.trained_at == 32


@pytest.mark.parametrize(
    ("saved", "asked", "error", "message"),
    [
        ({}, {"size": 64}, ModelError, r"takes photos of \(32, 32\), not 64"),
        ({"size": None}, {}, ModelError, "not of one size"),
        ({"pooled": False}, {}, ModelError, r"own\.keras gives .*; expected one value per class"),
        ({}, {"weights": "w.h5"}, WeightsError, "has weights of its own; leave out w.h5"),
    ],
)
def test_what_cannot_be_built_on_is_one_line(own, saved, asked, error, message):
    with pytest.raises(error, match=message):
        load_network(own(**saved), **asked)
