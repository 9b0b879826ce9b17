import keras
import numpy as np
import pytest
from PIL import Image
from small_models import small_model

import catsex
from catsex.errors import DataError, ImageError, ModelError


def test_a_model_of_another_program_is_the_same_after_saving(photo_folder, tmp_path):
    photos = sorted(photo_folder.glob("f*.jpg"))[:4]
    small_model(first=[keras.layers.Rescaling(1 / 255)]).save(tmp_path / "own.keras")
    loaded = catsex.load(tmp_path / "own.keras")
    loaded.save(tmp_path / "again.keras")
    predictions = loaded.predict(photos)
    assert np.ptp(predictions[:, 0]) > 1e-4
    np.testing.assert_allclose(catsex.load(tmp_path / "again.keras").predict(photos), predictions, atol=1e-5)
    small_model(size=(None, None)).save(tmp_path / "any.keras")
    with pytest.raises(ModelError, match=r"any2\.keras: the network takes photos of any size"):
        catsex.load(tmp_path / "any.keras").save(tmp_path / "any2.keras")


def test_examining_says_of_each_photo_what_it_shows_or_why_not(photo_folder, tmp_path):
    small_model().save(tmp_path / "own.keras")
    (tmp_path / "page.jpg").write_text("<html>")
    photos = [photo_folder / "f01.jpg", tmp_path / "page.jpg"]
    one, other = catsex.load(tmp_path / "own.keras", pixels="signed").examine(photos)
    assert one["name"] == "f01.jpg" and one["probability"] == max(one["probabilities"].values())
    assert "page.jpg is not an image" in other["error"]


def test_a_folder_a_picture_and_an_array_are_predicted_as_their_files_are(photo_folder, tmp_path):
    small_model().save(tmp_path / "own.keras")
    model = catsex.load(tmp_path / "own.keras", pixels="signed")
    photos = sorted(photo_folder.glob("*.jpg"))
    expected = model.predict(photos[:2])
    pictures = [Image.open(photos[0]), np.asarray(Image.open(photos[1]))]
    np.testing.assert_allclose(model.predict(pictures), expected, atol=1e-6)
    np.testing.assert_allclose(model.predict(pictures[0]), expected[:1], atol=1e-6)
    np.testing.assert_allclose(model.predict(str(photo_folder))[:2], expected, atol=1e-5)
    assert [one["name"] for one in model.examine(pictures)] == ["picture 1", "picture 2"]
    with pytest.raises(DataError, match=r"generated photos.* stands for 40 photos; explain takes one"):
        model.explain(photo_folder)


@pytest.mark.slow
def test_a_trained_classifier_predicts_explains_and_is_the_same_after_saving(any_cats, any_weights, tmp_path):
    trained = catsex.train(any_cats, seed=1, epochs=3, weights=any_weights)
    photos = sorted(any_cats.glob("*.jpg"))[:3]
    predictions = trained.predict(photos)
    assert predictions.shape == (3, 2) and np.allclose(predictions.sum(axis=1), 1, atol=1e-5)
    assert trained.class_names == ["female", "male"] and len(trained.history["loss"]) == 3
    heat = trained.explain(photos[0])
    assert (trained.explain(Image.open(photos[0])) == heat).all()
    assert heat.dtype == np.uint8 and heat.ndim == 3
    assert trained.predict([]).shape == (0, 2)
    trained.save(tmp_path / "m.keras")
    loaded = catsex.load(tmp_path / "m.keras")
    np.testing.assert_allclose(loaded.predict(photos), predictions, atol=1e-5)
    loaded.save(tmp_path / "again.keras")
    np.testing.assert_allclose(catsex.load(tmp_path / "again.keras").predict(photos[0]), predictions[:1], atol=1e-5)
    (tmp_path / "page.jpg").write_text("<html>")
    with pytest.raises(ImageError, match=r"page\.jpg"):
        loaded.predict([photos[0], tmp_path / "page.jpg"])
