import numpy as np
import pytest

from catsex.evaluation.streaming.blocks import group_blocks, mean_of, row_blocks


@pytest.mark.parametrize("groups", [np.arange(50), np.arange(50) % 7, np.repeat([3, 1, 0, 2], [2, 1, 46, 1])])
def test_blocks_hold_each_row_once_and_never_split_a_group(groups):
    found = group_blocks(np.zeros((50, 2)), groups, at_once=9)
    assert sorted(np.concatenate(found)) == list(range(50))
    assert all(len(rows) <= max(9, np.bincount(groups).max()) for rows in found)
    assert sum(len(np.unique(groups[rows])) for rows in found) == len(np.unique(groups))


def test_rows_come_in_the_order_in_which_they_lie():
    class Elsewhere(np.ndarray):
        places = np.array([3, 0, 2, 1])

    features = np.arange(8.0).reshape(4, 2).view(Elsewhere)
    assert np.concatenate(row_blocks(features, 3)).tolist() == [1, 3, 2, 0]
    assert np.concatenate(group_blocks(features, np.array([5, 5, 6, 6]))).tolist() == [1, 0, 3, 2]
    assert mean_of(features, row_blocks(features, 3)).tolist() == [3, 4]
