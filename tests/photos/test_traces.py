import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from catsex.photos.traces import BORDER, COMPRESSION, SHARPNESS, SPOTS, SQUARES, Traces, find_traces


def scene(seed=0, height=200, width=260):
    """Photo-like pixels: smooth shades and some grain."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 14, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32)
    return (pixels + rng.normal(0, 4, pixels.shape)).clip(0, 255).astype(np.uint8)


def after_jpeg(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", **options)
    return file.getvalue(), np.asarray(Image.open(file).convert("RGB"))


def test_a_black_border_of_two_pixels_is_seen_at_the_edge_only():
    pixels = scene(height=400, width=500)
    framed = pixels.copy()
    framed[:2] = framed[-2:] = framed[:, :2] = framed[:, -2:] = 0
    before, after = (find_traces(b"", one).numbers for one in (pixels, framed))
    assert (after[BORDER][:4] == 0).all()
    assert (after[BORDER][4:8] < before[BORDER][4:8] - 1).all()
    assert (after[SHARPNESS] == before[SHARPNESS]).all()


def test_enlarging_and_noise_show_in_sharpness():
    pixels = scene()
    image = Image.fromarray(pixels)
    enlarged = np.asarray(
        image.resize((130, 100), Image.Resampling.BICUBIC).resize((260, 200), Image.Resampling.BICUBIC)
    )
    plain, large = (find_traces(b"", one).numbers[SHARPNESS] for one in (pixels, enlarged))
    assert large[5] < plain[5] - 0.3
    noisy = (pixels + np.random.default_rng(1).normal(0, 10, pixels.shape)).clip(0, 255).astype(np.uint8)
    assert find_traces(b"", noisy).numbers[SHARPNESS][4] > plain[4] + 0.5


def test_sharpening_and_blurring_show_in_fine_and_in_coarse_detail():
    pixels = scene()
    sharp, soft = (
        np.asarray(Image.fromarray(pixels).filter(one))
        for one in (ImageFilter.UnsharpMask(2, 60, 0), ImageFilter.GaussianBlur(1))
    )
    plain, sharper, softer = (find_traces(b"", one).numbers[SHARPNESS][6:] for one in (pixels, sharp, soft))
    assert (sharper > plain).all() and (softer < plain).all()
    assert sharper[-1] - plain[-1] > sharper[0] - plain[0] + 0.1


@pytest.mark.parametrize("place", [(0, 0), (90, 120), (183, 243)])
def test_a_small_spot_of_a_colour_is_seen_wherever_it_is(place):
    pixels = scene() // 4 + 90  # pale
    spotted = pixels.copy()
    spotted[place[0] : place[0] + 14, place[1] : place[1] + 14] = 40, 80, 200
    before, after = (find_traces(b"", one).numbers for one in (pixels, spotted))
    assert (after[SPOTS] - before[SPOTS]).max() > 0.5  # the hues are logarithms
    assert (after[SPOTS] >= before[SPOTS] - 0.4).all()
    grey = find_traces(b"", np.full((50, 60, 3), 90, np.uint8)).numbers[SPOTS]
    assert grey == pytest.approx(np.log(2), abs=1e-3)


def test_a_jpegs_header_is_read():
    for options, sampling, progressive in (
        ({"quality": 90, "subsampling": 0}, 1, 0),
        ({"quality": 50, "subsampling": 2, "progressive": True}, 4, 1),
    ):
        data, pixels = after_jpeg(scene(), **options)
        found = find_traces(data, pixels).numbers[COMPRESSION]
        assert found[0] == 1
        tables = Image.open(io.BytesIO(data)).quantization
        assert found[1:3] == pytest.approx([np.log(np.mean(tables[number])) for number in (0, 1)], rel=1e-5)
        assert found[3:5].tolist() == [sampling, progressive]
    assert (find_traces(b"", pixels).numbers[COMPRESSION][:5] == 0).all()
    for cut in range(0, 700, 9):  # a damaged header costs its numbers only
        find_traces(data[:cut], pixels)


def test_what_jpeg_leaves_in_pixels_is_seen_whatever_file_they_are_in():
    pixels = scene()
    plain = find_traces(b"", pixels).numbers[COMPRESSION]
    compressed = find_traces(b"", after_jpeg(pixels, quality=50)[1]).numbers[COMPRESSION]
    assert (compressed[5:7] > plain[5:7] + 0.2).all()  # steps at the borders of blocks
    assert (compressed[7:10] > plain[7:10] + 1).all()  # coefficients that are 0
    assert (compressed[7:10] > compressed[10:] + 0.5).all()  # on the grid, and not off it


def test_the_layout_is_a_small_picture():
    pixels = np.zeros((160, 320, 3), np.uint8)
    pixels[:80, :160] = (200, 100, 0)
    pixels[80:, 160::4] = 255  # stripes
    layout = find_traces(b"", pixels).layout
    assert layout.shape == (SQUARES, SQUARES, 5)
    assert layout[3, 3, :3].tolist() == [200, 100, 0]
    assert layout[12, 3].tolist() == [0] * 5
    assert layout[12, 12, 3] > 50


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (7, 9), (17, 3), (3000, 20)])
def test_photos_of_any_size_leave_finite_numbers(shape):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = find_traces(b"", pixels)
    assert np.isfinite(found.numbers).all()
    again = Traces.from_bytes(found.to_bytes())
    assert (again.numbers == found.numbers).all()
    assert (again.layout == found.layout).all()
