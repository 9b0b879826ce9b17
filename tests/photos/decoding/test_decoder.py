import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from catsex.errors import ImageError
from catsex.network import extract
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.images import read_image
from catsex.photos.layouts import reading
from catsex.photos.preprocessing import preprocess

y, x = np.mgrid[0:640, 0:960]
SHAPES = np.stack([x // 4, y // 3, 255 - x // 4], axis=-1).astype(np.uint8)


def twelve_bits(folder):
    """Write four grey photos of 12 bits into files of 16, and return the set."""
    for number, name in enumerate(["a/1", "a/2", "b/1", "b/2"]):
        (folder / name).parent.mkdir(exist_ok=True)
        values = (SHAPES[..., 0].astype(np.uint16) * 16 + 15) // (number + 1)
        tifffile.imwrite(folder / f"{name}.tif", values, metadata=None)
    return reading.read_photos(folder)


def test_the_usual_way_has_no_key_and_says_nothing():
    assert Decoder().key == "" and Decoder().to_json() == {}
    assert Decoder.from_json({}) == Decoder()


OTHERS = [
    Decoder({"uint16": (0.0, 4095.0)}),
    Decoder(strict=True),
    Decoder(reduce_to=448),
    Decoder(frame=2),
    Decoder(frame="max"),
    Decoder(bands=(4, 3, 2)),
]


@pytest.mark.parametrize("other", OTHERS)
def test_each_other_way_has_a_key_of_its_own_and_survives_json(other):
    keys = {way.key for way in (Decoder(), other, Decoder({"uint16": (0.0, 1023.0)}), Decoder(reduce_to=320))}
    assert len(keys) == 4
    assert Decoder.from_json(json.loads(json.dumps(other.to_json())), other.strict) == other


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"levels": []},
        {"levels": {"uint16": [5]}},
        {"levels": {"uint16": [5, 5]}},
        {"levels": {"uint16": ["a", "b"]}},
        {"reduce_to": 1},
        {"reduce_to": "448"},
        {"frame": -1},
        {"frame": "all"},
        {"bands": [1, 2]},
        {"bands": [0]},
    ],
)
def test_what_is_no_way_to_decode_is_an_error(said):
    with pytest.raises(ValueError, match="it says of its photos"):
        Decoder.from_json(said)


def test_the_range_of_12_bits_is_found_in_the_set_said_once_and_used(tmp_path, caplog):
    photos = twelve_bits(tmp_path)
    assert photos.decoder.levels == {"uint16": (0, 4095)}
    assert len(caplog.messages) == 1 and "4095 white; --levels 0 4095" in caplog.messages[0]
    np.testing.assert_allclose(photos.read(0)[..., 0], SHAPES[..., 0], atol=1)
    assert read_image(photos.paths[0]).max() < 17  # alone, nobody can know
    assert photos.subset(photos.labels == 1).decoder == photos.decoder


def test_a_large_jpeg_is_decoded_smaller_if_asked_and_nearly_the_same(tmp_path):
    for name in ("a/1", "b/1"):
        (tmp_path / name).parent.mkdir()
        Image.fromarray(SHAPES).save(tmp_path / f"{name}.jpg", quality=95)
    photos = reading.read_photos(tmp_path, reduce_to=200)
    data = photos.paths[0].read_bytes()
    pixels, full_size = photos.decoder.decode(data, "it")
    assert pixels.shape == (320, 480, 3) and full_size == (640, 960)
    fast = photos.prepare(0, data, (96, 96))
    exact = preprocess(photos.read(0), (96, 96))
    assert photos.read(0).shape == (640, 960, 3)
    assert 0 < np.abs(fast - exact).mean() * 127.5 < 1
    numbers = photos.numbers[0]
    np.testing.assert_allclose(numbers[6:], np.log([960, 640, 1.5]), rtol=1e-6)


def cut(folder):
    for name in ("a/1", "b/1"):
        (folder / name).parent.mkdir()
        Image.fromarray(SHAPES).save(folder / f"{name}.jpg", quality=95)
    path = folder / "b" / "1.jpg"
    path.write_bytes(path.read_bytes()[:-3000])


def test_a_photo_that_is_cut_off_is_used_and_named_or_refused_if_strict(tmp_path, caplog):
    cut(tmp_path)
    assert reading.read_photos(tmp_path).read(1).shape == (640, 960, 3)
    assert "1.jpg is damaged, and used as far as it is there" in caplog.text
    with pytest.raises(ImageError, match=r"1\.jpg is damaged"):
        reading.read_photos(tmp_path, strict=True).read(1)


@pytest.mark.slow
def test_each_way_of_decoding_has_features_of_its_own_in_the_cache(tmp_path, network, empty_cache):
    from catsex.network import frozen_part

    folder = tmp_path / "photos"
    folder.mkdir()
    cut(folder)
    model = frozen_part(network.model)
    usual = extract(model, reading.read_photos(folder))
    fast = extract(model, reading.read_photos(folder, reduce_to=300))
    again = extract(model, reading.read_photos(folder))
    assert np.array_equal(usual, again) and not np.array_equal(usual, fast)
    with pytest.raises(ImageError, match="damaged"):  # what is in the cache does not hide it
        extract(model, reading.read_photos(folder, strict=True))
