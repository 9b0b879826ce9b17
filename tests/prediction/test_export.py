import json
import zipfile

import keras
import numpy as np
import pytest

from catsex.errors import ModelError
from catsex.evaluation.probabilities import calibration
from catsex.evaluation.sample import Sample
from catsex.prediction import export, saving
from catsex.prediction.predictor import Predictor, load_predictor

layers = keras.layers
SCALE = 0.4  # of the last layer


def small_classifier():
    """Return a small network, always the same."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.layers[-1].kernel.assign(np.random.default_rng(0).normal(0, 5, (4, 3)))
    return model


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A small model of ours, from its file: with its last layer scaled, as `calibration.calibrate` does it."""
    model, labels = small_classifier(), np.arange(12) % 3
    features = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "find_scale", lambda *_: SCALE)
        assert calibration.calibrate(model, np.random.default_rng(0), Sample(features, labels))["scale"] == SCALE
    path = tmp_path_factory.mktemp("model") / "m.keras"
    saving.save(model, path, ["a", "b", "ç"])
    return load_predictor(path)


def export_to(classifier, path, target):
    photos = [classifier.as_input(photo) for photo in export.known_photos()]
    return export.export(classifier.model, path, target, photos, classifier.describe())


def need(target):
    for package in export.PACKAGES[target]:
        pytest.importorskip(package, reason=f'pip install -e ".[{target}]" brings it')


@pytest.mark.slow
@pytest.mark.parametrize("target", export.KERAS_NAMES)
def test_an_exported_model_gives_keras_answers_for_photos_of_any_size(classifier, tmp_path, target):
    need(target)
    path = tmp_path / f"new{export.SUFFIXES[target]}"
    assert export_to(classifier, path, target) <= export.TOLERANCE
    run = {"litert": export._litert, "onnx": export._onnx, "saved_model": export._saved_model}[target](path)
    for shape in ((1, 77, 33, 3), (2, 20, 300, 3)):
        photos = np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)
        np.testing.assert_allclose(run(photos), classifier.model(photos), atol=1e-4)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.slow
@pytest.mark.parametrize("target", export.KERAS_NAMES)
def test_the_class_names_go_with_it(classifier, tmp_path, target):
    need(target)
    path = tmp_path / f"new{export.SUFFIXES[target]}"
    export_to(classifier, path, target)
    if target == "litert":
        text = zipfile.ZipFile(path).read(saving.METADATA)
    elif target == "onnx":
        import onnxruntime

        text = onnxruntime.InferenceSession(path).get_modelmeta().custom_metadata_map[saving.METADATA]
    else:
        text = (path / "assets.extra" / saving.METADATA).read_text(encoding="utf-8")
    metadata = json.loads(text)
    assert metadata["class_names"] == ["a", "b", "ç"] and metadata["input"]["shape"] == [None, None, None, 3]


def test_what_is_saved_and_exported_is_as_sure_as_it_is_right(classifier):
    photos = np.random.default_rng(0).uniform(0, 255, (3, 32, 32, 3)).astype(np.float32)
    calibrated = np.asarray(small_classifier()(photos / 127.5 - 1)).astype(float) ** SCALE
    calibrated /= calibrated.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(classifier.model.predict(photos, verbose=0), calibrated, atol=1e-4)


@pytest.mark.slow
def test_other_answers_than_keras_are_not_kept(classifier, tmp_path):
    class Drifting:
        """A model whose second answer differs from its first, which an export cannot."""

        calls = 0

        def __call__(self, *args, **kwargs):
            self.calls += 1
            return classifier.model(*args, **kwargs) + self.calls

        def export(self, *args, **kwargs):
            return classifier.model.export(*args, **kwargs)

    photos = [classifier.as_input(photo) for photo in export.known_photos()]
    with pytest.raises(ModelError, match=r"predictions differ from Keras' by [1-9].*not kept"):
        export.export(Drifting(), tmp_path / "new", "saved_model", photos, {})
    assert list(tmp_path.iterdir()) == []


