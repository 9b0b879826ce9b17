"""Photos of every kind that people have: what each must show, written down beside how it was made."""

import io
import struct
import sys
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
    TIFFS,
    WIDTH,
    by_hand,
    encode,
    over_white,
    png,
    profile,
    three,
    tiff,
    x,
)
from PIL import Image, ImageCms, PngImagePlugin, features

from catsex.errors import ImageError
from catsex.photos import colour
from catsex.photos.images import count_frames, decode_image, decode_reduced
from catsex.photos.preprocessing import preprocess

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


def assert_shows(file, expected, *, mean=0.5, name="photo"):
    found = decode_image(file, name)
    assert found.shape == expected.shape and found.dtype == np.uint8
    assert np.abs(found.astype(float) - expected).mean() <= mean


# ---- what takes more than Pillow's usual formats ----


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["HEIF", "AVIF", "JXL"])
def test_phones_formats_are_read_upright(file_format, orientation):
    plain, exif = Image.fromarray(COLOURS.repeat(4, axis=0).repeat(4, axis=1)), Image.Exif()
    exif[0x0112] = orientation
    options = {"exif": exif.tobytes(), "quality": 95}
    if file_format == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        buffer = io.BytesIO()
        pillow_heif.from_pillow(plain).save(buffer, **options)
        file = buffer.getvalue()
    else:
        if file_format == "JXL":
            pytest.importorskip("pillow_jxl")
            if orientation > 1:
                pytest.skip("its encoder notes the orientation in EXIF alone, which the format says to ignore")
        elif not features.check("avif"):
            pytest.skip("this Pillow has no AVIF")
        file = encode(plain, file_format, **options)
    buffer = io.BytesIO()
    plain.save(buffer, "PNG", exif=exif)
    assert_shows(file, decode_image(buffer.getvalue(), "photo"), mean=2)


def test_a_jpeg_packed_as_jpeg_xl_is_turned_as_the_jpeg_is(tmp_path):
    pytest.importorskip("pillow_jxl")
    exif = Image.Exif()
    exif[0x0112] = 6
    (tmp_path / "photo.jpg").write_bytes(encode(COLOURS, "JPEG", exif=exif))
    with Image.open(tmp_path / "photo.jpg") as photo:
        packed = encode(photo, "JXL", lossless_jpeg=True)
    expected = decode_image((tmp_path / "photo.jpg").read_bytes(), "photo")
    assert expected.shape == (WIDTH, HEIGHT, 3)
    np.testing.assert_array_equal(decode_image(packed, "photo"), expected)


@pytest.mark.skipif(not features.check("jpg_2000"), reason="this Pillow has no JPEG 2000")
def test_jpeg_2000_is_read():
    assert_shows(encode(COLOURS, "JPEG2000"), COLOURS)
    assert_shows(encode(GREY, "JPEG2000"), three(GREY))
    assert_shows(encode(Image.fromarray(GREY.astype(np.uint16) * 257), "JPEG2000"), three(GREY))


@pytest.mark.parametrize(
    ("start", "module", "message"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "pillow_heif", r'is HEIC \(HEIF\).* -e "\.\[phone\]"'),
        (b"\xff\x0a\xfa\x1f", "pillow_jxl", r'is JPEG XL.* -e "\.\[jxl\]"'),
    ],
)
def test_a_format_that_an_extra_would_read_is_an_error_that_names_the_extra(start, module, message, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)  # as if it were not installed
    with pytest.raises(ImageError, match=rf"IMG_1\.x {message}"):
        decode_image(start + bytes(100), "IMG_1.x")


@pytest.mark.parametrize(
    "start", [b"II*\0\x10\0\0\0CR\x02\0", b"FUJIFILMCCD-RAW 0201", b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"]
)
def test_camera_raw_is_an_error_that_says_what_to_do(start):
    with pytest.raises(ImageError, match=r"IMG_1\.x is camera raw, .*; save it as JPEG"):
        decode_image(start + bytes(100), "IMG_1.x")


def test_a_preview_in_camera_raw_is_not_taken_for_the_photo():
    dng = by_hand("II", COLOURS.tobytes(), {258: (8, 8, 8), 262: (2,), 277: (3,), 50706: (0x401,)})
    with pytest.raises(ImageError, match="is camera raw"):
        decode_image(dng, "photo.dng")


# ---- TIFF ----


@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"bigtiff": True}, {"compression": "zlib"}], ids=str)
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("pixels", "options", "expected"), TIFFS.values(), ids=TIFFS)
def test_tiffs_of_every_depth_order_and_layout(pixels, options, expected, order, layout):
    assert_shows(tiff(pixels, byteorder=order, **options, **layout), expected)


@pytest.mark.parametrize("compression", ["zlib", "lzw"])
def test_tiffs_compressed_by_another_library(compression):
    for pixels, expected in (
        (GREY.astype(np.uint16) * 257, three(GREY)),
        ((GREY / 255).astype(np.float32), three(GREY)),
    ):
        image = Image.fromarray(pixels)
        file = encode(image, "TIFF", compression={"zlib": "tiff_adobe_deflate", "lzw": "tiff_lzw"}[compression])
        assert_shows(file, expected)


