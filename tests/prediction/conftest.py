"""Classifiers from files, and photos to ask them about."""

import keras
import pytest
from small_models import small_model

from catsex.network.model import attach_classifier
from catsex.prediction import saving
from catsex.prediction.predictor import load_predictor


@pytest.fixture(scope="module")
def ours(network, tmp_path_factory):
    """A cat model as it was trained, and the path of its file."""
    keras.utils.set_random_seed(0)
    model = attach_classifier(network.model)
    path = tmp_path_factory.mktemp("ours") / "cats.keras"
    saving.save(model, path, ["female", "male"])
    return model, path


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small classifier of ours, from its file."""
    path = tmp_path_factory.mktemp("small") / "small.keras"
    saving.save(small_model(), path, ["a", "b"])
    return load_predictor(path)


@pytest.fixture
def paths(any_cats):
    return sorted(any_cats.glob("*.jpg"))[:11]
