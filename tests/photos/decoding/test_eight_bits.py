import numpy as np
import pytest
from photo_files import (
    COLOURS,
    PROFILES,
    TIFFS,
    encode,
    profile,
    tiff,
)
from PIL import Image, features

from catsex.errors import ImageError
from catsex.photos.decoding.images import count_frames, decode_image, decode_reduced
from catsex.photos.preprocessing import preprocess

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


MUTED = (64 + COLOURS // 2).astype(np.uint8)  # within every one of these


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_frame_can_be_read(file_format):
    if file_format == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    colours = [(250, 20, 20), (20, 250, 20), (20, 20, 250)]
    frames = [Image.new("RGB", (32, 24), colour) for colour in colours]
    options = {"lossless": True} if file_format == "WEBP" else {}
    file = encode(frames[0], file_format, save_all=True, append_images=frames[1:], **options)
    assert count_frames(file, "photo") == 3
    for number, value in enumerate(colours):
        found = decode_image(file, "photo", frame=number)
        np.testing.assert_allclose(found.astype(int), np.full((24, 32, 3), value), atol=4)
    with pytest.raises(ImageError, match="photo holds 3 pictures; picture 4 is asked for"):
        decode_image(file, "photo", frame=3)


def test_the_default_picture_of_an_animation_is_not_counted():
    red, green, blue = (Image.new("RGB", (9, 7), name) for name in ("red", "lime", "blue"))
    file = encode(red, "PNG", save_all=True, append_images=[green, blue], default_image=True)
    assert count_frames(file, "photo") == 2
    assert decode_image(file, "photo", frame=1)[0, 0].tolist() == [0, 0, 255]


def test_pages_of_other_depths_can_be_read_too():
    planes = np.stack([TIFFS["planar"][0]] * 2)
    file = tiff(planes // np.array([1, 2], np.uint16).reshape(2, 1, 1, 1), photometric="rgb", planarconfig="separate")
    assert count_frames(file, "photo") == 2
    np.testing.assert_allclose(decode_image(file, "photo", frame=1).astype(float), COLOURS / 2, atol=1)


def test_a_photo_is_one_picture():
    assert count_frames(encode(COLOURS, "JPEG"), "photo") == count_frames(encode(COLOURS, "BMP"), "photo") == 1


def large(height, width):
    """Return a photo with detail of every size."""
    rng = np.random.default_rng(0)
    pixels = np.asarray(Image.fromarray(COLOURS).resize((width, height))).astype(float)
    for step in (1, 3, 10, 30):
        noise = rng.normal(0, 15, (-(-height // step), -(-width // step), 3))
        pixels += noise.repeat(step, axis=0).repeat(step, axis=1)[:height, :width]
    return pixels.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("at_least", "shape"),
    [(450, (450, 600)), (448, (450, 600)), (451, (900, 1200)), (5000, (900, 1200)), (100, (113, 150))],
)
def test_a_large_jpeg_is_decoded_to_no_less_than_is_asked_for(at_least, shape):
    pixels = np.asarray(Image.fromarray(COLOURS).resize((1200, 900)))
    found, full_size = decode_reduced(encode(pixels, "JPEG"), "photo", at_least)
    assert found.shape == (*shape, 3) and full_size == (900, 1200)
    expected = np.asarray(Image.fromarray(pixels).resize(shape[::-1], Image.Resampling.BOX))
    assert np.abs(found.astype(float) - expected).mean() < 3


def test_it_is_upright_and_in_its_colours_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"quality": 95, "exif": exif, "icc_profile": profile(PROFILES["Display P3"])[0]}
    file = encode(Image.fromarray(MUTED).resize((1200, 900)), "JPEG", **options)
    found, full_size = decode_reduced(file, "photo", 400)
    expected = np.asarray(Image.fromarray(decode_image(file, "photo")).resize((450, 600), Image.Resampling.BOX))
    assert found.shape == (600, 450, 3) and full_size == (1200, 900)
    assert np.abs(found.astype(float) - expected).mean() < 2


@pytest.mark.parametrize("shape", [(1000, 920), (1001, 923), (1600, 1200)])
def test_what_the_network_sees_of_it_is_nearly_the_whole_photo(shape):
    file = encode(large(*shape), "JPEG", quality=95)
    whole = preprocess(decode_image(file, "photo"))
    pixels, full_size = decode_reduced(file, "photo", 448)
    assert full_size == shape and pixels.shape[0] < shape[0] / 1.9
    near, plain = (np.abs(preprocess(pixels, full_size=s) - whole).mean() * 127.5 for s in (full_size, None))
    assert near < 1 and near < plain / 2


def test_only_jpegs_are_decoded_to_a_part_of_their_size():
    found, full_size = decode_reduced(encode(large(900, 1200), "PNG"), "photo", 100)
    assert found.shape == (900, 1200, 3) and full_size == (900, 1200)
