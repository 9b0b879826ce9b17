import io
import struct
import zlib

import numpy as np
import pytest
from photo_files import (
    ALPHA,
    COLOURS,
    GREY,
    HEIGHT,
    PROFILES,
    SRGB,
    WIDTH,
    assert_shows,
    by_hand,
    encode,
    over_white,
    png,
    profile,
    three,
    tiff,
)
from PIL import Image, ImageCms, features

from catsex.photos.decoding import colour
from catsex.photos.decoding.images import decode_image

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


@pytest.mark.parametrize("order", ["II", "MM"])
@pytest.mark.parametrize("factor", [1, 257])
def test_a_palette_may_be_written_with_8_bits_instead_of_16(order, factor):
    palette = Image.fromarray(COLOURS).quantize(32)
    colours = np.zeros((256, 3), int)
    given = np.array(palette.getpalette()).reshape(-1, 3)
    colours[: len(given)] = given
    tags = {258: (8,), 262: (3,), 277: (1,), 320: tuple(int(v) * factor for v in colours.T.reshape(-1))}
    assert_shows(by_hand(order, palette.tobytes(), tags), colours[np.asarray(palette)])


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("extra", [{}, {338: (0,)}], ids=["undeclared", "unspecified"])
def test_a_fourth_channel_that_is_not_alpha_is_left_out(bits, extra):
    pixels = np.dstack([COLOURS, np.zeros_like(GREY)])
    pixels = pixels if bits == 8 else pixels.astype("<u2") * 257
    file = by_hand("II", pixels.tobytes(), {258: (bits,) * 4, 262: (2,), 277: (4,)} | extra)
    assert_shows(file, COLOURS)


@pytest.mark.parametrize("alpha", [1, 2], ids=["associated", "unassociated"])
@pytest.mark.parametrize("bits", [8, 16])
def test_grey_with_alpha(bits, alpha):
    grey = GREY if alpha == 2 else (GREY * (ALPHA / 255)).round().astype(np.uint8)
    pixels = np.dstack([grey, ALPHA])
    pixels = pixels if bits == 8 else pixels.astype(">u2") * 257
    file = by_hand("MM", pixels.tobytes(), {258: (bits,) * 2, 262: (1,), 277: (2,), 338: (alpha,)})
    assert_shows(file, over_white(three(GREY), ALPHA), mean=1)


def test_cie_lab_needs_no_profile():
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    image = ImageCms.applyTransform(Image.fromarray(MUTED), to_lab)
    image.info.clear()
    assert_shows(encode(image, "TIFF"), MUTED, mean=2)


def test_white_on_transparency_is_laid_over_black_and_said_once_in_a_folder(caplog):
    file = encode(np.dstack([np.full_like(COLOURS, 255), ALPHA]), "PNG")
    for name in ("a/drawing.png", "a/drawing.png", "a/another.png", "b/drawing.png"):
        assert_shows(file, three(ALPHA), name=name)
    said = "white on a transparent background, and so laid over black: "
    assert caplog.messages == [said + "a/drawing.png", said + "b/drawing.png"]
    blank = encode(np.full((9, 9, 4), 255, np.uint8), "PNG")
    assert_shows(blank, np.full((9, 9, 3), 255))


