"""The frozen part runs once, up to the first layer that learns; what lies above trains as the whole network would."""

import numpy as np
import pytest

from catsex.errors import ModelError
from catsex.network import cutting, features, training
from catsex.network.model import attach_classifier
from catsex.pretrained import weights


def small(dropout=0.0):
    """A network with a shortcut from its first convolution past its second one."""
    import keras

    photos = keras.Input((16, 16, 3))
    first = keras.layers.Conv2D(4, 3, padding="same", name="first")(photos)
    second = keras.layers.Conv2D(4, 3, padding="same", name="second")(first)
    both = keras.layers.Add(name="both")([first, keras.layers.BatchNormalization(name="norm")(second)])
    third = keras.layers.Conv2D(6, 3, strides=2, activation="relu", name="third")(both)
    pooled = keras.layers.GlobalAveragePooling2D(name="pooled")(keras.layers.Dropout(dropout, name="drop")(third))
    model = keras.Model(photos, keras.layers.Dense(2, activation="softmax", name="head")(pooled))
    for layer in model.layers:
        layer.trainable = False
    return model


@pytest.mark.parametrize(
    ("learning", "expected"),
    [("head", "pooled"), ("third", "both"), ("second", "first"), ("norm", "first"), ("first", None)],
)
def test_the_cut_is_below_the_first_layer_that_learns_where_one_tensor_carries_all(learning, expected):
    model = small()
    model.get_layer(learning).trainable = True
    cut = cutting.cut_point(model)
    assert (cut is None) if expected is None else (cut is model.get_layer(expected).output)


def test_what_draws_random_numbers_is_not_frozen():
    model = small(dropout=0.5)
    assert cutting.cut_point(model) is model.get_layer("third").output


def test_the_two_parts_together_are_the_network():
    model = small()
    model.get_layer("third").trainable = True
    below, above = cutting.split(model)
    photos = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 3)).astype(np.float32)
    activations = np.asarray(below(photos)).reshape(-1, *above.input_shape[1:])
    assert np.allclose(above(activations), model(photos), atol=1e-6)
    model.get_layer("first").trainable = True
    with pytest.raises(ModelError, match="has no frozen part"):
        cutting.split(model)


def test_unfreezing_leaves_batch_normalisation_as_it_is():
    model = small()
    cutting.unfreeze(model, "second")
    trained = {layer.name for layer in model.layers if layer.trainable_weights}
    assert trained == {"second", "third", "head"}
    with pytest.raises(ModelError, match=r"has no layer fourth; its last ones are .*pooled, head"):
        cutting.unfreeze(model, "fourth")


def compiled(model):
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.slow
def test_fit_gives_the_numbers_of_fitting_the_whole_network():
    import keras

    rng = np.random.default_rng(0)
    photos, labels = rng.uniform(-1, 1, (20, 16, 16, 3)).astype(np.float32), np.arange(20) % 2
    others = rng.uniform(-1, 1, (6, 16, 16, 3)).astype(np.float32), np.arange(6) % 2
    found = {}
    for way in ("whole", "ours"):
        keras.utils.set_random_seed(3)
        model = small()
        cutting.unfreeze(model, "second")
        compiled(model)
        if way == "whole":
            history = model.fit(photos, labels, validation_data=others, epochs=4, batch_size=8, verbose=0).history
        else:
            history = training.fit(model, photos, labels, others, epochs=4, batch_size=8, cache=False)
        found[way] = history, model.get_weights()
    for name, values in found["whole"][0].items():
        assert np.allclose(values, found["ours"][0][name], atol=1e-5), name
    for one, other in zip(found["whole"][1], found["ours"][1], strict=True):
        assert np.allclose(one, other, atol=1e-5)


@pytest.mark.slow
def test_the_last_block_of_mobilenet_trains_as_in_the_whole_network(stand_in_weights):
    import keras

    rng = np.random.default_rng(0)
    photos, labels = rng.uniform(-1, 1, (12, 96, 96, 3)).astype(np.float32), np.arange(12) % 2
    found = {}
    for way in ("whole", "ours"):
        keras.utils.set_random_seed(3)
        model = attach_classifier(weights.load_mobilenet(stand_in_weights, (96, 96, 3)).model)
        cutting.unfreeze(model, "block_16_expand")
        compiled(model)
        if way == "whole":
            found[way] = model.fit(photos, labels, epochs=3, verbose=0).history
        else:
            found[way] = training.fit(model, photos, labels, epochs=3, cache=False)
    for name, values in found["whole"].items():
        assert np.allclose(values, found["ours"][name], atol=1e-5), name


@pytest.mark.slow
def test_activations_that_are_too_many_for_memory_are_trained_on_from_disk(monkeypatch):
    import keras

    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    photos = (rng.normal(0, 0.2, (40, 16, 16, 3)) + 0.5 * labels[:, None, None, None]).astype(np.float32)
    found = {}
    for way in ("memory", "disk"):
        keras.utils.set_random_seed(3)
        model = small()
        cutting.unfreeze(model, "third")
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
        if way == "disk":
            monkeypatch.setattr(features, "MOST_BYTES", 1000)
            below, above = cutting.split(model)
            assert isinstance(training.activations(below, above, photos), np.memmap)
        found[way] = training.fit(model, photos, labels, (photos, labels), epochs=12, batch_size=7, cache=False)
    assert [len(values) for values in found["disk"].values()] == [12] * 4
    for way in found.values():
        assert way["val_loss"][-1] < 0.7 * way["val_loss"][0] and way["val_accuracy"][-1] > 0.9
    assert found["disk"]["val_loss"][-1] == pytest.approx(found["memory"]["val_loss"][-1], rel=0.3)
