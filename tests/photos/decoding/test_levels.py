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
    assert len(messages(caplog)) == 1 and f"{highest} as white" in messages(caplog)[0]
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
    assert levels == {"float32": (-100, 200)} and "from -100 to 200" in messages(caplog)[0]
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
