import numpy as np
import pytest

from catsex.photos.decoding import spread
from catsex.photos.decoding.spread import Spread

RAMP = np.arange(4096).reshape(64, 64)


def ends(*pictures):
    found = Spread()
    for values in pictures:
        found.add(values)
    return found.ends()


def test_without_outliers_nearly_the_whole_range_is_kept():
    low, high, alone = ends(RAMP, RAMP)
    assert low <= 5 and high >= 4090 and alone == []


def test_hot_pixels_decide_nothing_but_one_bright_picture_of_a_thousand_does():
    hot = RAMP.copy()
    hot[0, :3] = 65535, 60000, -50000
    assert ends(hot, *[RAMP] * 27)[1] < 4096
    bright = Spread()
    for _ in range(1499):
        bright.add(RAMP[:8])
    bright.add(RAMP * 15)
    assert bright.ends()[1] > 10_000


@pytest.mark.parametrize("value", [65535, -9999])
@pytest.mark.parametrize("rows", [1, 20])
def test_one_value_far_from_all_others_is_left_out_and_named(value, rows):
    values = RAMP.copy()
    values[:rows] = value
    low, high, alone = ends(values)
    assert low > -1 and high < 4096 and alone == [value]


def test_black_that_most_pixels_have_is_no_outlier():
    values = np.zeros((64, 64), int)
    values[:20] = 40_000 + np.arange(64)
    assert ends(values)[0] == 0 and ends(values)[2] == []


def test_values_that_are_not_finite_do_not_count():
    values = np.array([[np.nan, 1.0, 2.0, np.inf, -np.inf, 3.0]])
    assert ends(values)[:2] == (1, 3)
    nothing = Spread()
    nothing.add(values[:, :1])
    assert nothing.pictures == 0


def test_memory_does_not_grow_with_the_photos(monkeypatch):
    monkeypatch.setattr(spread, "MOST_VALUES", 10_000)
    monkeypatch.setattr(spread, "MOST_PIXELS", 1000)
    found, rng = Spread(), np.random.default_rng(1)
    for _ in range(50):
        found.add(rng.normal(0, 1, (50, 50)))
    assert sum(map(len, found._values)) <= 3 * 10_000
    low, high, _ = found.ends()
    assert low == pytest.approx(-3.09, abs=0.4) and high == pytest.approx(3.09, abs=0.4)  # 0.1 % of a normal
    assert found.most > high
