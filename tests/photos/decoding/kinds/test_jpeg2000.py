import shutil
import struct
import subprocess
import sys

import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, GREY, PROFILES, encode, over_white, profile, three
from PIL import Image

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.levels import find_levels

imagecodecs = pytest.importorskip("imagecodecs")


def jp2(values, **options):
    return imagecodecs.jpeg2k_encode(values, level=0, reversible=True, **options)


def assert_seen(data, expected, atol=1):
    found = decode_image(data, "scan.jp2")
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.astype(float), expected, atol=atol)


@pytest.mark.parametrize("bits", [10, 12, 16])
def test_colours_of_more_than_8_bits_are_white_where_they_are_white(bits):
    most = 2**bits - 1
    values = (COLOURS.astype(int) * most // 255).astype(np.uint16)
    values[:9] = most
    expected = np.where(np.arange(len(COLOURS))[:, None, None] < 9, 255, COLOURS)
    assert_seen(jp2(values, bitspersample=bits), expected)


@pytest.mark.parametrize("colours", [COLOURS, GREY[..., None]], ids=["RGBA", "LA"])
@pytest.mark.parametrize("alpha", [np.full_like(ALPHA, 255), ALPHA], ids=["opaque", "half"])
def test_opacity_of_16_bits_is_not_taken_for_none(colours, alpha):
    data = jp2(np.dstack([colours, alpha]).astype(np.uint16) * 257)
    assert_seen(data, over_white(three(colours) if colours.shape[2] == 1 else colours, alpha))


def test_4_bits_are_scaled():
    assert_seen(jp2(GREY // 16, bitspersample=4), three(GREY // 16 * 17))


def test_what_each_channel_is_the_file_says():
    data = jp2(COLOURS)
    at = data.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", data, at)
    what = struct.pack(">9H", 0, 0, 3, 1, 0, 2, 2, 0, 1)  # the first channel is blue, the last one red
    box = struct.pack(">I4sH", 28, b"cdef", 3) + what
    swapped = data[:at] + struct.pack(">I", length + 28) + data[at + 4 : at + length] + box + data[at + length :]
    assert_seen(swapped, COLOURS[..., ::-1])


def test_12_bits_in_16_are_found_in_the_set(tmp_path):
    path = tmp_path / "a.jp2"
    path.write_bytes(jp2(COLOURS.astype(np.uint16) * 16))
    levels = find_levels([path])
    assert levels == {"uint16": (0, 4095)}
    np.testing.assert_allclose(decode_image(path.read_bytes(), "a", levels=levels), COLOURS, atol=1)


@pytest.mark.parametrize("pixels", [COLOURS, COLOURS.astype(np.uint16) * 257], ids=["8 bits", "16 bits"])
def test_a_colour_profile_is_applied(pixels):
    data, content = jp2(pixels), profile(PROFILES["Adobe RGB"])[0]
    at, colours = data.index(b"jp2h") - 4, data.index(b"colr") - 4
    (header,), (old,) = struct.unpack_from(">I", data, at), struct.unpack_from(">I", data, colours)
    box = b"colr\2\0\0" + content
    head = struct.pack(">I", header - old + len(box) + 4)
    file = data[:at] + head + data[at + 4 : colours] + struct.pack(">I", len(box) + 4) + box + data[colours + old :]
    expected = decode_image(encode(Image.fromarray(COLOURS), "PNG", icc_profile=content), "photo").astype(float)
    assert np.abs(expected - COLOURS).mean() > 3
    assert np.abs(decode_image(file, "photo") - expected).mean() < 1


def test_without_the_extra_the_line_says_what_to_install(monkeypatch):
    data = jp2(COLOURS.astype(np.uint16) * 257)
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(ImageError, match=r'scan\.jp2 is JPEG 2000 of other than 8 bits, or .* -e "\.\[scans\]"'):
        decode_image(data, "scan.jp2")


@pytest.mark.parametrize(("width", "height", "down"), [(120, 90, 2), (120, 89, 1), (119, 89, 2)])
def test_sub_sampled_colours_are_read_if_their_sides_fit(width, height, down, tmp_path):
    program = shutil.which("opj_compress") or pytest.skip("opj_compress is not installed (libopenjp2-tools)")
    image = Image.fromarray(COLOURS).resize((width, height))
    planes = image.convert("YCbCr").split()
    size = (width + 1) // 2, (height + down - 1) // down
    small = [plane.resize(size, Image.Resampling.BOX) for plane in planes[1:]]
    (tmp_path / "a.raw").write_bytes(b"".join(plane.tobytes() for plane in (planes[0], *small)))
    layout = f"{width},{height},3,8,u@1x1:2x{down}:2x{down}"
    command = [program, "-i", tmp_path / "a.raw", "-o", tmp_path / "a.jp2", "-F", layout]
    subprocess.run(command, check=True, capture_output=True)
    data = (tmp_path / "a.jp2").read_bytes()
    try:
        found = decode_image(data, "scan.jp2")
    except ImageError as error:  # what imagecodecs reads of them depends on its version
        assert width % 2 and "sub-sampled colours and odd sides; save it as JPEG or PNG" in str(error)
    else:
        assert abs(found.astype(int) - np.asarray(image)).mean() < 2


def test_what_pillow_does_not_decode_is_read_if_it_is_whole():
    data = jp2(COLOURS)
    at = data.index(b"colr") + 7
    odd = data[:at] + struct.pack(">I", 12) + data[at + 4 :]  # a printer's colours, of which there would be four
    np.testing.assert_array_equal(decode_image(odd, "scan.jp2"), COLOURS)
    with pytest.raises(ImageError, match="damaged or cut off"):
        decode_image(odd[: len(odd) // 4], "scan.jp2")
