import io
import itertools
import os
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image
from skimage.transform import resize

from catsex import files
from catsex.errors import ImageError
from catsex.photos import preprocessing
from catsex.photos.decoding import images, notices

# Pytest shows what `images` hides from users: Pillow's remarks on the files that these tests damage.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")

FORMATS = ["jpg", "png", "gif", "webp", "tiff", "bmp"]


def noise(height=40, width=60, seed=0, channels=3):
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def smooth(height=48, width=64):
    """Pixels that survive lossy compression."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 3, y * 4, 255 - x * 2], axis=-1).astype(np.uint8)


def encode(image, file_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def png(width, height, *, bits=8, colour_type=0, data=b""):
    """Return a PNG file with these lines in it (grey 0, RGB 2, grey and alpha 4, RGBA 6)."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def over_white(pixels, alpha):
    share = np.asarray(alpha, float)[..., None] / 255
    return pixels * share + 255 * (1 - share)


def reference(pixels, size=(224, 224)):
    """Return what the tutorial computes, in float64: Keras' scaling, then skimage's resize."""
    from keras.applications.mobilenet_v2 import preprocess_input

    return resize(preprocess_input(pixels.astype(np.float64)), size)


# ---- preprocess ----


def test_every_cat_becomes_what_skimage_and_keras_make_of_it(real_cats):
    from keras.applications.mobilenet_v2 import preprocess_input

    for path in real_cats.paths:
        expected = resize(preprocess_input(iio.imread(path)), (224, 224))
        np.testing.assert_allclose(preprocessing.preprocess(images.read_image(path)), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_photos_of_any_shape_become_what_skimage_and_keras_make_of_them(seed):
    rng = np.random.default_rng(seed)
    for _ in range(20):
        height, width = np.exp(rng.uniform(0, np.log(600), 2)).astype(int)
        size = tuple(int(side) for side in np.exp(rng.uniform(0, np.log(300), 2)))
        pixels = noise(height, width, seed)
        np.testing.assert_allclose(
            preprocessing.preprocess(pixels, size),
            reference(pixels, size),
            rtol=0,
            atol=1e-6,
            err_msg=f"{pixels.shape} {size}",
        )


@pytest.mark.parametrize("shape", [(2448, 1836), (1, 1), (1, 500), (500, 1), (224, 224), (223, 225), (2, 3000)])
def test_photos_of_extreme_shapes_do_too(shape):
    pixels = noise(*shape)
    np.testing.assert_allclose(preprocessing.preprocess(pixels), reference(pixels), rtol=0, atol=1e-6)


def test_preprocess_gives_float32_from_minus_one_to_one():
    result = preprocessing.preprocess(np.stack([np.zeros((9, 9)), np.full((9, 9), 255)] * 2, axis=-1)[..., :3], (5, 7))
    assert result.shape == (5, 7, 3) and result.dtype == np.float32
    np.testing.assert_allclose(result[..., 0], -1, atol=1e-6)
    np.testing.assert_allclose(result[..., 1], 1, atol=1e-6)
    assert np.abs(preprocessing.preprocess(noise())).max() <= 1 + 1e-6


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("size", [(224, 224), (40, 60), (10, 10)])
def test_preprocess_never_changes_its_argument(dtype, size):
    pixels = noise().astype(dtype)
    before = pixels.copy()
    pixels.flags.writeable = False
    result = preprocessing.preprocess(pixels, size)
    np.testing.assert_array_equal(pixels, before)
    result += 1  # nor is the result a view of it
    np.testing.assert_array_equal(pixels, before)


def test_preprocess_takes_views_with_any_strides():
    pixels = noise()
    np.testing.assert_array_equal(
        preprocessing.preprocess(pixels[::-2, ::3]), preprocessing.preprocess(pixels[::-2, ::3].copy())
    )


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 4), (2, 40, 60, 3), (0, 60, 3), (40, 0, 3)])
def test_preprocess_says_what_shape_it_expects(shape):
    with pytest.raises(ImageError, match=r"\(height, width, 3\), got \("):
        preprocessing.preprocess(np.zeros(shape))


# ---- read_image: what a photo may be ----


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_read_by_a_process_that_has_read_nothing_else(tmp_path, suffix):
    path = tmp_path / f"photo.{suffix}"
    Image.fromarray(smooth()).save(path)
    program = "import sys; from catsex.photos.decoding.images import read_image; print(read_image(sys.argv[1]).shape)"
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert done.stdout == "(48, 64, 3)\n", done.stderr


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_pixels_that_imageio_reads(tmp_path, suffix):
    path = tmp_path / f"photo.{suffix}"
    Image.fromarray(smooth()).save(path)
    pixels = images.read_image(path)
    assert pixels.dtype == np.uint8 and pixels.shape == (48, 64, 3)
    np.testing.assert_array_equal(pixels, iio.imread(path, index=0))
    assert pixels.flags.writeable


