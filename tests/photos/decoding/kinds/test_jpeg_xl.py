import numpy as np
import pytest
from photo_files import ALPHA, COLOURS, over_white

from catsex.errors import ImageError
from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.jpeg_xl import read_header

imagecodecs = pytest.importorskip("imagecodecs")
pytest.importorskip("pillow_jxl")


def jxl(values, **options):
    return imagecodecs.jpegxl_encode(values, lossless=True, **options)


@pytest.mark.parametrize("shape", [(48, 64), (47, 63), (8, 8), (256, 256), (600, 800), (9, 300)])
@pytest.mark.parametrize("container", [False, True])
def test_the_size_is_read_from_the_header(shape, container):
    data = jxl(np.zeros((*shape, 3), np.uint8), usecontainer=container)
    start = data.index(b"\xff\x0a") if container else 0
    header = read_header(data[start:])
    assert (header.height, header.width) == shape and not header.animated
    assert decode_image(data, "photo").shape == (*shape, 3)


def test_an_enormous_picture_is_refused_before_it_is_decoded(monkeypatch):
    data = jxl(np.zeros((24_000, 24_000), np.uint8), effort=1)
    monkeypatch.setattr("PIL.Image.open", None)  # never asked
    with pytest.raises(ImageError, match=r"big\.jxl has 24000 x 24000 pixels; the limit is 100 million"):
        decode_image(data, "big.jxl")


def test_of_an_animation_the_first_picture_is_shown():
    data = jxl(np.stack([COLOURS, 255 - COLOURS]))
    assert (decode_image(data, "photo") == COLOURS).all()


@pytest.mark.parametrize(("kind", "bits", "white"), [("u2", 12, 4095), ("u2", 10, 1023), ("f4", None, 1)])
def test_the_header_says_what_is_white_in_an_animation_of_other_than_8_bits(kind, bits, white):
    values = (COLOURS / 255 * white).round(0 if bits else 6).astype(kind)
    data = jxl(np.stack([values, white - values]), **({"bitspersample": bits} if bits else {}))
    assert np.abs(decode_image(data, "photo").astype(int) - COLOURS).max() <= 1


def test_alpha_is_laid_over_white():
    found = decode_image(jxl(np.dstack([COLOURS, ALPHA])), "photo")
    assert np.abs(found - over_white(COLOURS, ALPHA)).mean() < 1


def packed(*fields):
    """Return bytes of (number, bits), the lowest bit first."""
    value = at = 0
    for number, bits in fields:
        value, at = value | number << at, at + bits
    return b"\xff\x0a" + value.to_bytes(at // 8 + 8, "little")


SMALL = ((1, 1), (5, 5), (1, 3))  # 48 x 48
DEPTH_8, PLAIN = ((0, 1), (0, 2)), ((0, 1), (0, 1))  # 8 bits; neither all defaults nor extra fields


def test_premultiplied_alpha_and_black_are_seen_in_the_header():
    alpha = ((0, 1), (0, 2), *DEPTH_8, (0, 2), (0, 2), (1, 1))
    header = read_header(packed(*SMALL, *PLAIN, *DEPTH_8, (1, 1), (1, 2), *alpha))
    assert header == (48, 48, False, (0,), True, 8)
    black = ((0, 1), (2, 2), (2, 4), *DEPTH_8, (0, 2), (0, 2))  # type 4
    file = packed(*SMALL, *PLAIN, *DEPTH_8, (1, 1), (1, 2), *black)
    assert read_header(file).extra == (4,)
    with pytest.raises(ImageError, match="for printing"):
        decode_image(file, "photo")


@pytest.mark.parametrize("length", [3, 6, 20])
def test_what_is_cut_off_is_one_line(length):
    with pytest.raises(ImageError, match="photo is damaged"):
        decode_image(jxl(COLOURS)[:length], "photo")