def in_srgb(pixels, matrix, gamma=2.2):
    """Return what pixels in a matrix profile are in sRGB, as IEC 61966-2-1 has it, 0 to 255, cut off at the ends."""
    linear = (pixels / 255) ** gamma
    light = np.clip(linear @ (np.linalg.inv(profile(SRGB)[1]) @ matrix).T, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


MUTED = (64 + COLOURS // 2).astype(np.uint8)  # within every one of these


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP", "JPEG", "HEIF", "AVIF"])
def test_embedded_profiles_are_converted(name, file_format):
    content, matrix = profile(PROFILES[name])
    options = {"WEBP": {"lossless": True, "exact": True}, "JPEG": {"quality": 100, "subsampling": 0}}
    if file_format == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        buffer = io.BytesIO()
        pillow_heif.from_pillow(Image.fromarray(MUTED)).save(buffer, quality=95, icc_profile=content)
        file = buffer.getvalue()
    elif file_format == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    else:
        file = encode(MUTED, file_format, icc_profile=content, **options.get(file_format, {"quality": 95}))
    expected = in_srgb(MUTED, matrix)
    assert name == "sRGB" or np.abs(MUTED - expected).mean() > 2
    assert_shows(file, expected, mean=2 if file_format in ("HEIF", "AVIF") else 1)


def test_profiles_of_16_bit_and_transparent_photos_are_converted():
    content, matrix = profile(PROFILES["Display P3"])
    expected = in_srgb(MUTED, matrix)
    planar = np.moveaxis(MUTED.astype(np.uint16) * 257, -1, 0)
    assert_shows(tiff(planar, photometric="rgb", planarconfig="separate", iccprofile=content), expected, mean=1)
    file = encode(np.dstack([MUTED, ALPHA]), "PNG", icc_profile=content)
    assert_shows(file, over_white(expected, ALPHA), mean=1)
    palette = Image.fromarray(MUTED).quantize(64)
    shown = in_srgb(np.asarray(palette.convert("RGB")), matrix)
    assert_shows(encode(palette, "PNG", icc_profile=content), shown, mean=1)


def test_the_srgb_profile_changes_nothing_at_all():
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    np.testing.assert_array_equal(decode_image(encode(COLOURS, "PNG", icc_profile=content), "photo"), COLOURS)


def test_damaged_and_unfitting_profiles_are_passed_over(capfd, caplog):
    content, _ = profile(PROFILES["Display P3"])
    rng = np.random.default_rng(0)
    for _ in range(50):
        damaged = bytearray(content)
        for place in rng.integers(0, 132, 8):
            damaged[place] = rng.integers(0, 256)
        assert decode_image(encode(COLOURS, "PNG", icc_profile=bytes(damaged)), "photo").shape == COLOURS.shape
    for wrong in (b"no profile", content[:200]):
        np.testing.assert_array_equal(decode_image(encode(COLOURS, "PNG", icc_profile=wrong), "photo"), COLOURS)
    np.testing.assert_array_equal(decode_image(encode(GREY, "PNG", icc_profile=content), "photo"), three(GREY))
    assert capfd.readouterr() == ("", "") and not caplog.records


def test_the_photos_of_one_camera_have_one_transform():
    content, _ = profile(PROFILES["Adobe RGB"])
    file = encode(COLOURS, "PNG", icc_profile=content)
    colour._transform.cache_clear()
    for _ in range(3):
        decode_image(file, "photo")
    assert colour._transform.cache_info().misses == 1


def grey_profile(gamma):
    """Return an ICC profile for grey (version 2) as a file's bytes."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(v * 65536)) for v in (0.9642, 1, 0.8249))
    parts = {b"wtpt": white, b"kTRC": curve, b"cprt": b"text" + bytes(4) + b"none\0\0\0\0"}
    parts[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", 2) + b"a\0" + bytes(80)
    table, content, at = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for tag, part in parts.items():
        table += tag + struct.pack(">II", at + len(content), len(part))
        content += part + bytes(-len(part) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(content), bytes(4), 0x02100000, b"mntr", b"GRAY", b"XYZ ")
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + white[8:]
    return head.ljust(128, b"\0") + table + content


def test_a_profile_for_grey_counts_with_transparency_too():
    """8 bits with a transparent grey, and 16 bits with alpha, which Pillow opens as colours."""
    content = grey_profile(1.0)
    plain = decode_image(encode(Image.fromarray(GREY), "PNG", icc_profile=content), "photo")
    assert abs(plain.astype(int) - three(GREY)).mean() > 20
    keyed = encode(Image.fromarray(GREY), "PNG", icc_profile=content, transparency=1)
    np.testing.assert_allclose(decode_image(keyed, "photo").astype(int), plain, atol=1)
    lines = np.dstack([GREY.astype(int) * 257, np.full_like(GREY, 65535, int)]).reshape(len(GREY), -1)
    file = png(16, 4, lines, (b"iCCP", b"grey\0\0" + zlib.compress(content)))
    header = struct.pack(">II", WIDTH, HEIGHT) + file[24:29]
    file = file[:16] + header + struct.pack(">I", zlib.crc32(b"IHDR" + header)) + file[33:]
    np.testing.assert_allclose(decode_image(file, "photo").astype(int), plain, atol=1)


def test_a_png_with_an_enormous_profile_is_read_without_it():
    content = profile(PROFILES["Display P3"])[0]
    content = struct.pack(">I", len(content) + 2**20) + content[4:] + bytes(2**20)
    file = encode(Image.fromarray(COLOURS), "PNG")
    chunk = b"iCCP" + b"large\0\0" + zlib.compress(content)
    chunk = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    assert (decode_image(file[:33] + chunk + file[33:], "photo") == COLOURS).all()


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_a_profile_by_which_white_is_dark_is_passed_over(file_format):
    content, _ = profile(PROFILES["Display P3"])
    damaged = bytearray(content)
    for tag in (b"rXYZ", b"bXYZ"):  # without red and blue white is green
        at = int.from_bytes(content[content.index(tag) + 4 :][:4], "big")
        damaged[at + 8 : at + 20] = bytes(12)
    plain = decode_image(encode(MUTED, file_format), "photo")
    np.testing.assert_array_equal(decode_image(encode(MUTED, file_format, icc_profile=bytes(damaged)), "photo"), plain)
