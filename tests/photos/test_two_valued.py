import numpy as np
import pytest
from photo_files import COLOURS, GREY
from PIL import Image

from catsex.photos.layouts.reading import read_photos
from catsex.photos.two_valued import masks_among

MASK = (GREY > 100) * np.uint8(255)


def write(path, pixels, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **options)
    return path


@pytest.mark.parametrize(
    ("ending", "mask", "options"),
    [
        ("png", MASK, {}),
        ("png", MASK > 0, {}),
        ("png", np.dstack([MASK] * 3), {}),
        ("png", np.dstack([MASK, MASK, MASK, MASK | 255]), {}),
        ("png", MASK.astype(np.uint16) * 257, {}),
        ("bmp", MASK, {}),
        ("tif", MASK, {}),
        ("tif", MASK, {"compression": "tiff_lzw"}),
        ("gif", MASK, {}),
        ("webp", np.dstack([MASK] * 3), {"lossless": True}),
    ],
)
def test_a_picture_of_two_values_beside_a_photo_of_its_size_is_a_mask(tmp_path, ending, mask, options):
    large = [pixels.repeat(8, axis=0).repeat(8, axis=1) for pixels in (COLOURS, mask)]
    photo = write(tmp_path / "a.jpg", large[0])
    found = write(tmp_path / f"b.{ending}", large[1], **options)
    assert masks_among([photo, found]) == [found]
    turned = write(tmp_path / "c.jpg", np.swapaxes(large[0], 0, 1))
    assert masks_among([turned, found]) == [found]


def test_what_is_no_mask_stays(tmp_path):
    photo, grey = write(tmp_path / "a.png", COLOURS), write(tmp_path / "b.png", GREY)
    mask, empty = write(tmp_path / "c.png", MASK), write(tmp_path / "d.png", MASK * 0)
    other_size = write(tmp_path / "e.png", MASK[1:])
    assert masks_among([photo, grey]) == [] and masks_among([photo, empty]) == []
    assert masks_among([mask, empty]) == []  # a set of drawings
    assert masks_among([photo, other_size]) == []
    assert masks_among([photo, mask, empty]) == []  # more than there are photos
    assert masks_among([photo, grey, mask, empty]) == [mask, empty]
    (tmp_path / "f.png").write_bytes(b"nothing")
    assert masks_among([photo, mask, tmp_path / "f.png"]) == [mask]


def test_they_are_left_out_with_a_notice_unless_masks_are_read(tmp_path, caplog):
    for kind in "ab":
        write(tmp_path / kind / "1.jpg", COLOURS)
        write(tmp_path / kind / "2.png", MASK)
    assert len(read_photos(tmp_path)) == 2
    [said] = caplog.messages
    assert said.startswith("2 pictures of two values, such as ") and said.endswith("--masks reads them as photos")
    assert len(read_photos(tmp_path, masks=True)) == 4