def test_a_classifier_of_another_program_can_be_exported(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(2, activation="softmax")])
    model.save(tmp_path / "m.keras")
    classifier = load_predictor(tmp_path / "m.keras", "0-1")
    assert export_to(classifier, tmp_path / "new", "saved_model") <= export.TOLERANCE
    metadata = json.loads((tmp_path / "new" / "assets.extra" / saving.METADATA).read_text())
    assert metadata["class_names"] == ["class 0", "class 1"] and metadata["input"]["shape"] == [None, 16, 16, 3]
    assert "0-1" in metadata["input"]["meaning"]


def test_what_is_in_the_way_is_said_first(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    with pytest.raises(ModelError, match="there already exists; remove it"):
        export.check_target(tmp_path / "there", "saved_model")
    monkeypatch.setitem(export.PACKAGES, "onnx", ())
    with pytest.raises(ModelError, match=r"m\.tflite: the name of a file for onnx ends in \.onnx"):
        export.check_target(tmp_path / "m.tflite", "onnx")
    monkeypatch.setitem(export.PACKAGES, "litert", ("a_package_that_nobody_has",))
    with pytest.raises(ModelError, match=r'no package a_package_that_nobody_has.*pip install -e "\.\[litert\]"'):
        export.check_target(tmp_path / "m.tflite", "litert")


def test_a_model_that_cannot_be_exported_is_one_line(tmp_path):
    class Broken:
        def __call__(self, batch, training=False):
            return batch

        def export(self, *args, **kwargs):
            raise TypeError("several\nlines")

    with pytest.raises(ModelError, match="cannot export this model to saved_model: several lines"):
        export.export(Broken(), tmp_path / "new", "saved_model", [np.zeros((4, 4, 3))], {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_litert_file_declares_the_size_of_its_photos_so_that_other_programs_feed_it_rightly(classifier, tmp_path):
    need("litert")
    from ai_edge_litert.interpreter import Interpreter

    declared = {}
    for size in ("any", "network", 40):
        model, prepare, metadata = export.at_size(classifier, size)
        path = tmp_path / f"{size}.tflite"
        photos = export.known_photos()
        assert export.export(model, path, "litert", [prepare(photo) for photo in photos], metadata) <= export.TOLERANCE
        interpreter = Interpreter(str(path))
        interpreter.allocate_tensors()
        entry, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
        declared[size] = entry["shape"].tolist()
        if size == "any":
            continue
        # As TensorFlow's own example does: the photo is brought to the declared shape.
        interpreter.set_tensor(entry["index"], prepare(photos[0])[None])
        interpreter.invoke()
        expected = np.asarray(classifier.model(classifier.as_input(photos[0])[None]))
        np.testing.assert_allclose(interpreter.get_tensor(result["index"]), expected, atol=1e-4 if size != 40 else 0.1)
        assert metadata["input"]["shape"] == [None, *declared[size][1:]] and metadata["class_names"] == ["a", "b", "ç"]
    assert declared == {"any": [1, 1, 1, 3], "network": [1, 32, 32, 3], 40: [1, 40, 40, 3]}


def test_a_model_for_one_size_only_cannot_take_another():
    model = keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(2, "softmax")])
    one_size = Predictor(model, ["a", "b"], model)
    assert export.at_size(one_size, "network")[0] is export.at_size(one_size, "any")[0] is model
    with pytest.raises(ModelError, match="photos of 8 x 8 pixels only; leave out --size"):
        export.at_size(one_size, 40)


def test_a_size_is_a_number_or_any():
    assert export.size("any") == "any" and export.size("160") == 160
    for text in ("", "1", "2000", "big"):
        with pytest.raises(ValueError, match="expected any, or a whole number from 32 to 1024"):
            export.size(text)
