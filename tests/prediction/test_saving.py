import io
import json
import os
import subprocess
import sys
import zipfile

import h5py
import keras
import numpy as np
import pytest

from catsex.errors import ModelError
from catsex.photos import preprocessing
from catsex.prediction import saving


def small_model(classes=2, size=32):
    keras.utils.set_random_seed(0)
    entry = keras.Input((size, size, 3))
    maps = keras.layers.Conv2D(4, 3, activation="relu")(entry)
    return keras.Model(
        entry, keras.layers.Dense(classes, activation="softmax")(keras.layers.GlobalAveragePooling2D()(maps))
    )


ANYBODYS_PROGRAM = """
import json, sys, zipfile
sys.modules["catsex"] = None  # from here on, it cannot be imported
import keras, numpy
model = keras.saving.load_model(sys.argv[1])
names = json.loads(zipfile.ZipFile(sys.argv[1]).read("catsex.json"))["class_names"]
photo = numpy.load(sys.argv[2])
print(json.dumps([names, model.predict(photo[None], verbose=0)[0].tolist()]))
"""


@pytest.mark.slow
def test_a_saved_model_works_where_catsex_cannot_be_imported(tmp_path):
    model = small_model()
    saving.save(model, tmp_path / "pets.keras", ["cat", "dög / ﻿狗"], data="pets")
    photo = np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    np.save(tmp_path / "photo.npy", photo)
    done = subprocess.run(
        [sys.executable, "-c", ANYBODYS_PROGRAM, tmp_path / "pets.keras", tmp_path / "photo.npy"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    names, prediction = json.loads(done.stdout.splitlines()[-1])
    assert names == ["cat", "dög / ﻿狗"]
    expected = model(preprocessing.preprocess(photo, (32, 32))[None])[0]
    np.testing.assert_allclose(prediction, expected, atol=1e-5)


def test_the_file_says_what_goes_in_and_what_comes_out(tmp_path):
    saving.save(small_model(3), tmp_path / "m.keras", ["a", "b", "c"], data="mine", seed=7)
    model, metadata = saving.load(tmp_path / "m.keras")
    assert metadata["class_names"] == ["a", "b", "c"] and metadata["data"] == "mine" and metadata["seed"] == 7
    assert metadata["input"]["shape"] == [None, None, None, 3] and "0 to 255" in metadata["input"]["meaning"]
    assert metadata["input"]["resized_inside_to"] == [32, 32]
    assert list(model.input_shape) == metadata["input"]["shape"]
    config = zipfile.ZipFile(tmp_path / "m.keras").read("config.json").decode()
    assert "Lambda" not in config and "catsex" not in config
    modules = {layer["module"].split(".")[0] for layer in json.loads(config)["config"]["layers"]}
    assert modules == {"keras"}


def test_a_model_that_cannot_be_written_leaves_what_was_there(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=r"m\.keras cannot be written"):
        saving.save(small_model(), tmp_path / "file" / "m.keras", ["a", "b"])
    saving.save(small_model(), tmp_path / "m.keras", ["a", "b"])
    before = (tmp_path / "m.keras").read_bytes()
    with pytest.raises(TypeError):
        saving.save(small_model(), tmp_path / "m.keras", ["a", "b"], seed={1, 2})  # JSON has no sets
    assert (tmp_path / "m.keras").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["file", "m.keras"]


def members_of_a_model(path):
    saving.save(small_model(), path, ["a", "b"])
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def rewrite(path, content):
    with zipfile.ZipFile(path, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"config.json": b"{"}, "cannot be loaded"),
        (
            {"config.json": b'{"module": "os", "class_name": "system", "config": {}, "registered_name": null}'},
            "cannot be loaded",
        ),
        ({"model.weights.h5": b"not weights"}, "cannot be loaded"),
        ({"catsex.json": b"{"}, "cannot be loaded"),
        ({"catsex.json": b'{"class_names": "ab"}'}, "no list of names"),
        ({"catsex.json": b'{"class_names": ["a", 2]}'}, "no list of names"),
        ({"catsex.json": b'["a", "b"]'}, "cannot be loaded"),
    ],
)
def test_a_damaged_model_is_one_line(tmp_path, change, message):
    path = tmp_path / "m.keras"
    rewrite(path, members_of_a_model(path) | change)
    with pytest.raises(ModelError, match=rf"m\.keras.*{message}") as caught:
        saving.load(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_keras_file_is_told_apart_without_keras(tmp_path):
    (tmp_path / "m.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    (tmp_path / "page.keras").write_text("<html>")
    with zipfile.ZipFile(tmp_path / "other.keras", "w") as file:
        file.writestr("hello.txt", "hello")
    with zipfile.ZipFile(tmp_path / "disguised.h5", "w") as file:  # which Keras would take for HDF5
        file.writestr("config.json", "{}")
    os.mkfifo(tmp_path / "pipe.keras")
    for name, message in [
        ("pipe.keras", r"not a \.keras file"),
        ("nowhere.keras", "cannot be read: No such file"),
        (".", "cannot be read: Is a directory"),
        ("m.h5", r"not a \.keras file; save the model anew"),
        ("page.keras", r"not a \.keras file"),
        ("disguised.h5", r"not a \.keras file"),
        ("other.keras", "not one that Keras has saved"),
    ]:
        with pytest.raises(ModelError, match=message):
            saving.check_is_keras_file(tmp_path / name)


def test_a_model_with_code_in_it_is_not_loaded(tmp_path):
    entry = keras.Input((8, 8, 3))
    model = keras.Model(entry, keras.layers.Lambda(lambda x: x + 1)(entry))
    model.save(tmp_path / "m.keras")
    with pytest.raises(ModelError, match=r"m\.keras cannot be loaded: .*arbitrary code execution"):
        saving.load(tmp_path / "m.keras")


HOSTILE_LAYERS = {
    "a function of Python's": {"activation": {"module": "os", "class_name": "function", "config": "system"}},
    "a function of Keras'": {"activation": {"module": "keras.utils", "class_name": "function", "config": "get_file"}},
    "another model": {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/etc/passwd"}},
    "unknown code": {"module": "somebody.elses", "class_name": "Layer", "registered_name": "somebody>Layer"},
}


@pytest.mark.parametrize("hostile", HOSTILE_LAYERS.values(), ids=HOSTILE_LAYERS)
def test_a_model_that_names_code_is_not_loaded(tmp_path, hostile):
    path = tmp_path / "m.keras"
    members = members_of_a_model(path)
    config = json.loads(members["config.json"])
    dense = config["config"]["layers"][-1]
    if "activation" in hostile:
        dense["config"] |= hostile
    else:
        dense |= hostile
    rewrite(path, members | {"config.json": json.dumps(config).encode()})
    with pytest.raises(ModelError, match=r"m\.keras cannot be loaded: ") as caught:
        saving.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("bomb", ["config.json", "model.weights.h5"])
def test_a_model_that_claims_to_be_far_larger_than_its_file_is_refused_at_once(tmp_path, bomb):
    path = tmp_path / "m.keras"
    members = members_of_a_model(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, bytes(saving.MAX_CONFIG * 2) if name == bomb else data)
    with pytest.raises(ModelError, match=r"m\.keras claims to hold [0-9,]+ bytes, far more than fit into it"):
        saving.load(path)


def arrays_of(content, edit):
    """Return the content of a model.weights.h5 after an edit of the array `layers/dense/vars/0`."""
    file = io.BytesIO(content)
    with h5py.File(file, "r+") as weights:
        edit(weights, "layers/dense/vars/0")
    return file.getvalue()


def link_elsewhere(file, name):
    del file[name]
    file[name] = h5py.ExternalLink("elsewhere.h5", "x")


def claim_too_much(file, name):
    del file[name]
    file.create_dataset(name, (2**33, 2), np.float32, chunks=(1024, 2))


def other_shape(file, name):
    del file[name]
    file[name] = np.ones((3, 5), np.float32)


def remove(file, name):
    del file[name]


@pytest.mark.parametrize("edit", [link_elsewhere, claim_too_much, other_shape, remove])
@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_a_model_with_hostile_arrays_is_not_loaded(tmp_path, edit):
    path = tmp_path / "m.keras"
    members = members_of_a_model(path)
    rewrite(path, members | {"model.weights.h5": arrays_of(members["model.weights.h5"], edit)})
    with pytest.raises(ModelError, match=r"m\.keras cannot be loaded: ") as caught:
        saving.load(path)
    assert "\n" not in str(caught.value)


def test_a_model_of_another_program_has_no_contract(tmp_path):
    small_model().save(tmp_path / "m.keras")
    assert saving.load(tmp_path / "m.keras")[1] == {}


def test_a_model_of_a_newer_keras_names_both_versions_and_what_to_do(tmp_path):
    """As Keras 3.15 writes a layer's `input_axes`, which 3.12 does not know."""
    small_model().save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][-1]["config"]["input_axes_of_the_future"] = [1]
    members["config.json"] = json.dumps(config).encode()
    members["metadata.json"] = json.dumps({"keras_version": "99.1.0", "date_saved": "then"}).encode()
    for name in ("new.keras", "as_old.keras"):
        if name == "as_old.keras":
            members["metadata.json"] = json.dumps({"keras_version": keras.__version__}).encode()
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            for member, content in members.items():
                file.writestr(member, content)
    with pytest.raises(ModelError) as error:
        saving.load(tmp_path / "new.keras")
    expected = f"new.keras was saved by Keras 99.1.0, which is newer than this one, {keras.__version__}: pip install "
    assert expected in str(error.value)
    with pytest.raises(ModelError, match="input_axes_of_the_future"):
        saving.load(tmp_path / "as_old.keras")


def kinds_of_photo():
    """Return {kind: content} of photos that are not simply upright RGB of 8 bits."""
    from PIL import Image

    y, x = np.mgrid[0:60, 0:90]
    colours = np.stack([x * 2, y * 4, 255 - x * 2], axis=-1).astype(np.uint8)
    image, alpha, turned = Image.fromarray(colours), Image.fromarray((x * 2).astype(np.uint8)), Image.Exif()
    turned[0x0112] = 6
    with_alpha = image.copy()
    with_alpha.putalpha(alpha)

    def encoded(picture, kind="PNG", **options):
        file = io.BytesIO()
        picture.save(file, kind, **options)
        return file.getvalue()

    return {
        "plain": encoded(image),
        "grey": encoded(image.convert("L")),
        "RGBA": encoded(with_alpha),
        "grey with alpha": encoded(with_alpha.convert("LA")),
        "palette": encoded(image.quantize(32)),
        "CMYK": encoded(image.convert("CMYK"), "JPEG", quality=95),
        "16 bits": encoded(Image.fromarray((x * 700).astype(np.uint16))),
        "a phone's, upright": encoded(image, "JPEG", quality=95, exif=turned),
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds_of_photo())
def test_the_lines_in_the_docs_say_what_predict_says_of_photos_of_all_kinds(kind, tmp_path, monkeypatch, capsys):
    from conftest import ROOT

    from catsex.prediction.examining import classify
    from catsex.prediction.predictor import load_predictor

    blocks = (ROOT / "docs" / "model.md").read_text(encoding="utf-8").split("```python\n")[1:]
    [lines] = [block.split("```")[0] for block in blocks if "load_model" in block]
    monkeypatch.chdir(tmp_path)
    model = small_model(classes=3)
    model.layers[-1].kernel.assign(np.random.default_rng(0).normal(0, 5, (4, 3)))
    saving.save(model, "my_model.keras", ["a", "b", "c"])
    (tmp_path / "new_photo.jpg").write_bytes(kinds_of_photo()[kind])
    exec(compile(lines.replace("model.predict(", "model.predict_on_batch("), "model.md", "exec"), {})
    said = np.array(capsys.readouterr().out.partition("] ")[2].strip("[]\n ").split(), float)
    [(_, _, prediction)] = classify(load_predictor("my_model.keras"), ["new_photo.jpg"])
    np.testing.assert_allclose(said, prediction, atol=5e-3)


def test_what_a_damaged_file_sees_nobody_knows(tmp_path):
    saving.save(small_model(size=40), tmp_path / "m.keras", ["a", "b"])
    assert saving.sees(tmp_path / "m.keras") == 40
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as file:
        file.writestr("config.json", '[{"batch_shape": [null, null, null, 3]}, {"batch_shape": 5}]')
    assert saving.sees(tmp_path / "m.keras") is None
