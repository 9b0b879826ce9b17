import numpy as np
import pytest

from catsex.evaluation.probabilities import calibration
from catsex.evaluation.probabilities.out_of_fold import softmax
from catsex.evaluation.sample import Sample


def photos_of(rng, n, difference):
    """Features of photos of two kinds, and what kinds these are."""
    kinds = np.arange(n) % 2
    return (rng.normal(size=(n, 400)) + difference * (kinds[:, None] - 0.5)).astype(np.float32), kinds


def trained(features, labels):
    """A last layer that was trained as scripts/train.py does it."""
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((400,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(features, labels, epochs=20, verbose=0)
    return model


@pytest.mark.parametrize("difference", [0.0, 0.25])
def test_a_model_is_as_sure_as_it_is_right_and_predicts_the_same(difference):
    rng = np.random.default_rng(3)
    features, labels = photos_of(rng, 40, difference)
    model = trained(features, labels)
    new, kinds = photos_of(rng, 1000, difference)
    before = np.asarray(model(new))
    said = calibration.calibrate(model, rng, Sample(features, labels))
    after = np.asarray(model(new))
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
    gaps = [abs(found.max(axis=1).mean() - np.mean(found.argmax(axis=1) == kinds)) for found in (before, after)]
    assert gaps[1] < 0.1 and gaps[1] < gaps[0]
    assert said["photos"] == 40 and abs(said["right_of_100"] - 100 * np.mean(after.argmax(axis=1) == kinds)) < 20


def test_the_mean_probability_becomes_the_accuracy_drawn_towards_chance():
    logits = np.random.default_rng(0).normal(size=(3, 50, 4))
    scale = calibration.find_scale(logits, 0.6, 18)
    assert softmax(scale * logits).max(axis=-1).mean() == pytest.approx((0.6 * 18 + 2 / 4) / 20)
    lost = calibration.find_scale(logits, 0.0, 18)
    assert 0.25 < softmax(lost * logits).max(axis=-1).mean() < 0.26


def test_where_nothing_can_be_held_out_nothing_is_changed():
    rng = np.random.default_rng(0)
    features, labels = photos_of(rng, 6, 1.0)
    model = trained(features, labels)
    before = [weight.copy() for weight in model.layers[-1].get_weights()]
    assert calibration.calibrate(model, rng, Sample(features, labels, groups=labels)) is None
    assert all((old == new).all() for old, new in zip(before, model.layers[-1].get_weights(), strict=True))
