"""Hyperstacks, channels as pages, bands: which of them are seen, and what is said of the others."""

import struct

import numpy as np
import pytest
import tifffile
from photo_files import COLOURS, GREY, three, tiff

from catsex.errors import ImageError
from catsex.photos.decoding import notices
from catsex.photos.decoding.images import count_frames, decode_image

CHANNELS = np.moveaxis(COLOURS, -1, 0).astype(np.uint16) * 257  # (3, H, W)
BANDS = np.stack([GREY.astype(np.uint16) * 257, *CHANNELS[::-1], *[CHANNELS[0] // 2] * 9])  # blue is the second


@pytest.fixture(autouse=True)
def nothing_said_yet(monkeypatch):
    monkeypatch.setattr(notices, "_said", set())


def write(path, values, **options):
    tifffile.imwrite(path, values, **options)
    return path.read_bytes()


def assert_seen(data, expected, **options):
    found = decode_image(data, "stack.tif", **options)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found.astype(float), expected, atol=1)


@pytest.mark.parametrize("kind", [{"imagej": True}, {"ome": True}], ids=["ImageJ", "OME"])
def test_three_channels_are_a_colour_and_one_of_two_is_said_to_be_read(kind, tmp_path, caplog):
    colour = write(tmp_path / "a.tif", CHANNELS, metadata={"axes": "CYX"}, **kind)
    assert_seen(colour, COLOURS)
    assert not caplog.messages and count_frames(colour, "a") == 1
    two = write(tmp_path / "b.tif", CHANNELS[:2], metadata={"axes": "CYX"}, **kind)
    assert_seen(two, three(COLOURS[..., 0]))
    assert caplog.messages == ["stack.tif has 2 channels; the first is read, --bands 2 reads others"]
    assert_seen(two, three(COLOURS[..., 1]), bands=(2,))
    assert_seen(two, np.dstack([COLOURS[..., 0], COLOURS[..., 1], COLOURS[..., 1]]), bands=(1, 2, 2))
    with pytest.raises(ImageError, match=r"stack\.tif has 2 channels; --bands 3 asks for more"):
        decode_image(two, "stack.tif", bands=(3,))


@pytest.mark.parametrize("kind", [{"imagej": True}, {"ome": True}], ids=["ImageJ", "OME"])
def test_depths_are_pictures_of_which_one_all_or_the_brightest_is_seen(kind, tmp_path, caplog):
    stack = np.stack([CHANNELS // 4, CHANNELS, CHANNELS // 2])
    data = write(tmp_path / "a.tif", stack, metadata={"axes": "ZCYX"}, **kind)
    assert count_frames(data, "a") == 3
    assert_seen(data, COLOURS // 4)
    assert caplog.messages == [
        "stack.tif holds 3 pictures; the first is read, --frames all, N, max or mean reads others"
    ]
    assert_seen(data, COLOURS, frame=1)
    assert_seen(data, COLOURS, frame="max")
    assert_seen(data, COLOURS * (1.75 / 3), frame="mean")
    assert len(caplog.messages) == 1


def test_a_hyperstack_that_is_cut_off_is_read_as_far_as_it_is_there(tmp_path):
    stack = np.stack([CHANNELS, CHANNELS // 2])
    data = write(tmp_path / "a.tif", stack, imagej=True, metadata={"axes": "ZCYX"})
    data = data[: len(data) - CHANNELS.nbytes // 2]
    assert_seen(data, COLOURS)
    with pytest.raises(ImageError, match="cut off"):
        decode_image(data, "stack.tif", frame=1)


@pytest.mark.parametrize("options", [{"planarconfig": "separate"}, {}], ids=["planar", "pages"])
def test_bands_of_a_satellite(options, tmp_path, caplog):
    data = write(tmp_path / "a.tif", BANDS, metadata=None, photometric="minisblack", **options)
    assert_seen(data, COLOURS, bands=(4, 3, 2))
    assert not caplog.messages
    if options:
        assert_seen(data, np.dstack([GREY, COLOURS[..., 2], COLOURS[..., 1]]))
        assert caplog.messages == ["stack.tif has 13 channels; the first three are read, --bands 4 3 2 reads others"]
    else:
        assert_seen(data, three(GREY))
        assert "holds 13 pictures" in caplog.text


def test_a_smaller_copy_of_a_page_is_no_picture_of_its_own(tmp_path, caplog):
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(COLOURS, photometric="rgb", metadata=None)
        file.write(COLOURS[::2, ::2], photometric="rgb", subfiletype=1, metadata=None)
        file.write(COLOURS // 2, photometric="rgb", metadata=None)
    data = (tmp_path / "a.tif").read_bytes()
    assert count_frames(data, "a") == 2
    assert_seen(data, COLOURS // 2, frame=1)


def test_directories_that_lead_back_to_an_earlier_one_have_an_end():
    data = bytearray(tiff(GREY))
    (at,) = struct.unpack_from("<I", data, 4)
    (number,) = struct.unpack_from("<H", data, at)
    struct.pack_into("<I", data, at + 2 + 12 * number, at)
    assert decode_image(bytes(data), "photo").shape == (48, 64, 3)
    assert count_frames(bytes(data), "photo") == 1
