"""What Chromium 156 shows of the same pictures was read off a canvas; a profile says the same in another way."""

import numpy as np
import pytest
from photo_files import COLOURS, PROFILES, encode, profile
from PIL import Image

from catsex.photos.decoding.images import decode_image
from catsex.photos.decoding.kinds.coded_colours import PRIMARIES, Colours, by_numbers, to_srgb

RAMP = Image.fromarray(np.arange(0, 256, 16, dtype=np.uint8)[None])
CHROMIUM = {  # transfer: what it shows of 0, 16, 32 … 240
    16: [0, 1, 5, 15, 30, 48, 70, 98, 132, 175, 213, 237, 255, 255, 255, 255],
    18: [0, 3, 14, 29, 43, 57, 71, 85, 99, 115, 135, 160, 189, 212, 228, 243],
}
EVERY_SECOND = {
    1: [0, 20, 54, 87, 121, 155, 189, 222],
    4: [0, 26, 62, 96, 129, 161, 193, 225],
    5: [0, 10, 40, 72, 106, 142, 179, 217],
    7: [0, 50, 81, 112, 141, 170, 199, 228],
    8: [0, 99, 137, 165, 188, 208, 225, 241],
    17: [0, 15, 48, 83, 118, 154, 191, 228],
}


@pytest.mark.parametrize("transfer", CHROMIUM)
def test_grey_of_hdr_is_shown_as_by_chromium(transfer):
    found = np.asarray(to_srgb(RAMP, by_numbers(9, transfer)))
    np.testing.assert_allclose(found[0].astype(int), np.array(CHROMIUM[transfer])[:, None].repeat(3, 1), atol=1)


@pytest.mark.parametrize("transfer", EVERY_SECOND)
def test_grey_of_other_curves_too(transfer):
    found = np.asarray(to_srgb(RAMP, by_numbers(1, transfer)))
    np.testing.assert_allclose(found[0, ::2, 0].astype(int), EVERY_SECOND[transfer], atol=1)


def test_numbers_and_a_profile_of_the_same_primaries_show_the_same():
    red, green, blue = PROFILES["Adobe RGB"]
    by_profile = encode(Image.fromarray(COLOURS), "PNG", icc_profile=profile((red, green, blue))[0])
    found = np.asarray(to_srgb(Image.fromarray(COLOURS), Colours(2.2, (red, green, blue, (0.3127, 0.3290)))))
    assert np.abs(found.astype(int) - decode_image(by_profile, "photo")).mean() < 1


def test_srgb_and_unknown_numbers_change_nothing():
    assert by_numbers(1, 13) is None and by_numbers(2, 2) is None and by_numbers(12, 99) is None
    assert by_numbers(12, 13) == Colours(13, PRIMARIES[12])


def test_what_can_be_seen_through_stays_so():
    layer = Image.fromarray(np.dstack([COLOURS, COLOURS[..., 0]]))
    found = to_srgb(layer, by_numbers(12, 13))
    assert found.mode == "RGBA" and found.getchannel("A").tobytes() == layer.getchannel("A").tobytes()
