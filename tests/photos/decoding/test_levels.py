"""What is black and white in a set of photos whose files do not say."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image, read_image
from catsex.photos.decoding.levels import find_levels

y, x = np.mgrid[0:24, 0:32]
SHAPES = np.stack([x * 8, y * 10, 255 - x * 8], axis=-1)  # 0 to 255
GREY = SHAPES[..., 0]


def save_tiff(path, values, **options):
    tifffile.imwrite(path, values, metadata=None, **options)
    return path


def save_png16(path, values):
    """Write RGB of 16 bits, which Pillow cannot."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path


def messages(caplog):
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_values_of_fewer_bits_in_files_of_16_are_scaled_by_the_brightest_photo(bits, tmp_path, caplog):
    highest = 2**bits - 1
    bright = save_tiff(tmp_path / "bright.tif", (GREY * (highest / 255)).astype(np.uint16))
    dark = save_tiff(tmp_path / "dark.tif", (GREY * (highest / 255) / 8).astype(np.uint16))
    levels = find_levels([dark, bright])
    assert levels == {"uint16": (0, highest)}
    assert len(messages(caplog)) == 1 and f"{highest} white" in messages(caplog)[0]
    np.testing.assert_allclose(read_image(bright, levels=levels)[..., 0], GREY, atol=1)
    np.testing.assert_allclose(read_image(dark, levels=levels)[..., 0], GREY / 8, atol=1)
    assert read_image(bright)[..., 0].max() <= 256 >> (16 - bits)  # without the set, nobody can know


def test_colours_of_12_bits_in_files_of_16_keep_their_steps(tmp_path):
    values = (SHAPES * (4095 / 255)).astype(np.uint16)
    paths = [
        save_png16(tmp_path / "a.png", values),
        save_tiff(tmp_path / "b.tif", values, photometric="rgb"),
        save_tiff(tmp_path / "c.tif", values, photometric="rgb", byteorder=">"),
        save_tiff(tmp_path / "d.tif", values, photometric="rgb", compression="zlib"),
        save_tiff(tmp_path / "e.tif", np.moveaxis(values, -1, 0), photometric="rgb", planarconfig="separate"),
    ]
    levels = find_levels(paths)
    assert levels == {"uint16": (0, 4095)}
    for path in paths:
        np.testing.assert_allclose(read_image(path, levels=levels), SHAPES, atol=1, err_msg=path.name)


def test_colours_of_16_bits_are_the_same_photo_with_levels_as_without(tmp_path):
    """A fourth channel without a meaning, an orientation, one in XMP only: the second way must not forget them."""
    values = (SHAPES * 257).astype(np.uint16)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    turned = {"extratags": [(274, 3, 1, 6, True)]}
    paths = [
        save_tiff(tmp_path / "a.tif", values, photometric="rgb", **turned),
        save_tiff(tmp_path / "b.tif", values, photometric="rgb", extratags=[(700, 1, len(xmp), xmp, True)]),
        save_tiff(tmp_path / "c.tif", np.dstack([values, values[..., 0]]), photometric="rgb", extrasamples=[0]),
        save_tiff(tmp_path / "d.tif", np.dstack([values, values[..., 0]]), photometric="rgb", extrasamples=[2]),
        save_png16(tmp_path / "e.png", values),
    ]
    for path in paths:
        plain, scaled = read_image(path), read_image(path, levels={"uint16": (0, 65535)})
        assert plain.shape == scaled.shape, path.name
        np.testing.assert_allclose(plain.astype(int), scaled, atol=1, err_msg=path.name)


def test_one_photo_that_uses_16_bits_is_enough(tmp_path, caplog):
    save_tiff(tmp_path / "a.tif", np.full((9, 9), 1000, np.uint16))
    save_tiff(tmp_path / "b.tif", np.full((9, 9), 40_000, np.uint16))
    assert find_levels(sorted(tmp_path.iterdir())) == {} and not caplog.records


