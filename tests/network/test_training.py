import keras
import numpy as np
import pytest

from catsex.network import training
from catsex.network.model import attach_classifier


def photos(n=20, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (n, 224, 224, 3)).astype(np.float32)


@pytest.mark.slow
@pytest.mark.usefixtures("empty_cache")
def test_the_fast_path_gives_the_numbers_of_fitting_the_whole_model(network):
    data, labels = photos(), np.arange(20) % 2
    held_out = photos(6, seed=1), np.arange(6) % 2

    keras.utils.set_random_seed(7)
    plain_model = attach_classifier(network.model)
    plain = plain_model.fit(data, labels, validation_data=held_out, epochs=5, batch_size=8, verbose=0).history

    keras.utils.set_random_seed(7)
    fast_model = attach_classifier(network.model)
    fast = training.fit(fast_model, data, labels, held_out, epochs=5, batch_size=8)

    assert set(fast) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for name, values in fast.items():
        np.testing.assert_allclose(values, plain[name], atol=1e-6)
    np.testing.assert_allclose(
        fast_model.predict(held_out[0], verbose=0), training.predict(fast_model, held_out[0]), atol=1e-5
    )
    np.testing.assert_allclose(
        fast_model.predict(held_out[0], verbose=0), plain_model.predict(held_out[0], verbose=0), atol=1e-5
    )


def test_a_model_with_more_than_the_last_layer_to_train_is_fitted_whole(capsys):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    before = model.layers[0].get_weights()[0]
    training.fit(model, np.ones((4, 4), np.float32), np.array([0, 1, 0, 1]), epochs=2)
    assert not np.array_equal(before, model.layers[0].get_weights()[0])
    assert capsys.readouterr().out.count("\n") == 2


@pytest.mark.parametrize("layer", ["Dropout", "RandomFlip"])
def test_a_model_whose_frozen_part_is_random_is_not_cached(layer):
    random = keras.layers.Dropout(0.5) if layer == "Dropout" else keras.layers.RandomFlip()
    model = keras.Sequential([keras.Input((8, 8, 3)), random, keras.layers.Flatten(), keras.layers.Dense(2)])
    assert not training.trains_only_last_layer(model)
    assert training.trains_only_last_layer(keras.Sequential(model.layers[1:]))


def small_model():
    entry = keras.Input((6, 6, 3))
    output = keras.layers.Dense(2, activation="softmax")(keras.layers.Flatten()(entry))
    model = keras.Model(entry, output)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.slow
@pytest.mark.usefixtures("empty_cache")
def test_weighting_the_classes_gives_the_numbers_of_keras_own_class_weight():
    data = np.random.default_rng(0).uniform(-1, 1, (44, 6, 6, 3)).astype(np.float32)
    labels = np.repeat([0, 1], [4, 40])
    weights = training.balanced(labels)
    assert weights == {0: pytest.approx(5.5), 1: pytest.approx(0.55)}
    histories = {}
    for way in ("plain", "fast", "unweighted"):
        keras.utils.set_random_seed(3)
        model = small_model()
        chosen = None if way == "unweighted" else weights
        if way == "plain":
            histories[way] = model.fit(data, labels, epochs=6, batch_size=8, class_weight=chosen, verbose=0).history
        else:
            histories[way] = training.fit(model, data, labels, epochs=6, batch_size=8, class_weight=chosen)
    np.testing.assert_allclose(histories["fast"]["loss"], histories["plain"]["loss"], atol=1e-6)
    np.testing.assert_allclose(histories["fast"]["accuracy"], histories["plain"]["accuracy"], atol=1e-6)
    assert abs(histories["fast"]["loss"][-1] - histories["unweighted"]["loss"][-1]) > 0.01