UPRIGHT = {  # EXIF 2.32, tag 0x0112: how the stored rows and columns lie
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: np.rot90(p, -1),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: np.rot90(p, 1),
}


@pytest.mark.parametrize("orientation", [*UPRIGHT, 0, 9])
@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_photos_are_upright(orientation, file_format):
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}.get(file_format, {})
    pixels = smooth()
    found = images.decode_image(encode(Image.fromarray(pixels), file_format, exif=exif, **options), "photo")
    expected = UPRIGHT.get(orientation, UPRIGHT[1])(pixels)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.astype(int), expected, atol=8 if file_format == "JPEG" else 0)


def test_a_photo_with_damaged_metadata_is_still_a_photo():
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x011A] = 6, "a description", 72.0
    exif.get_ifd(0x8769)[0x9003] = "2020:01:01 00:00:00"
    whole, image, rng = exif.tobytes(), Image.fromarray(smooth()), np.random.default_rng(0)
    for _ in range(1000):
        damaged = bytearray(whole)
        for place in rng.integers(6, len(whole), 4):
            damaged[place] = rng.integers(0, 256)
        assert sorted(images.decode_image(encode(image, "JPEG", exif=bytes(damaged)), "photo").shape) == [3, 48, 64]


def test_grey_photos_get_three_equal_channels():
    grey = smooth()[..., 0]
    for mode, expected in (("L", grey), ("1", (grey > 127) * 255)):
        found = images.decode_image(encode(Image.fromarray(grey).convert(mode, dither=0), "PNG"), "photo")
        np.testing.assert_array_equal(found, np.stack([expected] * 3, axis=-1))


def transparent_images():
    """Yield (what, file, expected pixels)."""
    pixels, alpha = smooth(), np.tile(np.arange(64, dtype=np.uint8) * 4, (48, 1))
    rgba, grey = np.dstack([pixels, alpha]), pixels[..., 0]
    yield "RGBA PNG", encode(Image.fromarray(rgba), "PNG"), over_white(pixels, alpha)
    yield "RGBA TIFF", encode(Image.fromarray(rgba), "TIFF"), over_white(pixels, alpha)
    yield "RGBA WebP", encode(Image.fromarray(rgba), "WEBP", lossless=True, exact=True), over_white(pixels, alpha)
    la = Image.merge("LA", [Image.fromarray(grey), Image.fromarray(alpha)])
    yield "LA PNG", encode(la, "PNG"), over_white(np.dstack([grey] * 3), alpha)

    palette = Image.fromarray(np.repeat(np.arange(4, dtype=np.uint8), 12)[:, None].repeat(64, axis=1), "P")
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]], np.uint8)
    palette.putpalette(colours.tobytes())
    index = np.asarray(palette)
    see_through = np.array([255, 128, 0, 255], np.uint8)
    yield (
        "palette, alpha",
        encode(palette, "PNG", transparency=bytes(see_through)),
        over_white(colours, see_through)[index],
    )
    for file_format in ("PNG", "GIF"):
        expected = np.where((index == 2)[..., None], 255, colours[index])
        yield f"palette {file_format}, a colour", encode(palette, file_format, transparency=2), expected
    blocks = Image.fromarray(colours[index])
    expected = np.where((index == 1)[..., None], 255, colours[index])
    yield "RGB, a colour", encode(blocks, "PNG", transparency=(0, 255, 0)), expected
    steps = (index * 50).astype(np.uint8)
    expected = np.where((index == 3)[..., None], 255, np.dstack([steps] * 3))
    yield "grey, a level", encode(Image.fromarray(steps), "PNG", transparency=150), expected


@pytest.mark.parametrize(("file", "expected"), [pytest.param(*case, id=what) for what, *case in transparent_images()])
def test_transparency_is_laid_over_white(file, expected):
    np.testing.assert_allclose(images.decode_image(file, "photo").astype(int), expected, atol=1)


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_cmyk_photos_get_their_colours(file_format):
    pixels = smooth()
    file = encode(Image.fromarray(pixels).convert("CMYK"), file_format)
    assert Image.open(io.BytesIO(file)).mode == "CMYK"
    np.testing.assert_allclose(images.decode_image(file, "photo").astype(int), pixels, atol=12)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
