import keras
import numpy as np
import pytest

from catsex.constants import EPOCHS
from catsex.errors import ModelError
from catsex.network import augmentation, fit_by, training
from catsex.network.features import extract
from catsex.network.model import attach_classifier, frozen_part
from catsex.photos.layouts import reading
from catsex.pretrained import networks


@pytest.fixture(scope="module")
def photos(photo_folder):
    return reading.read_photos(photo_folder).subset(np.arange(40) % 5 == 0)


@pytest.fixture
def model(stand_in_weights):
    """MobileNetV2 at 96 pixels with a new head, the same each time."""
    keras.utils.set_random_seed(1)
    return attach_classifier(networks.load_keras_network("MobileNetV2", 96, stand_in_weights).model)


@pytest.mark.slow
def test_the_head_alone_is_what_fit_does(photos, model):
    start = model.get_weights()
    history = fit_by("head", model, photos, photos.labels, epochs=2, cache=False)
    model.set_weights(start)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    keras.utils.set_random_seed(1)
    assert list(history) == list(training.fit(model, photos, photos.labels, epochs=2, cache=False))


@pytest.mark.slow
def test_fine_tuning_changes_the_last_block_and_nothing_below_it(photos, model):
    before = {layer.name: layer.get_weights() for layer in model.layers}
    history = fit_by("fine-tune", model, photos, photos.labels, first="block_16_expand", epochs=2, cache=False)
    assert len(history["loss"]) == 2 + EPOCHS
    changed = {
        layer.name
        for layer in model.layers
        if any(not np.array_equal(a, b) for a, b in zip(before[layer.name], layer.get_weights(), strict=True))
    }
    convolutions = {"block_16_expand", "block_16_depthwise", "block_16_project", "Conv_1"}
    assert changed == convolutions | {"classifier"}
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-5)


@pytest.mark.slow
def test_other_views_are_trained_on_in_turn(photos, model):
    start = model.layers[-1].get_weights()
    history = fit_by("augment", model, photos, photos.labels, epochs=augmentation.VIEWS + 1, cache=False)
    assert len(history["loss"]) == augmentation.VIEWS + 1
    # The first epoch is one of plain training on the first view.
    trained = attach_classifier(model)
    trained.layers[-1].set_weights(start)
    first = extract(frozen_part(trained), photos, view=0, cache=False)
    logits = first @ start[0] + start[1]
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(8), photos.labels]
    assert history["loss"][0] == pytest.approx(losses.mean(), rel=1e-3)


@pytest.mark.parametrize(("first", "message"), [(None, "--unfreeze LAYER"), ("tail", "has no layer tail")])
def test_where_to_begin_has_to_be_known_before_anything_is_trained(photos, model, first, message):
    start = model.get_weights()
    with pytest.raises(ModelError, match=message):
        fit_by("fine-tune", model, photos, photos.labels, first=first, epochs=1, cache=False)
    assert all(np.array_equal(a, b) for a, b in zip(start, model.get_weights(), strict=True))
