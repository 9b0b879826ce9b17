import struct

import numpy as np
import pytest
from photo_files import COLOURS, HEIGHT, PROFILES, WIDTH, assert_shows, encode, over_white, profile
from PIL import Image

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image

OPAQUE = np.arange(WIDTH) % 2 * np.ones((HEIGHT, 1), int)  # every second column


def bmp(pixels, masks, down=True):
    """Return a BMP of 16 bits a pixel, shape (H, W), with the masks of red, green, blue and alpha."""
    header = struct.pack("<IiiHHIIiiII", 56, WIDTH, -HEIGHT if down else HEIGHT, 1, 16, 3, pixels.nbytes, 0, 0, 0, 0)
    head = b"BM" + struct.pack("<IHHI", 70 + pixels.nbytes, 0, 0, 70) + header + struct.pack("<4I", *masks)
    return head + (pixels if down else pixels[::-1]).astype("<u2").tobytes()


@pytest.mark.parametrize("down", [True, False])
def test_one_bit_of_alpha(down):
    red, green, blue = np.moveaxis(COLOURS.astype(int) >> 3, -1, 0)
    file = bmp(OPAQUE << 15 | red << 10 | green << 5 | blue, (0x7C00, 0x3E0, 0x1F, 0x8000), down)
    assert_shows(file, over_white((COLOURS >> 3) * (255 / 31), OPAQUE * 255))


def test_alpha_that_is_nowhere_set_is_none():
    red, green, blue = np.moveaxis(COLOURS.astype(int) >> 4, -1, 0)
    file = bmp(red << 8 | green << 4 | blue, (0xF00, 0xF0, 0xF, 0xF000))
    assert_shows(file, (COLOURS >> 4) * 17.0)


@pytest.mark.parametrize(
    ("bits", "masks"),
    [
        (16, (0xF00, 0xF0, 0xF)),
        (16, (0x3, 0x1C, 0xE0)),
        (16, (0x7F00, 0xF8, 0x7)),
        (32, (0xFF, 0xFF00, 0xFF0000)),
        (32, (0xFFE00000, 0x1FFC00, 0x3FF)),
        (32, (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
        (32, (0x1FE0000, 0x1FE00, 0x1FE, 0)),
    ],
)
def test_colours_are_where_the_masks_say(bits, masks):
    pixels, most = np.zeros((HEIGHT, WIDTH), np.int64), []
    for channel, mask in zip(np.moveaxis(np.dstack([COLOURS, COLOURS[..., 0] * 0 + 255]), -1, 0), masks, strict=False):
        lowest = mask & -mask or 1
        most.append(mask // lowest)
        pixels |= (channel.astype(np.int64) * most[-1] // 255) * lowest
    content = pixels[::-1].astype(f"<u{bits // 8}").tobytes()
    header = struct.pack("<IiiHHIIiiII", 40 if len(masks) == 3 else 56, WIDTH, HEIGHT, 1, bits, 3, 0, 0, 0, 0, 0)
    start = 54 + 4 * len(masks)
    head = (
        b"BM"
        + struct.pack("<IHHI", start + len(content), 0, 0, start)
        + header
        + struct.pack(f"<{len(masks)}I", *masks)
    )
    steps = np.array(most[:3])
    assert_shows(head + content, (COLOURS.astype(int) * steps // 255) * (255 / steps), mean=1)


def test_a_colour_profile_is_applied():
    content = profile(PROFILES["Adobe RGB"])[0]
    rows = np.ascontiguousarray(COLOURS[::-1, :, ::-1]).tobytes()
    fields = struct.pack("<IiiHHIIiiII16s", 124, WIDTH, HEIGHT, 1, 24, 0, 0, 0, 0, 0, 0, b"") + b"DEBM" + bytes(48)
    header = fields + struct.pack("<4I", 4, 124 + len(rows), len(content), 0)
    file = b"BM" + struct.pack("<IHHI", 138 + len(rows) + len(content), 0, 0, 138) + header + rows + content
    assert_shows(file, decode_image(encode(COLOURS, "PNG", icc_profile=content), "photo").astype(float))


def test_others_are_pillow_s_and_what_is_cut_off_is_one_line():
    assert (decode_image(encode(Image.fromarray(COLOURS), "BMP"), "photo") == COLOURS).all()
    file = bmp(OPAQUE << 15, (0x7C00, 0x3E0, 0x1F, 0x8000))
    with pytest.raises(ImageError, match="photo is damaged or cut off"):
        decode_image(file[:200], "photo")


def test_a_bmp_of_2_bits_is_not_called_damaged():
    head = struct.pack("<IiiHHIIiiII", 40, 4, 4, 1, 2, 0, 16, 0, 0, 4, 0) + bytes(16)
    with pytest.raises(ImageError, match=r"two\.bmp is a kind of BMP that is not read; save it as PNG"):
        decode_image(b"BM" + struct.pack("<IHHI", 86, 0, 0, 70) + head + bytes(16), "two.bmp")