@pytest.mark.parametrize("dtype", ["<u2", ">u2"])
def test_16_bit_grey_is_scaled_and_not_cut_off(file_format, dtype):
    values = np.linspace(0, 65535, 3000).round().astype(np.uint16).reshape(50, 60)
    if file_format == "PNG":
        lines = b"".join(b"\0" + line.astype(">u2").tobytes() for line in values)
        file = png(60, 50, bits=16, data=lines)
    else:
        file = encode(Image.fromarray(values.astype(dtype)), "TIFF")
    found = images.decode_image(file, "photo")
    np.testing.assert_array_equal(found, np.dstack([np.floor(values / 257 + 0.5)] * 3))


@pytest.mark.parametrize(("colour_type", "channels"), [(2, 3), (4, 2), (6, 4)], ids=["RGB", "LA", "RGBA"])
def test_16_bit_colour_is_scaled_and_not_cut_off(colour_type, channels):
    values = np.random.default_rng(0).integers(0, 65536, (20, 30, channels)).astype(np.uint16)
    lines = b"".join(b"\0" + line.astype(">u2").tobytes() for line in values)
    found = images.decode_image(png(30, 20, bits=16, colour_type=colour_type, data=lines), "photo")
    rounded = values / 257
    colours = rounded[..., :3] if channels > 2 else np.dstack([rounded[..., 0]] * 3)
    expected = colours if channels == 3 else over_white(colours, rounded[..., -1])
    np.testing.assert_allclose(found.astype(int), expected, atol=2)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_pixels_of_unknown_range_are_refused(mode):
    values = np.full((9, 9), 1e6)
    image = Image.fromarray(values.astype(np.int32 if mode == "I" else np.float32))
    with pytest.raises(ImageError, match=r"scan\.tif has (32-bit|floating-point) pixels; save it"):
        images.decode_image(encode(image, "TIFF"), "scan.tif")


@pytest.mark.parametrize("file_format", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_an_animation_the_first_frame_is_read_and_said_once(file_format, caplog, monkeypatch):
    monkeypatch.setattr(notices, "_said", set())
    colours = [(250, 20, 20), (20, 250, 20), (20, 20, 250)]
    frames = [Image.new("RGB", (32, 24), colour) for colour in colours]
    options = {"lossless": True} if file_format == "WEBP" else {}
    file = encode(frames[0], file_format, save_all=True, append_images=frames[1:], **options)
    assert Image.open(io.BytesIO(file)).n_frames == 3
    for name in ("photo", "other"):
        np.testing.assert_array_equal(images.decode_image(file, name), np.full((24, 32, 3), colours[0]))
    assert caplog.messages == ["photo holds 3 pictures; the first is read, --frames all, N, max or mean reads others"]
    images.decode_image(file, "photo", frame=1)


# ---- read_image: what a photo may not be ----


@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_truncated_photo_is_an_error_that_names_it(tmp_path, suffix, share):
    whole, path = tmp_path / f"whole.{suffix}", tmp_path / f"f07.{suffix}"
    Image.fromarray(noise(80, 90)).save(whole)
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
    with pytest.raises(ImageError, match=rf"f07\.{suffix} is damaged or cut off"):
        images.read_image(path, strict=True)
    if share > 0.5 and suffix in ("jpg", "png", "gif", "webp", "tiff", "bmp"):
        assert images.read_image(path).shape == (80, 90, 3)
        return
    with pytest.raises(ImageError, match=rf"f07\.{suffix} is damaged or cut off"):
        images.read_image(path)


def test_a_damaged_photo_is_never_anything_but_an_error():
    rng = np.random.default_rng(0)
    for file_format in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"):
        whole = encode(Image.fromarray(noise(30, 30)), file_format)
        for _ in range(100):
            damaged = bytearray(whole)
            for place in rng.integers(0, min(len(whole), 300), 5):
                damaged[place] = rng.integers(0, 256)
            try:
                assert images.decode_image(bytes(damaged), "photo").shape[2] == 3
            except ImageError as error:
                assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"f07\.jpg is empty"),
        (b"This is text.\n" * 50, r"f07\.jpg is not an image \(JPEG, .*are read\)"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not an image"),
        (png(30_000, 30_000), r"f07\.jpg has too many pixels; the limit is 100 million"),
        (png(12_000, 12_000), r"f07\.jpg has 12000 x 12000 pixels; the limit"),
        (png(90_000_000, 1), r"f07\.jpg has 90000000 x 1 pixels; the limit"),
        (png(1, 90_000_000), r"f07\.jpg has 1 x 90000000 pixels; the limit"),
    ],
    ids=["empty", "text", "postscript", "huge", "large", "wide", "tall"],
)
def test_what_is_no_photo_is_an_error_that_names_it(tmp_path, content, message):
    path = tmp_path / "f07.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=message) as caught:
        images.read_image(path)
    assert "\n" not in str(caught.value)


