import imageio.v3 as iio
import keras
import numpy as np
import pytest

from catsex.errors import DownloadError, ImageError, ModelError
from catsex.network.model import attach_classifier
from catsex.photos import images, preprocessing
from catsex.prediction import saving
from catsex.prediction.classifier import classify, load_classifier

layers = keras.layers


def small_model(outputs=2, activation="softmax", size=(32, 32), first=()):
    keras.utils.set_random_seed(0)
    model = [keras.Input((*size, 3)), *first, layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()]
    return keras.Sequential([*model, layers.Dense(outputs, activation=activation)])


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
    return load_classifier(path)


@pytest.fixture
def paths(any_cats):
    return sorted(any_cats.glob("*.jpg"))[:11]


@pytest.mark.slow
def test_a_photo_gets_the_answer_that_it_got_in_training(ours, paths):
    model, path = ours
    expected = model.predict(np.stack([preprocessing.preprocess(images.read_image(p)) for p in paths]), verbose=0)
    classifier = load_classifier(path)
    assert classifier.class_names == ["female", "male"]
    for photos in (paths, paths[:3]):  # by a compiled function, and without
        answers = list(classify(classifier, photos))
        assert [source for source, _, _ in answers] == photos
        np.testing.assert_allclose([answer for _, _, answer in answers], expected[: len(photos)], atol=1e-5)
    raw = classifier.model(classifier.as_input(images.read_image(paths[0]))[None])
    np.testing.assert_allclose(raw[0], expected[0], atol=1e-5)


@pytest.mark.parametrize("bad", [[0], [10], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7], list(range(11))])
def test_a_photo_that_cannot_be_read_leaves_the_others_their_answers(small, paths, tmp_path, bad):
    (tmp_path / "page.jpg").write_text("<html>")
    photos = [tmp_path / "page.jpg" if i in bad else path for i, path in enumerate(paths)]
    alone = {source: answer for source, _, answer in classify(small, paths)}
    for i, (source, pixels, answer) in enumerate(classify(small, photos)):
        assert source == photos[i]
        assert (pixels is None) == (i in bad)
        if i in bad:
            assert isinstance(answer, ImageError) and "page.jpg is not an image" in str(answer)
        else:
            np.testing.assert_allclose(answer, alone[source], atol=1e-5)


def test_an_address_that_cannot_be_reached_is_an_answer_too(small, paths):
    answers = list(classify(small, ["http://127.0.0.1:1/x.jpg", paths[0]]))
    assert isinstance(answers[0][2], DownloadError) and isinstance(answers[1][2], np.ndarray)


def test_no_photos_are_no_answers(small):
    assert list(classify(small, [])) == []


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
    classifier = load_classifier(tmp_path / "m.keras", pixels)
    assert classifier.class_names == ["class 0", "class 1"]
    assert (f"does not say what pixels it takes; giving it {notice}" in caplog.text) == (notice is not None)
    photo = takes(preprocessing.preprocess(images.read_image(paths[0]), (32, 32)))
    [(_, _, answer)] = classify(classifier, paths[:1])
    np.testing.assert_allclose(answer, model(photo[None])[0], atol=1e-5)


def test_a_classifier_of_another_program_that_resizes_itself_gets_photos_as_they_are(tmp_path, paths):
    model = small_model(first=[layers.Resizing(16, 16), layers.Rescaling(1 / 255)], size=(None, None))
    model.save(tmp_path / "m.keras")
    answers = classify(load_classifier(tmp_path / "m.keras"), paths)
    for path, pixels, answer in answers:
        np.testing.assert_array_equal(pixels, images.read_image(path))
        np.testing.assert_allclose(answer, model(pixels[None].astype(np.float32))[0], atol=1e-4)


def test_one_sigmoid_is_two_classes(tmp_path, paths):
    model = small_model(1, "sigmoid")
    model.save(tmp_path / "m.keras")
    classifier = load_classifier(tmp_path / "m.keras", "signed")
    [(_, _, answer)] = classify(classifier, paths[:1])
    positive = float(model(classifier.prepare(images.read_image(paths[0]))[None])[0, 0])
    np.testing.assert_allclose(answer, [1 - positive, positive], atol=1e-6)
    assert len(classifier.class_names) == 2


@pytest.mark.parametrize("model", [small_model(activation=None), small_model(1, None), small_model(3, "sigmoid")])
def test_what_are_not_probabilities_is_said(tmp_path, paths, model):
    model.layers[-1].bias.assign(np.full(model.output_shape[1], 3.0))
    model.save(tmp_path / "m.keras")
    with pytest.raises(ModelError, match="not probabilities; put a softmax"):
        list(classify(load_classifier(tmp_path / "m.keras", "signed"), paths[:1]))


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
        load_classifier(tmp_path / "m.keras")


def test_a_model_with_more_names_than_classes_is_refused(tmp_path):
    saving.save(small_model(), tmp_path / "m.keras", ["a", "b", "c"])
    with pytest.raises(ModelError, match="names 3 classes, but gives 2 values"):
        load_classifier(tmp_path / "m.keras")


def test_a_photo_that_is_too_small_for_a_model_leaves_the_others_their_answers(tmp_path, paths):
    small_model(size=(None, None)).save(tmp_path / "m.keras")
    iio.imwrite(tmp_path / "tiny.png", np.zeros((2, 2, 3), np.uint8))
    classifier = load_classifier(tmp_path / "m.keras", "signed")
    (_, _, tiny), (_, _, answer) = classify(classifier, [tmp_path / "tiny.png", paths[0]])
    assert isinstance(tiny, ModelError) and "\n" not in str(tiny)
    assert str(tiny).startswith("the model cannot take this photo: ")
    assert answer.sum() == pytest.approx(1)


def test_class_names_in_a_file_are_shown_on_one_line_and_differ(tmp_path):
    saving.save(small_model(), tmp_path / "m.keras", ["a\n\x1b[31m", "\udcff"])
    assert load_classifier(tmp_path / "m.keras").class_names == ["a\\n\\x1b[31m", "\\udcff"]
    saving.save(small_model(), tmp_path / "m.keras", ["a", "a"])
    with pytest.raises(ModelError, match="are the same"):
        load_classifier(tmp_path / "m.keras")