def test_floating_point_values_are_scaled_from_the_set_s_smallest_to_its_largest(tmp_path, caplog):
    paths = [
        save_tiff(tmp_path / "a.tif", (GREY / 255 * 300 - 100).astype(np.float32)),
        save_tiff(tmp_path / "b.tif", np.array([[-100.0, 200.0, np.nan, 50.0]], np.float32)),
    ]
    with pytest.raises(ImageError, match=r"a\.tif has floating-point pixels; save it .*from -100 to "):
        read_image(paths[0])
    levels = find_levels(paths)
    assert levels == {"float32": (-100, 200)} and "-100 is black, 200 white" in messages(caplog)[0]
    np.testing.assert_allclose(read_image(paths[0], levels=levels)[..., 0], GREY, atol=1)
    np.testing.assert_array_equal(read_image(paths[1], levels=levels)[0, :, 0], [0, 255, 0, 128])


def test_whole_numbers_of_32_bits_too(tmp_path):
    path = save_tiff(tmp_path / "a.tif", (GREY * 100_000 - 7).astype(np.int32))
    levels = find_levels([path])
    assert levels == {"int32": (-7, GREY.max() * 100_000 - 7)}
    np.testing.assert_allclose(read_image(path, levels=levels)[..., 0], GREY * (255 / GREY.max()), atol=1)


def test_what_a_file_declares_is_not_for_the_set_to_say(tmp_path):
    tags = [(340, 3, 1, 0, True), (341, 3, 1, 2550, True)]
    path = save_tiff(tmp_path / "a.tif", (GREY * 10).astype(np.uint16), extratags=tags)
    assert find_levels([path]) == {}
    for levels in (None, {"uint16": (0, 65535)}):
        np.testing.assert_allclose(read_image(path, levels=levels)[..., 0], GREY, atol=1)


@pytest.mark.filterwarnings("ignore:(Corrupt EXIF data|Truncated File Read)")
def test_photos_of_8_bits_and_what_cannot_be_read_are_passed_over(tmp_path, caplog):
    Image.fromarray(SHAPES.astype(np.uint8)).save(tmp_path / "a.jpg")
    Image.fromarray(SHAPES.astype(np.uint8)).save(tmp_path / "b.png")
    Image.fromarray(SHAPES.astype(np.uint8)).save(tmp_path / "c.tif")
    save_tiff(tmp_path / "e.tif", (GREY / 255).astype(np.float32))
    (tmp_path / "f.tif").write_bytes((tmp_path / "e.tif").read_bytes()[:200])
    (tmp_path / "g.txt").write_text("text")
    assert find_levels([*sorted(tmp_path.iterdir()), tmp_path / "none.tif"]) == {} and not caplog.records


def test_levels_change_nothing_in_photos_of_8_bits():
    levels = {"uint16": (0, 1023), "float32": (0, 7)}
    for file_format in ("PNG", "TIFF", "JPEG", "BMP"):
        buffer = io.BytesIO()
        Image.fromarray(SHAPES.astype(np.uint8)).save(buffer, file_format)
        content = buffer.getvalue()
        np.testing.assert_array_equal(decode_image(content, "a", levels=levels), decode_image(content, "a"))


def test_nor_in_what_another_library_decodes():
    pillow_heif = pytest.importorskip("pillow_heif")
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(SHAPES.astype(np.uint8))).save(buffer)
    content = buffer.getvalue()
    np.testing.assert_array_equal(decode_image(content, "a", levels={"uint16": (0, 9)}), decode_image(content, "a"))


def noted(number, kind, count, value):
    return {"extratags": [(number, kind, count, value, True)]}


LARGE = np.stack([x, y, 31 - x], axis=-1).repeat(4, axis=0).repeat(4, axis=1).astype(np.uint16) * 8  # (96, 128, 3)


