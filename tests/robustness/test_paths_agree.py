"""Whatever way a photo takes to the network, it sees the same: in training, from the cache, when predicting."""

import io

import keras
import numpy as np
import pytest
from PIL import Image

from catsex.network import training
from catsex.network.model import attach_classifier
from catsex.photos import preprocessing
from catsex.photos.decoding import images
from catsex.prediction import saving
from catsex.prediction.examining import classify
from catsex.prediction.predictor import load_predictor
from catsex.pretrained import weights

pytestmark = pytest.mark.slow


def content(mode, orientation, file_format):
    """Return a photo in a file: coarse patches, which no rotation or mode leaves as they are."""
    rng = np.random.default_rng(0)
    patches = rng.integers(0, 256, (5, 7, 4), dtype=np.uint8).repeat(30, axis=0).repeat(30, axis=1)  # (150, 210, 4)
    if mode == "I;16":
        image = Image.fromarray(patches[:, :, 0].astype(np.uint16) * 257)
    elif mode == "P":
        image = Image.fromarray(patches[:, :, :3]).quantize(20)
    elif mode == "LA":
        image = Image.fromarray(patches[:, :, :2], mode="LA")
    else:
        image = Image.fromarray(patches, mode="RGBA").convert(mode)
    exif = Image.Exif()
    exif[274] = orientation
    file = io.BytesIO()
    image.save(file, format=file_format, exif=exif)
    return file.getvalue()


CASES = [("RGB", orientation, "JPEG") for orientation in range(1, 9)]
CASES += [(mode, 6, "PNG") for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")] + [("CMYK", 6, "JPEG")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modes")
    for mode, orientation, file_format in CASES:
        name = f"{mode.replace(';', '')}-{orientation}.{file_format.lower()}"
        (folder / name).write_bytes(content(mode, orientation, file_format))
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_way_to_the_network_gives_the_same_answer(real_weights, folder, tmp_path):
    keras.utils.set_random_seed(0)
    model = attach_classifier(weights.load_mobilenet(real_weights).model)
    paths = sorted(folder.iterdir())
    assert len(paths) == len(CASES)

    data = np.stack([preprocessing.preprocess(images.read_image(path)) for path in paths])
    as_the_lesson_does = model.predict(data, verbose=0)
    streamed = training.predict(model, paths, cache=False)
    cached = [training.predict(model, paths) for _ in range(2)]
    saving.save(model, tmp_path / "model.keras", ["a", "b"])
    classifier = load_predictor(tmp_path / "model.keras")
    predicted = [prediction for _, _, prediction in classify(classifier, paths)]
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    raw = [np.asarray(loaded(images.read_image(path)[None]))[0] for path in paths]

    assert np.ptp(as_the_lesson_does[:, 0]) > 0.01
    for other in (streamed, *cached, predicted, raw):
        np.testing.assert_allclose(other, as_the_lesson_does, atol=1e-4)


def test_the_eight_orientations_are_one_photo_turned(folder):
    upright = images.read_image(folder / "RGB-1.jpeg").astype(int)
    shapes = {images.read_image(folder / f"RGB-{turn}.jpeg").shape for turn in range(1, 9)}
    assert shapes == {upright.shape, (upright.shape[1], upright.shape[0], 3)}
    turned = {images.read_image(folder / f"RGB-{turn}.jpeg").tobytes() for turn in range(1, 9)}
    assert len(turned) == 8
