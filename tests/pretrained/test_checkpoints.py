import json
import shutil
import zipfile

import h5py
import keras
import numpy as np
import pytest

from catsex.errors import WeightsError
from catsex.pretrained import checkpoints, weights


@pytest.fixture(scope="module")
def model():
    """An untrained MobileNetV2, to read weights into."""
    return weights.build()


@pytest.fixture(scope="module")
def trained(stand_in_weights):
    """Another MobileNetV2 with the stand-in weights."""
    model = weights.build()
    checkpoints.read_into(model, stand_in_weights)
    return model


@pytest.fixture
def copy(stand_in_weights, tmp_path):
    """A copy of the stand-in weights, to spoil."""
    return shutil.copy(stand_in_weights, tmp_path / "mine.h5")


def forget(model):
    """Make sure that what a model has afterwards was read."""
    for layer in model.layers:
        layer.set_weights([np.zeros(weight.shape) for weight in layer.weights])


def same_weights(model, other, layers=slice(None)):
    pairs = zip(model.layers[layers], other.layers[layers], strict=True)
    return all(np.array_equal(a, b) for x, y in pairs for a, b in zip(x.get_weights(), y.get_weights(), strict=True))


def save_old_style(model, path):
    with h5py.File(path, "w") as file:
        checkpoints.write(file, model.layers)


