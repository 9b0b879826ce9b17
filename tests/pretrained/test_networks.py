"""Keras' networks, untrained but for what makes them see a cat: from photos to a file that other programs run."""

import numpy as np
import pytest

import catsex
from catsex.api.networks import load_network
from catsex.errors import ModelError, WeightsError
from catsex.network import attach_classifier, extract, fit, frozen_part
from catsex.network.model import fingerprint, trains_only_last_layer
from catsex.photos import preprocessing
from catsex.prediction import classify, export, gradcam, load_predictor, save
from catsex.pretrained import checkpoints, networks

OTHERS = [name for name in networks.NETWORKS if name != networks.DEFAULT]
CLASSES = ["female", "male"]


def seeing_cats(name):
    """An untrained network to which scikit-image's cat is a cat."""
    import keras
    from skimage.data import chelsea

    keras.utils.set_random_seed(0)
    model = networks.build(name)
    features = np.asarray(frozen_part(model)(preprocessing.preprocess(chelsea())[None], training=False))[0]
    kernel = np.random.default_rng(0).normal(0, 0.01, (len(features), 1000)).astype(np.float32)
    kernel[:, 285] = features / np.dot(features, features) * 10
    model.layers[-1].set_weights([kernel, np.zeros(1000, np.float32)])
    return model


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_a_network_goes_all_the_way_from_photos_to_an_export(name, photo_folder, tmp_path, thorough):
    if not thorough and name != "MobileNetV3Small":
        pytest.skip("with --thorough: each takes half a minute")
    network = networks.build(name, 96)
    photos = catsex.load_photos(photo_folder).subset(np.arange(40) % 10 == 0)
    frozen = frozen_part(network)
    features = extract(frozen, photos, cache=False)
    assert features.shape == (4, network.layers[-1].input.shape[1]) and np.isfinite(features).all()
    model = attach_classifier(network)
    assert trains_only_last_layer(model)
    fit(model, photos, photos.labels, epochs=1, cache=False)
    save(model, tmp_path / "model.keras", CLASSES)
    classifier = load_predictor(tmp_path / "model.keras")
    predictions = [prediction for _, _, prediction in classify(classifier, photos.paths)]
    expected = np.asarray(model(np.stack([preprocessing.preprocess(photos.read(i), (96, 96)) for i in range(4)])))
    assert np.allclose(predictions, expected, atol=1e-3)
    heat = gradcam.explainer(classifier.model)(photos.read(0).astype(np.float32), 0)
    assert heat.ndim == 2 and 0 <= heat.min() <= heat.max() <= 1
    assert export.export(classifier.model, tmp_path / "saved", "saved_model", [photos.read(0)], {}) < 1e-3
    again = load_network(str(tmp_path / "model.keras"))
    assert np.allclose(
        extract(frozen_part(again.model), photos, cache=False), features, atol=1e-3 * np.abs(features).max()
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["MobileNetV3Small", "DenseNet121"])
def test_weights_are_found_by_keras_own_name_or_by_the_users_and_run_at_any_size(name, tmp_path, monkeypatch, thorough):
    if not thorough and name != "MobileNetV3Small":
        pytest.skip("with --thorough: a large network takes half a minute")
    import h5py
    import keras

    model = seeing_cats(name)
    plain = getattr(keras.applications, name)(weights=None)
    plain.set_weights([w.reshape(p.shape) for w, p in zip(model.get_weights(), plain.get_weights(), strict=True)])
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    file = tmp_path / "models" / networks.NETWORKS[name].file
    with h5py.File(file, "w") as opened:
        checkpoints.write(opened, plain.layers)
    found = networks.load_keras_network(name)
    assert found.source == "Keras" and found.network == name and found.has_imagenet_head
    assert all(np.array_equal(a, b) for a, b in zip(found.model.get_weights(), model.get_weights(), strict=True))
    own = networks.load_keras_network(name, size=96, file=file)
    assert own.model.input_shape == (None, 96, 96, 3) and own.source == f"file {file.name}"
    assert own.fingerprint == found.fingerprint
    assert fingerprint(frozen_part(own.model)) != fingerprint(
        frozen_part(attach_classifier(seeing_cats("MobileNetV3Small")))
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`input_shape` is undefined:UserWarning")  # Keras' own, of its own default
@pytest.mark.parametrize("name", OTHERS)
def test_files_have_the_names_that_keras_itself_looks_for(name, monkeypatch):
    import keras
    from keras.src.utils import file_utils

    asked = []

    class Found(Exception):
        """Keras has asked for the file."""

    def get_file(file, origin, **options):
        asked.append((file, origin))
        raise Found

    monkeypatch.setattr(file_utils, "get_file", get_file)
    with pytest.raises(Found):
        getattr(keras.applications, name)(weights="imagenet")
    row = networks.NETWORKS[name]
    assert asked == [(row.file, networks.SERVER + row.address)]


def test_pixels_are_what_keras_own_preprocess_input_makes_of_them():
    import keras

    pixels = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3)).astype(np.float32)
    modules = {"ResNet50V2": "resnet_v2", "DenseNet121": "densenet", "NASNetMobile": "nasnet"}
    modules |= {"MobileNetV3Small": "mobilenet_v3", "EfficientNetV2B0": "efficientnet_v2", "ConvNeXtTiny": "convnext"}
    for name, module in modules.items():
        expected = getattr(keras.applications, module).preprocess_input(pixels.copy())
        photos = keras.Input((8, 8, 3))
        model = keras.Model(photos, keras.layers.Identity()(networks.scaled(photos, networks.NETWORKS[name].pixels)))
        assert np.allclose(model(pixels / 127.5 - 1), expected, atol=1e-4), name