def spoiled(values, value, rows=slice(0, 9), columns=slice(None)):
    values = values.copy()
    values[rows, columns] = value
    return values


FLOATS = (LARGE[..., 0] / 255).astype(np.float32)
RANGES = {  # values, how they are written, what is found
    "near infrared": (np.dstack([LARGE, LARGE[..., 0]]) * 16, {"photometric": "rgb", "extrasamples": [0]}, 4095),
    "alpha": (
        np.dstack([LARGE * 16, LARGE[..., :1] * 0 + 65535]),
        {"photometric": "rgb", "extrasamples": [2]},
        4095,
    ),
    "premultiplied": (
        np.dstack([LARGE * 16, LARGE[..., :1] * 0 + 65535]),
        {"photometric": "rgb", "extrasamples": [1]},
        4095,
    ),
    "a scale bar": (spoiled(LARGE * 16, 65535, slice(90, 94), slice(90, 120)), {"photometric": "rgb"}, 4095),
    "hot pixels": (spoiled(LARGE * 16, 65535, 5, slice(5, 7)), {"photometric": "rgb"}, 4095),
    "nodata": (spoiled(LARGE[..., 0] * 16, 65535), noted(42113, "s", 0, "65535"), 4095),
    "signed": ((LARGE[..., 0] * 128).astype(np.int16), {}, None),
    "signed, nodata": (
        spoiled((LARGE[..., 0] * 128).astype(np.int16), -32768),
        noted(42113, "s", 0, "-32768"),
        None,
    ),
    "floats, nodata": (spoiled(FLOATS, -9999), noted(42113, "s", 0, "-9999"), 1),
    "floats, -9999": (spoiled(FLOATS, -9999), {}, 1),
    "one float of 1e6": (spoiled(FLOATS, 1e6, 5, 5), {}, 1),
    "NaN": (spoiled(FLOATS, np.nan), {}, None),
}


@pytest.mark.parametrize(("values", "options", "white"), RANGES.values(), ids=RANGES)
def test_outliers_transparency_and_what_was_not_measured_decide_nothing(values, options, white, tmp_path, caplog):
    path = save_tiff(tmp_path / "a.tif", values, **options)
    levels = find_levels([path])
    assert [pair[1] for pair in levels.values()] in ([] if white is None else [white], [] if white == 1 else [white])
    channels = values[..., :3] if values.ndim == 3 else np.dstack([values] * 3)
    top = white or {"i": 32767, "f": 1}[values.dtype.kind]
    rest = (channels >= 0) & (channels <= top)
    expected = np.where(rest, channels / top * 255, 0)
    found = read_image(path, levels=levels).astype(int)
    np.testing.assert_allclose(found[rest], expected[rest], atol=1)
    if "nodata" in str(options) or options.get("extratags"):
        assert (found[~rest] == 0).all()
    assert sum("levels" in said for said in messages(caplog)) == bool(levels)


def test_both_ends_are_found_where_the_lowest_is_far_from_zero(tmp_path, caplog):
    path = save_tiff(tmp_path / "a.tif", LARGE[..., 0] * 16 + 32768)
    levels = find_levels([path])
    assert levels == {"uint16": (32768, 32768 + 16 * LARGE[..., 0].max())}
    assert "32768 is black, 36736 white; --levels 32768 36736 fixes it" in messages(caplog)[0]
    assert read_image(path, levels=levels).std() > 60


def test_the_range_is_that_of_all_frames_if_all_are_read(tmp_path):
    path = save_tiff(tmp_path / "a.tif", np.stack([LARGE[..., 0] * 2, LARGE[..., 0] * 16]), photometric="minisblack")
    assert find_levels([path]) == {"uint16": (0, 1023)}
    for frame in ("all", "max", "mean"):
        assert find_levels([path], frame) == {"uint16": (0, 4095)}
    assert find_levels([path], 1) == {"uint16": (0, 4095)}
