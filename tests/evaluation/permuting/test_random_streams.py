import numpy as np
from golden.small_generator import SmallGenerator

from catsex.evaluation.permuting.random_streams import RandomStreams


def test_orders_are_those_of_the_pages_generator_stream_by_stream():
    for seed in (1, 12345, 2**32 + 7):  # the lowest 32 bits count
        streams = RandomStreams(seed, np.arange(5))
        found = [streams.permutations(17), streams.permutations(3)]
        for stream in range(5):
            one = SmallGenerator(seed, stream)
            for orders in found:
                assert orders[stream].tolist() == one.permutation(orders.shape[1]).tolist()


def test_every_order_comes_equally_often():
    orders = RandomStreams(3, np.arange(60_000)).permutations(4)
    _, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(counts) == 24
    assert np.square(counts - 2500).sum() / 2500 < 49.7  # chi-squared of 23 degrees of freedom: more in 1 of 1000
