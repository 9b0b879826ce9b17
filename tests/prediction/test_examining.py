from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image
from small_models import small_model

from catsex.errors import DownloadError, ImageError, ModelError
from catsex.photos import preprocessing
from catsex.photos.decoding import images
from catsex.prediction.examining import classify, decoder_for
from catsex.prediction.predictor import load_predictor


@pytest.mark.slow
def test_a_photo_gets_the_answer_that_it_got_in_training(ours, paths):
    model, path = ours
    expected = model.predict(np.stack([preprocessing.preprocess(images.read_image(p)) for p in paths]), verbose=0)
    classifier = load_predictor(path)
    assert classifier.class_names == ["female", "male"]
    for photos in (paths, paths[:3]):  # by a compiled function, and without
        predictions = list(classify(classifier, photos))
        assert [source for source, _, _ in predictions] == photos
        np.testing.assert_allclose([prediction for _, _, prediction in predictions], expected[: len(photos)], atol=1e-5)
    raw = classifier.model(classifier.as_input(images.read_image(paths[0]))[None])
    np.testing.assert_allclose(raw[0], expected[0], atol=1e-5)


@pytest.mark.parametrize("bad", [[0], [10], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7], list(range(11))])
def test_a_photo_that_cannot_be_read_leaves_the_others_their_answers(small, paths, tmp_path, bad):
    (tmp_path / "page.jpg").write_text("<html>")
    photos = [tmp_path / "page.jpg" if i in bad else path for i, path in enumerate(paths)]
    alone = {source: prediction for source, _, prediction in classify(small, paths)}
    for i, (source, pixels, prediction) in enumerate(classify(small, photos)):
        assert source == photos[i]
        assert (pixels is None) == (i in bad)
        if i in bad:
            assert isinstance(prediction, ImageError) and "page.jpg is not an image" in str(prediction)
        else:
            np.testing.assert_allclose(prediction, alone[source], atol=1e-5)


def test_an_address_that_cannot_be_reached_is_an_answer_too(small, paths):
    predictions = list(classify(small, ["http://127.0.0.1:1/x.jpg", paths[0]]))
    assert isinstance(predictions[0][2], DownloadError) and isinstance(predictions[1][2], np.ndarray)


def test_what_is_white_is_found_in_the_new_photos_if_the_model_does_not_know(small, paths, tmp_path, caplog):
    for number in (1, 2):
        Image.fromarray((np.arange(90 * 60).reshape(90, 60) % 4096).astype(np.uint16)).save(tmp_path / f"{number}.tif")
    photos = [*paths[:2], *sorted(tmp_path.glob("*.tif"))]
    assert [pixels.max() for _, pixels, _ in classify(small, photos)][2:] == [255, 255]
    assert caplog.messages == [
        "12-bit values in 16-bit files: 0 is black, 4095 white; found in these photos, since the model was trained on "
        "none of more than 8 bits"
    ]
    knowing = replace(small, metadata=small.metadata | {"decoding": {"levels": {"uint16": [0, 65535]}}})
    assert decoder_for(knowing, photos).levels == {"uint16": (0, 65535)}


def test_no_photos_are_no_answers(small):
    assert list(classify(small, [])) == []


@pytest.mark.parametrize("model", [small_model(activation=None), small_model(1, None), small_model(3, "sigmoid")])
def test_what_are_not_probabilities_is_said(tmp_path, paths, model):
    model.layers[-1].bias.assign(np.full(model.output_shape[1], 3.0))
    model.save(tmp_path / "m.keras")
    with pytest.raises(ModelError, match="not probabilities; put a softmax"):
        list(classify(load_predictor(tmp_path / "m.keras", "signed"), paths[:1]))


def test_a_photo_that_is_too_small_for_a_model_leaves_the_others_their_answers(tmp_path, paths):
    small_model(size=(None, None)).save(tmp_path / "m.keras")
    iio.imwrite(tmp_path / "tiny.png", np.zeros((2, 2, 3), np.uint8))
    classifier = load_predictor(tmp_path / "m.keras", "signed")
    (_, _, tiny), (_, _, prediction) = classify(classifier, [tmp_path / "tiny.png", paths[0]])
    assert isinstance(tiny, ModelError) and "\n" not in str(tiny)
    assert str(tiny).startswith("the model cannot take this photo: ")
    assert prediction.sum() == pytest.approx(1)
