import json
import logging

import numpy as np
import pytest

from catsex.pretrained import imagenet, weights

CLASSES = json.dumps({str(number): [f"n{number:08}", f"class_called_{number}"] for number in range(1000)}).encode()
PREDICTIONS = np.eye(1000, dtype=np.float32)[[285, 7]] * 0.5


@pytest.fixture
def server(site, online, tmp_path, monkeypatch):
    """A server of ImageNet's classes, and an empty folder for Keras."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(imagenet, "CLASS_INDEX_URL", f"{site.url}/classes.json")
    return site


def test_the_class_names_are_fetched_once(server, tmp_path):
    server.pages["/classes.json"] = CLASSES
    for _ in range(2):
        [[cat], _] = imagenet.decode_predictions(PREDICTIONS, top=1)
        assert cat == ("n00000285", "class_called_285", 0.5)
    assert server.asked == ["/classes.json"]
    assert [path.name for path in (tmp_path / "keras" / "models").iterdir()] == ["imagenet_class_index.json"]


@pytest.mark.parametrize(
    "prediction", [None, b"<html>Please log in</html>", b"{}", b"[]", b'{"0": []}', CLASSES[:-100], b"\xff" * 100]
)
def test_without_class_names_there_are_numbers(server, tmp_path, caplog, prediction):
    server.pages["/classes.json"] = prediction
    for _ in range(2):
        assert imagenet.decode_predictions(PREDICTIONS, top=1)[0] == [("", "class 285", 0.5)]
    assert caplog.messages[0].startswith("Classes have numbers only")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert not list((tmp_path / "keras").rglob("*.json"))


def test_predictions_are_decoded_as_keras_decodes_them(real_weights):
    if not (weights.keras_cache() / "imagenet_class_index.json").is_file():
        pytest.skip("no imagenet_class_index.json in KERAS_HOME")
    from keras.applications.mobilenet_v2 import decode_predictions

    predictions = np.random.default_rng(0).dirichlet(np.ones(1000), 3).astype(np.float32)
    assert imagenet.decode_predictions(predictions, top=5) == decode_predictions(predictions, top=5)
    cats = np.eye(1000)[list(imagenet.CAT_CLASSES)]
    names = [name for [(_, name, _)] in imagenet.decode_predictions(cats, top=1)]
    assert names == ["tabby", "tiger_cat", "Persian_cat", "Siamese_cat", "Egyptian_cat"]
