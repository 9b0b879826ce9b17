import numpy as np
import pytest

from catsex.errors import ImageError
from catsex.photos.decoding.depth import Samples
from catsex.photos.decoding.scaling import ALL, to_eight_bits

RAMP = np.arange(0, 4096, 16, dtype=np.uint16).reshape(16, 16)
SEEN = RAMP / 4095 * 255


def shown(samples, levels=None):
    return np.asarray(to_eight_bits(samples, "it", levels)).astype(int)


def test_what_the_user_says_goes_before_what_the_file_declares_and_that_before_what_the_set_says():
    declared = Samples(RAMP, declared=(0, 65535))
    np.testing.assert_allclose(shown(declared, {"uint16": (0, 9)}), RAMP / 257, atol=1)
    np.testing.assert_allclose(shown(declared, {ALL: (0, 4095), "uint16": (0, 9)}), SEEN, atol=1)
    np.testing.assert_allclose(shown(Samples(RAMP), {"uint16": (0, 4095)}), SEEN, atol=1)
    eight = (RAMP // 16).astype(np.uint8)
    np.testing.assert_array_equal(shown(Samples(eight), {ALL: (0, 9)}), eight)


@pytest.mark.parametrize("opaque", [1, 255, 4095, 65535])
def test_alpha_is_opaque_at_white_or_at_the_number_type_s_most(opaque):
    found = shown(Samples(np.dstack([RAMP, RAMP * 0 + opaque]), "LA"), {"uint16": (0, 4095)})
    np.testing.assert_allclose(found[..., 0], SEEN, atol=1)
    assert (found[..., 1] == 255).all()


@pytest.mark.parametrize("opaque", [1, 255, 4095])
def test_alpha_of_floats_is_a_share_or_goes_as_far_as_white(opaque):
    values = np.dstack([RAMP, RAMP * 0 + opaque]).astype(np.float32)
    values[0, 0, 1] = 0
    found = shown(Samples(values, "LA"), {"float32": (0, 4095)})
    assert found[0, 0, 1] == 0 and (found[1:, :, 1] == 255).all()
    darkened = shown(Samples(np.dstack([RAMP, RAMP * 0 + opaque]).astype(np.float32), "La"), {"float32": (0, 4095)})
    np.testing.assert_allclose(darkened[..., 0], SEEN, atol=1)


@pytest.mark.parametrize("inverted", [False, True])
def test_what_was_not_measured_is_black_and_no_value(inverted):
    values = RAMP.copy()
    values[:3] = 65535
    samples = Samples(values, nodata=65535.0, inverted=inverted)
    assert samples.measured().max() == 4080
    found = shown(samples, {"uint16": (0, 4095)})
    assert (found[:3] == 0).all()
    np.testing.assert_allclose(found[3:], (255 - SEEN if inverted else SEEN)[3:], atol=1)
    floats = Samples(np.where(values == 65535, -9999, values / 4095).astype(np.float32), nodata=-9999.0)
    np.testing.assert_allclose(shown(floats)[3:], SEEN[3:], atol=1)


def test_signed_numbers_of_16_bits_are_white_at_their_most():
    np.testing.assert_allclose(shown(Samples((RAMP * 8).astype(np.int16))), RAMP * 8 / 32767 * 255, atol=1)
    with pytest.raises(ImageError, match="nothing says which is white"):
        shown(Samples(RAMP.astype(np.int16) - 9))
