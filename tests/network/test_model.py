import keras
import numpy as np
import pytest

from catsex.errors import ModelError
from catsex.network.model import attach_classifier, fingerprint, frozen_part, head_of

pytestmark = pytest.mark.slow


def trainable_parameters(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def photos(n=6, size=224):
    return np.random.default_rng(0).uniform(-1, 1, (n, size, size, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def small():
    """A small classifier: (N, 8, 8, 3) -> (N, 10)."""
    keras.utils.set_random_seed(0)
    photo = keras.Input((8, 8, 3))
    hidden = keras.layers.Conv2D(4, 3, activation="relu")(photo)
    hidden = keras.layers.BatchNormalization()(hidden)
    pooled = keras.layers.GlobalAveragePooling2D()(hidden)
    return keras.Model(photo, keras.layers.Dense(10, activation="softmax")(pooled))


def test_the_cat_model_is_the_tutorials(network):
    model = attach_classifier(network.model)
    assert len(model.layers) == len(network.model.layers) == 156
    assert model.count_params() == 2_260_546
    assert trainable_parameters(model) == 2_562
    assert model.layers[:-1] == network.model.layers[:-1]
    assert model.input is network.model.input
    assert model.layers[-1].input is network.model.layers[-2].output
    assert [layer.trainable for layer in model.layers] == [False] * 155 + [True]
    assert isinstance(model.layers[-1], keras.layers.Dense) and model.layers[-1].activation is keras.activations.softmax
    assert isinstance(model.optimizer, keras.optimizers.Adam)
    assert model.loss == "sparse_categorical_crossentropy"
    np.testing.assert_allclose(model.predict(photos(2), verbose=0).sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("classes", [2, 3, 12])
def test_there_may_be_any_number_of_classes(small, classes):
    model = attach_classifier(small, classes)
    assert model.output_shape == (None, classes)
    assert trainable_parameters(model) == (4 + 1) * classes


def test_the_freeze_holds_every_layer_but_the_last(network):
    keras.utils.set_random_seed(0)
    model = attach_classifier(network.model)
    before = [layer.get_weights() for layer in model.layers]
    model.fit(photos(), np.arange(6) % 2, epochs=2, verbose=0)
    for layer, old in zip(model.layers, before, strict=True):
        same = [np.array_equal(a, b) for a, b in zip(layer.get_weights(), old, strict=True)]
        assert all(same) == (layer is not model.layers[-1]), layer.name


def test_the_network_it_was_put_on_says_what_it_said_before(small):
    data = photos(20, size=8)
    before = small.predict(data, verbose=0)
    model = attach_classifier(small)
    model.fit(data, np.arange(20) % 2, epochs=3, verbose=0)
    np.testing.assert_array_equal(small.predict(data, verbose=0), before)
    assert small.output_shape == (None, 10)


def test_each_head_is_a_fresh_one_with_an_optimiser_of_its_own(small):
    data, labels = photos(20, size=8), np.arange(20) % 2
    keras.utils.set_random_seed(1)
    first = attach_classifier(small)
    fresh = first.layers[-1].get_weights()
    first.fit(data, labels, epochs=3, verbose=0)
    keras.utils.set_random_seed(1)
    second = attach_classifier(small)
    assert second.layers[-1] is not first.layers[-1] and second.optimizer is not first.optimizer
    assert all(np.array_equal(a, b) for a, b in zip(second.layers[-1].get_weights(), fresh, strict=True))
    assert int(second.optimizer.iterations.numpy()) == 0
    assert not np.array_equal(attach_classifier(small).layers[-1].get_weights()[0], fresh[0])  # no seed, another draw


def test_the_frozen_part_and_the_head_are_the_whole(small):
    data = photos(5, size=8)
    features = frozen_part(small).predict(data, verbose=0)
    assert features.shape == (5, 4)
    head = head_of(small)
    np.testing.assert_allclose(head.predict(features, verbose=0), small.predict(data, verbose=0), atol=1e-6)
    assert head.layers[-1] is small.layers[-1]


def test_a_last_layer_with_several_inputs_is_an_error():
    photo = keras.Input((8,))
    model = keras.Model(photo, keras.layers.Add()([keras.layers.Dense(2)(photo), keras.layers.Dense(2)(photo)]))
    with pytest.raises(ModelError, match="several inputs"):
        frozen_part(model)


def test_the_fingerprint_depends_on_weights_and_not_on_names():
    def network(name, kernel):
        dense = keras.layers.Dense(2, name=name)
        model = keras.Sequential([keras.Input((3,)), dense])
        dense.set_weights([np.full((3, 2), kernel), np.zeros(2)])
        return model

    assert fingerprint(network("one", 0.5)) == fingerprint(network("other", 0.5))
    assert fingerprint(network("one", 0.5)) != fingerprint(network("one", 0.25))
