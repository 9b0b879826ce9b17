import struct
import zlib

import numpy as np
import pytest
from photo_files import (
    COLOURS,
    GREY,
    HEIGHT,
    WIDTH,
    assert_shows,
    by_hand,
    png,
    three,
    x,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


@pytest.mark.parametrize("order", ["II", "MM"])
def test_12_bit_grey_is_not_dark(order):
    pairs = (GREY.astype(int) * 4095 // 255).reshape(-1, 2)
    packed = np.stack([pairs[:, 0] >> 4, (pairs[:, 0] & 15) << 4 | pairs[:, 1] >> 8, pairs[:, 1] & 255], axis=-1)
    file = by_hand(order, packed.astype(np.uint8).tobytes(), {258: (12,), 262: (1,), 277: (1,)})
    assert_shows(file, three(GREY))


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
