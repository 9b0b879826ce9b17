import keras
import numpy as np
import pytest

from catsex.photos import preprocessing
from catsex.prediction.preprocessing_layers import PREPROCESSED, accept_raw_photos

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def classifier():
    """A small network for photos of 24 x 40 pixels."""
    keras.utils.set_random_seed(0)
    entry = keras.Input((24, 40, 3))
    maps = keras.layers.Conv2D(8, 3, activation="relu")(entry)
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    return keras.Model(entry, keras.layers.Dense(3, activation="softmax")(pooled))


@pytest.fixture(scope="module")
def reloaded(classifier, tmp_path_factory):
    """The same with raw photos as its input, from a file."""
    path = tmp_path_factory.mktemp("raw") / "model.keras"
    accept_raw_photos(classifier).save(path)
    return keras.saving.load_model(path, safe_mode=True)


SHAPES = [
    (1, 1),
    (1, 2),
    (2, 1),
    (1, 900),
    (900, 1),
    (3, 3),
    (24, 40),
    (23, 41),
    (48, 80),
    (47, 81),
    (24, 1000),
    (700, 40),
]


def test_photos_of_any_size_are_resized_as_for_training(reloaded):
    preprocess = keras.Model(reloaded.input, reloaded.get_layer(PREPROCESSED).output)
    rng = np.random.default_rng(0)
    shapes = SHAPES + [tuple(rng.integers(1, 400, 2)) for _ in range(60)] + [(1800, 1300)]
    for shape in shapes:
        pixels = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
        found = np.asarray(preprocess(pixels[None]))[0]
        np.testing.assert_allclose(found, preprocessing.preprocess(pixels, (24, 40)), atol=3e-6, err_msg=str(shape))


def test_bytes_and_floats_alone_and_in_a_batch_give_the_same_answer(classifier, reloaded):
    pixels = np.random.default_rng(1).integers(0, 256, (5, 61, 33, 3), dtype=np.uint8)
    expected = classifier(np.stack([preprocessing.preprocess(photo, (24, 40)) for photo in pixels])).numpy()
    for batch in (pixels, pixels.astype(np.float32), pixels.astype(np.float64), pixels.astype(np.int64)):
        np.testing.assert_allclose(reloaded(batch), expected, atol=1e-5)
        np.testing.assert_allclose(reloaded.predict(batch, verbose=0), expected, atol=1e-5)
    for photo, prediction in zip(pixels, expected, strict=True):
        np.testing.assert_allclose(reloaded(photo[None])[0], prediction, atol=1e-5)


def test_the_model_is_flat_and_shares_its_layers(classifier):
    raw = accept_raw_photos(classifier)
    assert not any(isinstance(layer, keras.Model) for layer in raw.layers)
    assert raw.layers[-1] is classifier.layers[-1]
    assert raw.input.shape == (None, None, None, 3) and raw.output.shape == (None, 3)


def test_the_original_takes_what_it_took_before(classifier):
    photo = np.zeros((1, 24, 40, 3), np.float32)
    before = classifier(photo).numpy()
    accept_raw_photos(classifier)
    assert classifier.input_shape == (None, 24, 40, 3)
    np.testing.assert_array_equal(classifier(photo), before)