def test_what_cannot_be_had_is_one_line_that_names_the_file_and_the_place(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "empty"))
    with pytest.raises(WeightsError, match=r"no network LeNet; there are MobileNetV2, .*, or name a .keras file"):
        load_network("LeNet")
    with pytest.raises(WeightsError, match=r"put efficientnetv2-b0.h5 .* into .*empty/models, pass") as raised:
        load_network("EfficientNetV2B0")
    assert "\n" not in str(raised.value)
    with pytest.raises(WeightsError, match=r"no such weights file: .*none.h5"):
        load_network("MobileNetV3Small", weights=tmp_path / "none.h5")
    (tmp_path / "wrong.h5").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match=r"wrong.h5 does not hold the weights of MobileNetV3Small"):
        load_network("MobileNetV3Small", weights=tmp_path / "wrong.h5")
    with pytest.raises(ModelError, match=r"none.keras cannot be read"):
        load_network(str(tmp_path / "none.keras"))


@pytest.mark.parametrize("pixels", ["0-255", "0-1"])
def test_any_keras_model_with_pooling_before_its_last_layer_will_do(pixels, tmp_path, photo_folder):
    import keras

    layers = [keras.Input((48, 48, 3)), keras.layers.Conv2D(6, 3), keras.layers.GlobalMaxPooling2D()]
    layers += [keras.layers.Dropout(0.3), keras.layers.Dense(3, activation="softmax")]
    if pixels == "0-255":
        layers.insert(1, keras.layers.Rescaling(1 / 255))  # by which it is told what it takes
    own = keras.Sequential(layers)
    own.save(tmp_path / "own.keras")
    loaded = load_network(str(tmp_path / "own.keras"))
    assert loaded.network == "own" and loaded.source == "file own.keras" and loaded.trained_at == 48
    photos = catsex.load_photos(photo_folder).subset(np.arange(40) < 3)
    features = extract(frozen_part(loaded.model), photos, cache=False)
    seen = np.stack([preprocessing.preprocess(photos.read(i), (48, 48)) for i in range(3)])
    seen = (seen + 1) * 127.5 if pixels == "0-255" else seen
    expected = keras.Sequential(own.layers[:-1])(seen, training=False)
    assert np.allclose(features, expected, atol=1e-3)
    with pytest.raises(ModelError, match=r"takes photos of .48, 48., not 96"):
        load_network(str(tmp_path / "own.keras"), size=96)
    with pytest.raises(WeightsError, match="has weights of its own"):
        load_network(str(tmp_path / "own.keras"), weights="other.h5")


def test_a_model_without_pooling_is_refused_with_the_reason(tmp_path):
    import keras

    model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 8), keras.layers.Flatten()])
    model.save(tmp_path / "convolution.keras")
    with pytest.raises(ModelError, match="put pooling before it"):
        load_network(str(tmp_path / "convolution.keras"))
