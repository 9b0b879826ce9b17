import json
import subprocess
import sys

import keras
import numpy as np
import pytest
from PIL import Image

from catsex.errors import ModelError
from catsex.prediction import export, litert_example, saving
from catsex.prediction.predictor import load_predictor

layers = keras.layers


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    """A small model of ours that takes raw photos, from its file."""
    keras.utils.set_random_seed(0)
    entry = keras.Input((48, 64, 3))
    pooled = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(entry))
    model = keras.Model(entry, layers.Dense(3, activation="softmax")(pooled))
    path = tmp_path_factory.mktemp("model") / "m.keras"
    saving.save(model, path, ["a", "b", "ç"])
    return load_predictor(path)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["network", "any"])
def test_the_example_gives_the_answers_of_the_model(classifier, tmp_path, size):
    pytest.importorskip("ai_edge_litert")
    path = tmp_path / "the model.tflite"
    model, prepare, metadata = export.at_size(classifier, size)
    export.export(model, path, "litert", [prepare(photo) for photo in export.known_photos()], metadata)
    example = litert_example.write_example(path, model)
    assert len(example.read_text().splitlines()) <= 20

    y, x = np.mgrid[0:90, 0:120]
    pixels = np.stack([x * 2, y * 2, 255 - x], axis=-1).astype(np.uint8)
    Image.fromarray(np.rot90(pixels)).save(tmp_path / "photo.png", exif=_orientation(6))
    done = subprocess.run(
        [sys.executable, example, tmp_path / "photo.png"], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.replace("'", '"'))
    expected = np.asarray(classifier.model(classifier.as_input(pixels)[None]))[0]
    assert list(said) == ["a", "b", "ç"]
    np.testing.assert_allclose(list(said.values()), expected, atol=1e-4 if size == "any" else 0.02)


def _orientation(number):
    exif = Image.Exif()
    exif[0x0112] = number
    return exif


def test_a_place_that_cannot_be_written_to_is_one_line(classifier, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=r"x\.example\.py cannot be written"):
        litert_example.write_example(tmp_path / "file" / "x.tflite", classifier.model)