def test_a_folder_is_an_error_and_leaves_no_file_open(tmp_path):
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else None
    for _ in range(5):
        with pytest.raises(ImageError, match="is a folder, not a photo"):
            images.read_image(tmp_path)
    if before is not None:
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_pipe_is_an_error_and_not_a_wait(tmp_path):
    os.mkfifo(tmp_path / "f07.jpg")
    with pytest.raises(ImageError, match=r"f07\.jpg is not a regular file"):
        images.read_image(tmp_path / "f07.jpg")


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nowhere", r"no such photo: .*f07\.jpg"),
        ("f07.jpg", r"f07\.jpg cannot be read: Too many levels of symbolic links"),
        ("/dev/zero", r"f07\.jpg is not a regular file"),
        (".", r"f07\.jpg is a folder"),
    ],
)
def test_a_link_that_leads_to_no_photo_is_an_error_that_names_it(tmp_path, target, message):
    (tmp_path / "f07.jpg").symlink_to(target if target.startswith("/") else tmp_path / target)
    with pytest.raises(ImageError, match=message):
        images.read_image(tmp_path / "f07.jpg")


def test_a_photo_that_may_not_be_read_is_an_error_that_names_it(tmp_path, monkeypatch):
    (tmp_path / "f07.jpg").write_bytes(encode(Image.fromarray(smooth()), "JPEG"))
    (tmp_path / "f07.jpg").chmod(0)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)  # from where even those can open it who may not come here by its whole name
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read anything
    try:
        with pytest.raises(ImageError, match=r"f07\.jpg cannot be read: Permission denied"):
            images.read_image("f07.jpg")
    finally:
        os.seteuid(user)


def test_a_photo_that_changes_while_it_is_read_is_a_photo_or_an_error(tmp_path):
    path, stop = tmp_path / "f07.jpg", threading.Event()
    rng = np.random.default_rng(0)
    photos = [encode(Image.fromarray(rng.integers(0, 256, (size, size, 3), np.uint8)), "JPEG") for size in (50, 300)]
    path.write_bytes(photos[0])

    def change():
        for number in itertools.count():
            path.write_bytes(photos[number % 2])  # in place: cut off to nothing, then written anew
            if stop.is_set():
                return

    outcomes = Counter()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(change)
        # At least 500 times, and on a machine so busy that the reader always comes too early, until it does not.
        while outcomes.total() < 500 or (outcomes.total() == outcomes["refused"] < 50_000):
            try:
                outcomes[images.read_image(path).shape] += 1
            except ImageError as error:
                assert "f07.jpg" in str(error)
                outcomes["refused"] += 1
        stop.set()
    assert set(outcomes) <= {(50, 50, 3), (300, 300, 3), "refused"}
    assert outcomes["refused"] < outcomes.total()


def test_a_missing_photo_is_an_error_that_names_it(tmp_path):
    with pytest.raises(ImageError, match=r"no such photo: .*f07\.jpg"):
        images.read_image(tmp_path / "f07.jpg")
    with pytest.raises(ImageError, match="cannot be read"):
        images.read_image("a\0b.jpg")


def test_a_file_that_is_far_too_large_is_not_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(images, "MAX_BYTES", 2**20)
    with open(tmp_path / "f07.jpg", "wb") as file:
        file.truncate(2**20 + 1)
    with pytest.raises(ImageError, match=r"f07\.jpg is larger than 1 MB"):
        images.read_image(tmp_path / "f07.jpg")


@pytest.mark.parametrize(
    ("name", "shown"), [("a\nb.jpg", r"a\nb.jpg"), (b"\xff.jpg", r"\udcff.jpg"), ("Käthe 猫.jpg", "Käthe 猫.jpg")]
)
def test_any_name_is_shown_as_one_printable_line(tmp_path, name, shown):
    assert files.show(name) == shown
    folder = os.fsencode(tmp_path) if isinstance(name, bytes) else os.fspath(tmp_path)
    with pytest.raises(ImageError) as caught:
        images.read_image(os.path.join(folder, name))
    str(caught.value).encode()
    assert "\n" not in str(caught.value)


def test_reading_in_many_threads_leaves_warnings_as_they_were():
    file = encode(Image.fromarray(smooth()), "JPEG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: images.decode_image(file, "photo"), range(2000)))
    assert warnings.filters == before


def test_odd_metadata_warns_nobody(tmp_path):
    Image.fromarray(noise()).save(tmp_path / "odd.jpg", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")
    with pytest.warns(UserWarning, match="Corrupt EXIF"), Image.open(tmp_path / "odd.jpg") as photo:
        photo.getexif()
    program = "import sys; from catsex.photos.decoding.images import read_image; read_image(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", program, tmp_path / "odd.jpg"], capture_output=True, check=True
    )
    assert done.stderr == b""