WAYS = {
    "our own": save_old_style,
    "weights.h5": lambda model, path: model.save_weights(path),
    "h5": lambda model, path: model.save(path),
    "keras": lambda model, path: model.save(path),
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("way", WAYS)
def test_what_keras_saves_is_read(model, trained, tmp_path, way):
    path = tmp_path / f"mine.{way.replace('our own', 'h5')}"
    WAYS[way](trained, path)
    forget(model)
    assert checkpoints.read_into(model, path) is True
    assert same_weights(model, trained)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_files_without_the_last_layer_leave_it_as_it_is(model, trained, tmp_path, way):
    path = tmp_path / f"no_top.{way.replace('our own', 'h5')}"
    WAYS[way](keras.Model(trained.input, trained.layers[-3].output), path)
    forget(model)
    assert checkpoints.read_into(model, path) is False
    assert same_weights(model, trained, slice(-1))
    assert not np.any(model.layers[-1].get_weights()[0])


def test_keras_first_names_of_the_layers_are_as_good(model, trained, copy):
    """The file on Keras' server was made when most layers had other names, and goes by its lists alone."""
    with h5py.File(copy, "r+") as file:
        names = file.attrs["layer_names"].tolist()
        for number, name in enumerate(names):
            file.move(name, f"mobl{number}")
        file.attrs["layer_names"] = np.array([f"mobl{number}" for number in range(len(names))], bytes)
    forget(model)
    assert checkpoints.read_into(model, copy) is True
    assert same_weights(model, trained)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_a_last_layer_of_another_name_is_read(model, trained, tmp_path):
    head = keras.layers.Dense(1000, activation="softmax", name="my_head")
    renamed = keras.Model(trained.input, head(trained.layers[-2].output))
    renamed.save(tmp_path / "mine.h5")
    forget(model)
    assert checkpoints.read_into(model, tmp_path / "mine.h5") is True
    assert same_weights(model, renamed)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("name", ["Conv1", "Conv1/Conv1/kernel", "bn_Conv1/bn_Conv1/gamma"])
def test_what_keras_3_saved_and_is_gone_is_named(model, trained, tmp_path, name):
    trained.save(tmp_path / "mine.h5")
    with h5py.File(tmp_path / "mine.h5", "r+") as file:
        del file[f"model_weights/{name}"]
    message = rf"mine\.h5.*{name.split('/')[0]}.* is missing or lies outside the file"
    with pytest.raises(WeightsError, match=message):
        checkpoints.read_into(model, tmp_path / "mine.h5")


@pytest.mark.parametrize("names", [np.zeros(3), np.zeros((2, 2), "S3"), np.zeros(2000, "S3")])
def test_what_is_no_list_of_names_is_not_read(model, copy, names):
    with h5py.File(copy, "r+") as file:
        file["bn_Conv1"].attrs["weight_names"] = names
    with pytest.raises(WeightsError, match=r"mine\.h5 .*weight_names is no list of names"):
        checkpoints.read_into(model, copy)


def test_the_real_files_are_read(model, real_weights):
    assert checkpoints.read_into(model, real_weights) is True
    before = [weight.numpy() for layer in model.layers[:-1] for weight in layer.weights]
    no_top = real_weights.with_name(weights.KERAS_FILE_NO_TOP)
    if no_top.is_file():
        forget(model)
        assert checkpoints.read_into(model, no_top) is False
        after = [weight.numpy() for layer in model.layers[:-1] for weight in layer.weights]
        assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_the_real_file_is_read_as_keras_itself_reads_it(model, real_weights):
    checkpoints.read_into(model, real_weights)
    assert same_weights(model, keras.applications.MobileNetV2(weights=str(real_weights)))


def change(path, name, value):
    with h5py.File(path, "r+") as file:
        del file[name]
        file[name] = value


def shapes(path):
    change(path, "Conv1/kernel", np.zeros((3, 3, 3, 16), np.float32))


def other_head(path):
    change(path, "predictions/kernel", np.zeros((1280, 2), np.float32))
    change(path, "predictions/bias", np.zeros(2, np.float32))


def huge(path):
    with h5py.File(path, "r+") as file:
        del file["Conv1/kernel"]
        file.create_dataset("Conv1/kernel", (10**6, 10**6), np.float32, chunks=True, compression="gzip")


def not_a_number(path):
    with h5py.File(path, "r+") as file:
        file["block_3_expand/kernel"][0, 0, 0, 0] = np.nan


def infinite(path):
    with h5py.File(path, "r+") as file:
        file["predictions/bias"][0] = np.inf


def a_layer_less(path):
    with h5py.File(path, "r+") as file:
        file.attrs["layer_names"] = file.attrs["layer_names"][:-2]


def an_array_less(path):
    with h5py.File(path, "r+") as file:
        file["bn_Conv1"].attrs["weight_names"] = file["bn_Conv1"].attrs["weight_names"][:-1]


def text(path):
    path.write_text("This is text.")


def html(path):
    path.write_bytes(b"<html><title>Please log in</title></html>")


def empty(path):
    path.write_bytes(b"")


def truncated(path):
    path.write_bytes(path.read_bytes()[:1_000_000])


def a_zip_of_something(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cats/f01.jpg", b"a cat")


def a_table(path):
    with h5py.File(path, "w") as file:
        file["table"] = np.zeros(9)


def of_text(path):
    change(path, "Conv1/kernel", "text")


def of_whole_numbers(path):
    change(path, "Conv1/kernel", np.zeros((3, 3, 3, 32), int))


def a_group(path):
    with h5py.File(path, "r+") as file:
        del file["Conv1/kernel"]
        file.create_group("Conv1/kernel")


def a_missing_array(path):
    with h5py.File(path, "r+") as file:
        del file["Conv1/kernel"]


def a_missing_layer(path):
    with h5py.File(path, "r+") as file:
        del file["Conv1"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (shapes, r"layer Conv1: expected shapes \[\(3, 3, 3, 32\)\], found \[\(3, 3, 3, 16\)\]"),
        (
            other_head,
            r"layer predictions: expected shapes \[\(1280, 1000\), \(1000,\)\], found \[\(1280, 2\), \(2,\)\]",
        ),
        (huge, r"expected shapes|too large"),
        (not_a_number, "layer block_3_expand: some values are not finite numbers"),
        (infinite, "layer predictions: some values are not finite numbers"),
        (a_layer_less, r"is not MobileNetV2: expected 105 layers with weights \(104 without the last\), found 103"),
        (an_array_less, r"layer bn_Conv1: expected shapes \[\(32,\), \(32,\), \(32,\), \(32,\)\], found"),
        (text, "is not a Keras weights file: ."),
        (html, "is not a Keras weights file: ."),
        (empty, "is not a Keras weights file: ."),
        (truncated, "is not a Keras weights file: ."),
        (a_zip_of_something, "is not a Keras weights file: ."),
        (a_table, "is not a Keras weights file: .*layers"),
        (of_text, "is not a plain array of numbers"),
        (of_whole_numbers, "is not a plain array of numbers"),
        (a_group, "is not a plain array of numbers"),
        (a_missing_array, "is missing or lies outside the file"),
        (a_missing_layer, "is missing or lies outside the file"),
    ],
)
def test_what_is_wrong_is_an_error_that_names_the_file(model, copy, spoil, message):
    spoil(copy)
    with pytest.raises(WeightsError, match=rf"mine\.h5.*{message}") as caught:
        checkpoints.read_into(model, copy)
    assert "\n" not in str(caught.value)


def a_soft_link(file, name, elsewhere):
    file.move(name, "was here")
    file[name] = h5py.SoftLink("/was here")


def an_external_link(file, name, elsewhere):
    del file[name]
    file[name] = h5py.ExternalLink(elsewhere, name)


def an_external_array(file, name, elsewhere):
    shape = file[name].shape
    del file[name]
    file.create_dataset(name, shape, np.float32, external=[(str(elsewhere), 0, h5py.h5f.UNLIMITED)])


def a_virtual_array(file, name, elsewhere):
    layout = h5py.VirtualLayout(file[name].shape, np.float32)
    layout[:] = h5py.VirtualSource(elsewhere, name, file[name].shape)
    del file[name]
    file.create_virtual_dataset(name, layout)


@pytest.mark.parametrize(
    ("link", "name"),
    [
        (a_soft_link, "Conv1"),
        (a_soft_link, "Conv1/kernel"),
        (an_external_link, "Conv1"),
        (an_external_link, "Conv1/kernel"),
        (an_external_array, "Conv1/kernel"),
        (a_virtual_array, "Conv1/kernel"),
    ],
)
def test_no_link_is_followed(model, copy, stand_in_weights, link, name):
    with h5py.File(copy, "r+") as file:
        link(file, name, stand_in_weights)
    with pytest.raises(WeightsError, match=r"mine\.h5.*(lies outside|not a plain array)"):
        checkpoints.read_into(model, copy)


def test_no_link_is_followed_to_the_whole_model(model, trained, stand_in_weights, tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["model_weights"] = h5py.ExternalLink(stand_in_weights, "/")
    with pytest.raises(WeightsError, match=r"mine\.h5"):
        checkpoints.read_into(model, tmp_path / "mine.h5")


def rewritten(path, name, content):
    """Return a copy of a zip file with one member exchanged."""
    changed = path.with_name("changed.keras")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return changed


@pytest.fixture(scope="module")
def keras_file(trained, tmp_path_factory):
    path = tmp_path_factory.mktemp("keras") / "mine.keras"
    trained.save(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("config", ["this is no JSON", json.dumps({"module": "os", "class_name": "system"})])
def test_the_program_in_a_keras_file_is_never_read(model, trained, keras_file, config):
    forget(model)
    assert checkpoints.read_into(model, rewritten(keras_file, "config.json", config))
    assert same_weights(model, trained)


@pytest.mark.slow
def test_a_keras_file_of_another_network_is_an_error(model, tmp_path):
    other = keras.Sequential([keras.Input((8,)), keras.layers.Dense(2)])
    other.save(tmp_path / "mine.keras")
    with pytest.raises(WeightsError, match=r"mine\.keras is not MobileNetV2: expected 105 layers .*found 1$"):
        checkpoints.read_into(model, tmp_path / "mine.keras")
    two_classes = keras.Model(model.input, keras.layers.Dense(2)(model.layers[-2].output))
    two_classes.save(tmp_path / "cats.keras")
    with pytest.raises(WeightsError, match=r"expected shapes \[\(1280, 1000\), \(1000,\)\], found \[\(1280, 2\)"):
        checkpoints.read_into(model, tmp_path / "cats.keras")


@pytest.mark.parametrize("damage", [lambda data: data[:1000], lambda data: b"", lambda data: b"text"])
def test_a_damaged_keras_file_is_an_error(model, keras_file, damage):
    with zipfile.ZipFile(keras_file) as archive:
        data = archive.read("model.weights.h5")
    with pytest.raises(WeightsError, match=r"changed\.keras is not a Keras weights file: ."):
        checkpoints.read_into(model, rewritten(keras_file, "model.weights.h5", damage(data)))
