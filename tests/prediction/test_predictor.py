import keras
import numpy as np
import pytest
from small_models import small_model

from catsex.errors import ModelError
from catsex.photos import preprocessing
from catsex.photos.decoding import images
from catsex.prediction import saving
from catsex.prediction.examining import classify
from catsex.prediction.predictor import load_predictor

layers = keras.layers


@pytest.mark.parametrize(
    ("model", "pixels", "takes", "notice"),
    [
        (small_model(), None, lambda x: x, "-1 to 1"),
        (small_model(first=[layers.Rescaling(1 / 255)]), None, lambda x: (x + 1) * 127.5, "0 to 255"),
        (small_model(), "0-1", lambda x: (x + 1) / 2, None),
        (small_model(), "0-255", lambda x: (x + 1) * 127.5, None),
    ],
)
def test_a_classifier_of_another_program_works(tmp_path, paths, caplog, model, pixels, takes, notice):
    model.save(tmp_path / "m.keras")
    classifier = load_predictor(tmp_path / "m.keras", pixels)
    assert "--pixels" not in caplog.text  # which most scripts do not have
    load_predictor(tmp_path / "m.keras", pixels, advice="; so say it")
    assert ("; so say it\n" in caplog.text) == (notice is not None)
    assert classifier.class_names == ["class 0", "class 1"]
    assert (f"does not say what pixels it takes; giving it {notice}" in caplog.text) == (notice is not None)
    photo = takes(preprocessing.preprocess(images.read_image(paths[0]), (32, 32)))
    [(_, _, prediction)] = classify(classifier, paths[:1])
    np.testing.assert_allclose(prediction, model(photo[None])[0], atol=1e-5)


def test_a_classifier_of_another_program_that_resizes_itself_gets_photos_as_they_are(tmp_path, paths):
    model = small_model(first=[layers.Resizing(16, 16), layers.Rescaling(1 / 255)], size=(None, None))
    model.save(tmp_path / "m.keras")
    predictions = classify(load_predictor(tmp_path / "m.keras"), paths)
    for path, pixels, prediction in predictions:
        np.testing.assert_array_equal(pixels, images.read_image(path))
        np.testing.assert_allclose(prediction, model(pixels[None].astype(np.float32))[0], atol=1e-4)


def test_a_file_that_says_nonsense_of_how_photos_are_decoded_is_damaged(tmp_path):
    small_model().save(tmp_path / "m.keras")
    classifier = load_predictor(tmp_path / "m.keras", "signed")
    classifier.metadata["decoding"] = {"reduce_to": "much"}
    with pytest.raises(ModelError, match=r"^the model's catsex\.json is damaged: it says of its photos"):
        classifier.decoder()


def test_one_sigmoid_is_two_classes(tmp_path, paths):
    model = small_model(1, "sigmoid")
    model.save(tmp_path / "m.keras")
    classifier = load_predictor(tmp_path / "m.keras", "signed")
    [(_, _, prediction)] = classify(classifier, paths[:1])
    positive = float(model(classifier.prepare(images.read_image(paths[0]))[None])[0, 0])
    np.testing.assert_allclose(prediction, [1 - positive, positive], atol=1e-6)
    assert len(classifier.class_names) == 2


def two_inputs():
    entries = [keras.Input((8, 8, 3)), keras.Input((8, 8, 3))]
    return keras.Model(entries, layers.Dense(2)(layers.Flatten()(layers.Add()(entries))))


def two_outputs():
    entry = keras.Input((8, 8, 3))
    return keras.Model(entry, [layers.Dense(2)(layers.Flatten()(entry)), layers.Flatten()(entry)])


def no_photos():
    return keras.Sequential([keras.Input((10,)), layers.Dense(2, activation="softmax")])


def fixed_batch():
    return keras.Sequential([keras.Input(batch_shape=(1, 8, 8, 3)), layers.Flatten(), layers.Dense(2)])


def fixed_width():
    return small_model(size=(None, 8))


def no_pooling():
    return keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(2, 3)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (two_inputs, "has 2 inputs; expected a classifier with one"),
        (two_outputs, "has 2 outputs; expected a classifier with one"),
        (no_photos, r"takes \(None, 10\); expected RGB photos"),
        (fixed_batch, r"takes \(1, 8, 8, 3\); expected RGB photos"),
        (fixed_width, r"takes \(None, None, 8, 3\); expected RGB photos"),
        (no_pooling, r"gives \(None, 6, 6, 2\); expected one value per class.*add pooling and a Dense"),
    ],
)
def test_a_model_that_is_no_classifier_of_photos_says_what_is_missing(tmp_path, make, message):
    make().save(tmp_path / "m.keras")
    with pytest.raises(ModelError, match=rf"m\.keras {message}"):
        load_predictor(tmp_path / "m.keras")


def test_a_model_with_more_names_than_classes_is_refused(tmp_path):
    saving.save(small_model(), tmp_path / "m.keras", ["a", "b", "c"])
    with pytest.raises(ModelError, match="names 3 classes, but gives 2 values"):
        load_predictor(tmp_path / "m.keras")


def test_class_names_in_a_file_are_shown_on_one_line_and_differ(tmp_path):
    saving.save(small_model(), tmp_path / "m.keras", ["a\n\x1b[31m", "\udcff"])
    assert load_predictor(tmp_path / "m.keras").class_names == ["a\\n\\x1b[31m", "\\udcff"]
    saving.save(small_model(), tmp_path / "m.keras", ["a", "a"])
    with pytest.raises(ModelError, match="are the same"):
        load_predictor(tmp_path / "m.keras")
