import numpy as np
import pytest
from golden.small_generator import SmallGenerator


def test_the_small_generator_is_even_and_repeats_itself():
    draws = SmallGenerator(1, 2).random(20_000)
    assert abs(draws.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 0.02
    assert (np.histogram(draws, 10, (0, 1))[0] > 1800).all()
    assert (SmallGenerator(1, 2).random(50) == draws[:50]).all()
    assert not np.isin(SmallGenerator(1, 3).random(50), draws).any()
    assert sorted(SmallGenerator(4).permutation(100)) == list(range(100))


def test_draws_come_row_by_row_whatever_their_shape():
    assert (SmallGenerator(1).random((4, 5)) == SmallGenerator(1).random(20).reshape(4, 5)).all()
    one, other = SmallGenerator(2), SmallGenerator(2)
    assert [one.random() for _ in range(5)] == other.random(5).tolist()
    assert one.permuted(np.tile(np.arange(4), (2, 1))).shape == (2, 4)
    assert set(one.choice([3, 8], 50)) == {3, 8}
    with pytest.raises(ValueError, match="only rows"):
        one.permuted(np.zeros((2, 2)), axis=0)
