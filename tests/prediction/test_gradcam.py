import os

import imageio.v3 as iio
import keras
import numpy as np
import pytest
import skimage.data

from catsex.errors import CatsexError, ModelError
from catsex.network.model import attach_classifier, frozen_part
from catsex.photos import preprocessing
from catsex.prediction import gradcam

layers = keras.layers


def red_or_blue(activation="softmax"):
    """A network that tells red from blue by one map each, worked out by hand."""
    model = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(2, 1, activation="relu"),
            layers.AveragePooling2D(4),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2 if activation == "softmax" else 1, activation=activation),
        ]
    )
    kernel = np.zeros((1, 1, 3, 2), np.float32)
    kernel[0, 0, 0, 0] = kernel[0, 0, 2, 1] = 1  # red to the first map, blue to the second
    model.layers[0].set_weights([kernel, np.zeros(2, np.float32)])
    weights = np.array([[1, -1], [-1, 1]] if activation == "softmax" else [[-1], [1]], np.float32)
    model.layers[-1].set_weights([weights, np.zeros(weights.shape[1], np.float32)])
    return model


@pytest.fixture
def photo():
    """Black, red at the top left and blue at the bottom right."""
    photo = np.full((32, 32, 3), -1, np.float32)
    photo[:8, :8, 0] = photo[-8:, -8:, 2] = 1
    return photo


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_heat_is_where_the_class_is(photo, activation):
    model = red_or_blue(activation)
    red, blue = (gradcam.explainer(model)(photo, label) for label in (0, 1))
    assert red.shape == blue.shape == (8, 8)
    expected = np.zeros((8, 8))
    expected[:2, :2] = 1
    np.testing.assert_allclose(red, expected, atol=1e-6)
    np.testing.assert_allclose(blue, expected[::-1, ::-1], atol=1e-6)


def test_where_nothing_speaks_for_a_class_there_is_no_heat(photo):
    photo[:8, :8, 0] = -1
    assert not gradcam.explainer(red_or_blue())(photo, 0).any()


def test_it_is_the_class_activation_map_where_a_dense_layer_follows_the_mean(network):
    """For such networks Grad-CAM is CAM (Selvaraju 2017, section 3.1), which takes no gradient."""
    keras.utils.set_random_seed(0)
    model = attach_classifier(network.model)
    photo = preprocessing.preprocess(skimage.data.chelsea())
    maps = np.asarray(keras.Model(model.input, model.layers[-2].input)(photo[None]))[0]  # (7, 7, 1280)
    np.testing.assert_allclose(maps.mean(axis=(0, 1)), np.asarray(frozen_part(model)(photo[None]))[0], atol=1e-5)
    for label in (0, 1):
        expected = np.maximum(maps @ model.layers[-1].kernel.numpy()[:, label], 0)
        assert expected.any()
        np.testing.assert_allclose(gradcam.explainer(model)(photo, label), expected / expected.max(), atol=1e-4)


def test_a_model_inside_a_model_will_do_if_its_maps_come_out(photo):
    base = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(4, 5, strides=2)])
    keras.utils.set_random_seed(0)
    head = [layers.Flatten(), layers.Dense(5, activation="relu"), layers.Dense(3, activation="softmax")]
    model = keras.Sequential([keras.Input((32, 32, 3)), base, *head])
    assert gradcam.explainer(model)(photo, 2).shape == (14, 14)
    hidden = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(4, 5), layers.GlobalAveragePooling2D()])
    model = keras.Sequential([keras.Input((32, 32, 3)), hidden, layers.Dense(2, activation="softmax")])
    with pytest.raises(ModelError, match="do not leave its layer"):
        gradcam.explainer(model)(photo, 0)


def test_what_cannot_be_explained_is_said(photo):
    flat = keras.Sequential([keras.Input((32, 32, 3)), layers.Flatten(), layers.Dense(2, activation="softmax")])
    with pytest.raises(ModelError, match="no convolution"):
        gradcam.explainer(flat)(photo, 0)
    conv = [layers.Conv2D(2, 3), layers.GlobalAveragePooling2D()]
    odd = keras.Sequential([keras.Input((32, 32, 3)), *conv, layers.Softmax()])
    with pytest.raises(ModelError, match="not a Dense layer"):
        gradcam.explainer(odd)(photo, 0)


def test_the_heat_lies_over_its_place_in_the_photo():
    heat = np.zeros((4, 8))
    heat[3, 0] = 1
    grey = np.full((40, 160, 3), 100, np.uint8)
    picture = gradcam.overlay(grey, heat)
    assert picture.shape == grey.shape and picture.dtype == np.uint8
    brightness = picture.sum(axis=2)
    assert brightness[35, 10] > 2 * brightness[5, 150]
    np.testing.assert_array_equal(picture[5, 150], [50, 50, 52])
    assert np.unravel_index(brightness.argmax(), brightness.shape) > (30, 0)


def test_a_picture_replaces_neither_a_photo_nor_another_picture(tmp_path):
    names = ["f01.jpg", "a/f01.jpg", "https://example.org/x.jpg?y=1", "no suffix", "../../up.png", "f01.png", "n" * 300]
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    photos = [tmp_path / "heat" / "no_suffix-gradcam.jpg", tmp_path / "loop.jpg"]
    assert [path.name for path in gradcam.places(tmp_path / "heat", names, photos)] == [
        "f01-gradcam.jpg",
        "a_f01-gradcam.jpg",
        "https_example.org_x.jpg_y_1-gradcam.jpg",
        "no_suffix-2-gradcam.jpg",
        ".._.._up-gradcam.jpg",
        "f01-2-gradcam.jpg",
        f"{'n' * 200}-gradcam.jpg",
    ]


def test_a_picture_is_written_into_a_new_folder(tmp_path):
    pixels = np.zeros((8, 8, 3), np.uint8)
    gradcam.write(tmp_path / "heat" / "f01-gradcam.jpg", pixels)
    assert iio.imread(tmp_path / "heat" / "f01-gradcam.jpg").shape == (8, 8, 3)
    assert os.listdir(tmp_path) == ["heat"]
    (tmp_path / "file").touch()
    with pytest.raises(CatsexError, match="cannot be written"):
        gradcam.write(tmp_path / "file" / "f01-gradcam.jpg", pixels)