def test_a_tiff_compressed_in_a_way_that_an_extra_would_read_is_an_error_that_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    file = bytearray(tiff((COLOURS / 255).astype(np.float32), photometric="rgb"))
    at = file.index(struct.pack("<HHI", 259, 3, 1))
    file[at + 8 : at + 10] = struct.pack("<H", 5)
    with pytest.raises(ImageError, match=r'scan\.tif is a TIFF with LZW compression; .* -e "\.\[scans\]"'):
        decode_image(bytes(file), "scan.tif")


@pytest.mark.parametrize("order", ["II", "MM"])
def test_12_bit_grey_is_not_dark(order):
    pairs = (GREY.astype(int) * 4095 // 255).reshape(-1, 2)
    packed = np.stack([pairs[:, 0] >> 4, (pairs[:, 0] & 15) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 255], axis=-1)
    file = by_hand(order, packed.astype(np.uint8).tobytes(), {258: (12,), 262: (1,), 277: (1,)})
    assert_shows(file, three(GREY))


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


def test_an_orientation_stored_as_a_byte_turns_the_photo():
    exif = Image.Exif()
    exif[0x0112] = 6
    file = bytearray(encode(COLOURS, "TIFF", exif=exif))
    at = file.index(struct.pack("<HHI", 0x0112, 3, 1))
    file[at + 2 : at + 4] = struct.pack("<H", 1)
    assert_shows(bytes(file), np.rot90(COLOURS, -1))


@pytest.mark.parametrize(("orientation", "upright"), [(3, np.rot90(COLOURS, 2)), (6, np.rot90(COLOURS, -1))])
def test_a_tiff_that_pillow_does_not_read_is_upright_too(orientation, upright):
    pixels, options, _ = TIFFS["planar"]
    assert_shows(tiff(pixels, extratags=[(0x0112, 3, 1, orientation, True)], **options), upright)


XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def test_an_orientation_in_xmp_alone_turns_nothing_as_in_browsers():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP)
    assert_shows(encode(COLOURS, "PNG", pnginfo=text), COLOURS)
    assert_shows(encode(COLOURS, "TIFF", tiffinfo={700: XMP.encode()}), COLOURS)
    assert_shows(encode(COLOURS, "JPEG", quality=95, subsampling=0, xmp=XMP.encode()), COLOURS, mean=2)


# ---- transparency and frames ----


@pytest.mark.parametrize("bits", [2, 4, 8, 16])
def test_a_transparent_grey_is_white_at_every_depth(bits):
    highest = 2**bits - 1
    values = (GREY.astype(int) * highest // 255) + (x % 3 if bits == 16 else 0)  # neighbours differ by less than 1/257
    level = int(values[24, 32])
    expected = np.where(values == level, 255, (values / highest * 255).round())
    assert_shows(png(bits, 0, values, (b"tRNS", struct.pack(">H", level))), three(expected), mean=0.01)


def test_a_transparent_colour_of_16_bits_is_white():
    values = COLOURS.astype(int) * 257 + (x % 3)[..., None]
    level = values[24, 32]
    expected = np.where((values == level).all(axis=-1)[..., None], 255, values / 257)
    file = png(16, 2, values.reshape(HEIGHT, -1), (b"tRNS", struct.pack(">HHH", *level)))
    file = file.replace(struct.pack(">II", WIDTH * 3, HEIGHT), struct.pack(">II", WIDTH, HEIGHT), 1)
    header = file[12:29]
    file = file[:29] + struct.pack(">I", zlib.crc32(header)) + file[33:]
    assert_shows(file, expected, mean=0.51)


def test_white_on_transparency_is_laid_over_black_and_said_once(caplog):
    file = encode(np.dstack([np.full_like(COLOURS, 255), ALPHA]), "PNG")
    for _ in range(2):
        assert_shows(file, three(ALPHA), name="drawing.png")
    assert [r.getMessage() for r in caplog.records] == [
        "drawing.png is white on a transparent background; it is laid over black"
    ]
    blank = encode(np.full((9, 9, 4), 255, np.uint8), "PNG")
    assert_shows(blank, np.full((9, 9, 3), 255))


def test_a_gif_frame_smaller_than_its_screen_is_on_white():
    file = bytearray(encode(Image.fromarray(COLOURS).quantize(16), "GIF"))
    inside = decode_image(bytes(file), "photo")
    file[6:10] = struct.pack("<HH", WIDTH + 9, HEIGHT + 5)
    expected = np.full((HEIGHT + 5, WIDTH + 9, 3), 255)
    expected[:HEIGHT, :WIDTH] = inside
    assert_shows(bytes(file), expected, mean=0)


def test_a_default_picture_outside_the_animation_is_not_its_first_frame():
    red, green, blue = (Image.new("RGB", (9, 7), name) for name in ("red", "lime", "blue"))
    file = encode(red, "PNG", save_all=True, append_images=[green, blue], default_image=True)
    assert_shows(file, np.full((7, 9, 3), (0, 255, 0)), mean=0)
    file = encode(red, "PNG", save_all=True, append_images=[green, blue])
    assert_shows(file, np.full((7, 9, 3), (255, 0, 0)), mean=0)


# ---- colour profiles ----


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


# ---- several pictures in one file ----


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
    with pytest.raises(ImageError, match="photo is damaged"):
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


# ---- large photos ----


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
