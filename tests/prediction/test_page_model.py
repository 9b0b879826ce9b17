"""A file as the page saves it: a LiteRT model that Python does not run, and a zip at its end that it reads."""

import json
import zipfile

import keras
import numpy as np
import pytest

from catsex.errors import ModelError
from catsex.network import features
from catsex.network.model import attach_classifier, frozen_part
from catsex.prediction import page_model
from catsex.prediction.examining import examine
from catsex.prediction.export import known_photos
from catsex.prediction.out_of_distribution import OutOfDistribution
from catsex.prediction.predictor import Predictor
from catsex.prediction.saving import METADATA


@pytest.fixture
def saved(network, tmp_path):
    """Return a function that writes a model of some class names, and a last layer for it."""

    def save(names=("cat", "dog"), **changes):
        rng = np.random.default_rng(0)
        kernel, bias = (rng.normal(size=shape).astype("<f4") / 50 for shape in ((len(names), 1280), (len(names),)))
        path = tmp_path / "model.tflite"
        path.write_bytes(b"TFL3" * 100)
        with zipfile.ZipFile(path, "a") as file:
            file.writestr(METADATA, json.dumps({"class_names": names, "fingerprint": network.fingerprint} | changes))
            file.writestr(page_model.LAST_LAYER, kernel.tobytes() + bias.tobytes())
        return path, kernel, bias

    return save


@pytest.mark.slow
def test_it_gives_what_the_page_gives(saved, network, paths):
    path, kernel, bias = saved(("cat", "dog", "🐴"))
    assert page_model.is_page_model(path)
    classifier = page_model.load_page_model(path, lambda: network)
    assert classifier.class_names == ["cat", "dog", "🐴"]
    scores = features.extract(frozen_part(network.model), paths[:3]) @ kernel.T + bias
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    found = [prediction for _, _, prediction, _ in examine(classifier, paths[:3])]
    assert np.abs(np.array(found) - expected).max() < 1e-5


def test_a_model_of_other_weights_is_refused(saved, network):
    path, *_ = saved(fingerprint="0" * 64)
    with pytest.raises(ModelError, match="made with other weights of MobileNetV2 than those here"):
        page_model.load_page_model(path, lambda: network)


@pytest.mark.parametrize("names", [[], ["a"], "ab", [1, 2], ["a", "b", "c"]])
def test_a_damaged_model_is_one_line(saved, network, names):
    path, *_ = saved(class_names=names)
    with pytest.raises(ModelError, match="is damaged: "):
        page_model.load_page_model(path, lambda: network)


def test_other_files_are_none_of_the_pages(tmp_path):
    for name, content in (("a.tflite", b"TFL3"), ("b.keras", b"")):
        (tmp_path / name).write_bytes(content)
        assert not page_model.is_page_model(tmp_path / name)
    assert not page_model.is_page_model(tmp_path / "nowhere.tflite")


@pytest.fixture
def trained(network, paths):
    """Return a function that makes a trained model, as its file is read, of some last layer."""

    def make(classes=2):
        model = attach_classifier(network.model, classes)
        model.layers[-1].set_weights([np.random.default_rng(1).normal(size=(1280, classes)) / 40, np.ones(classes)])
        detector = OutOfDistribution(features.extract(frozen_part(network.model), paths[:4], cache=False))
        return Predictor(model, ["cat", "dog", "🐴"][:classes], model, detector=detector)

    return make


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 3])
def test_a_trained_model_gives_on_the_page_what_it_gives_here(trained, network, paths, tmp_path, classes):
    predictor, path = trained(classes), tmp_path / "m.zip"
    said = {"photos": "4 photos", "calibration": {"right_of_100": 63}}
    assert page_model.save_page_model(predictor, path, lambda: network, known_photos()[:1], said) < 1e-5
    assert page_model.is_page_model(path)
    again = page_model.load_page_model(path, lambda: network)
    assert (again.class_names, again.metadata["calibration"]) == (predictor.class_names, said["calibration"])
    expected, found = (list(examine(one, paths[:3])) for one in (predictor, again))
    for (*_, before, _), (*_, after, nearest) in zip(expected, found, strict=True):
        assert np.abs(before - after).max() < 1e-5 and nearest > 0.999


@pytest.mark.slow
def test_only_the_last_layer_can_have_been_trained(trained, network, tmp_path):
    predictor = trained()
    layer = next(layer for layer in predictor.model.layers if layer.name == "Conv_1")
    before = layer.get_weights()
    layer.set_weights([weights * 2 + 0.1 for weights in before])  # shared with the network, so put back afterwards
    tuned = keras.models.clone_model(predictor.model)
    tuned.set_weights(predictor.model.get_weights())
    layer.set_weights(before)
    with pytest.raises(ModelError, match="more than the last layer of this model was trained"):
        page_model.save_page_model(
            Predictor(tuned, predictor.class_names, tuned), tmp_path / "m.zip", lambda: network, known_photos()[:1], {}
        )
    small = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(2, "softmax")])
    with pytest.raises(ModelError, match="the page runs MobileNetV2 alone"):
        page_model.save_page_model(Predictor(small, ["a", "b"], small), tmp_path / "m.zip", lambda: network, [], {})
    assert list(tmp_path.iterdir()) == []
