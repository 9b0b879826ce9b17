"""A file as the page saves it: a LiteRT model that Python does not run, and a zip at its end that it reads."""

import json
import zipfile

import numpy as np
import pytest

from catsex.errors import ModelError
from catsex.network import features
from catsex.network.model import frozen_part
from catsex.prediction import page_model
from catsex.prediction.examining import examine
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
