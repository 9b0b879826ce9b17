import math

import numpy as np
import pytest

from catsex.evaluation.permuting import permutation_scheme
from catsex.evaluation.permuting.permutation_scheme import AMONG, BOTH, WITHIN, find_permutation_scheme
from catsex.evaluation.sample import Sample


def scheme_of(labels, groups=None, alike=None):
    return find_permutation_scheme(Sample(None, labels, groups, alike))


def drawn(labels, groups=None, alike=None, number=500):
    return scheme_of(labels, groups, alike).photos(np.random.default_rng(0), number)


def test_groups_exchange_labels_whatever_their_sizes_and_stay_whole():
    groups = np.repeat(np.arange(6), [1, 2, 3, 4, 5, 6])
    labels = np.array([0, 0, 0, 1, 1, 1])[groups]
    permuted = drawn(labels, groups)
    for group in range(6):
        members = permuted[:, groups == group]
        assert (members == members[:, :1]).all()
        assert 0.4 < members.mean() < 0.6  # in each group as often the one as the other
    assert len(np.unique(permuted, axis=0)) == math.comb(6, 3)
    assert (np.stack([permuted[:, groups == group][:, 0] for group in range(6)]).sum(axis=0) == 3).all()


def test_photos_that_belong_to_none_are_shuffled_as_ever():
    labels = np.repeat([0, 1], [5, 9])
    permuted = drawn(labels)
    assert (np.sort(permuted, axis=1) == labels).all()
    assert abs(permuted.mean() - 9 / 14) < 1e-9
    assert np.abs(permuted.mean(axis=0) - 9 / 14).max() < 0.1


def test_a_group_with_several_classes_keeps_them():
    groups = np.repeat(np.arange(8), 3)
    labels = np.tile([0, 1, 1], 8)
    assert scheme_of(labels, groups).kind == WITHIN
    permuted = drawn(labels, groups)
    assert (permuted.reshape(500, 8, 3).sum(axis=2) == 2).all()
    assert len(np.unique(permuted, axis=0)) > 450


def test_near_duplicates_within_such_a_group_keep_together():
    groups = np.repeat([0, 1], 6)
    alike = np.array([0, 0, 0, 3, 3, 3, 6, 6, 8, 9, 9, 9])
    labels = np.array([0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1])
    permuted = drawn(labels, groups, alike=alike)
    for one in np.unique(alike):
        members = permuted[:, alike == one]
        assert (members == members[:, :1]).all()


def test_both_kinds_in_one_set_do_not_mix():
    groups = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    labels = np.array([0, 1, 0, 0, 1, 1, 1, 1])
    scheme = scheme_of(labels, groups)
    assert scheme.kind == BOTH
    permuted = scheme.photos(np.random.default_rng(0), 300)
    assert (permuted[:, :2].sum(axis=1) == 1).all()
    assert (permuted[:, 2:].sum(axis=1) == 4).all()
    assert len(np.unique(permuted, axis=0)) == 2 * 3


@pytest.mark.parametrize(
    ("counts", "smallest"),
    [((3, 3), 2 / 20), ((4, 4), 2 / 70), ((3, 4), 1 / 35), ((2, 2, 2), 6 / 90), ((2, 10), 1 / 66)],
)
def test_the_smallest_p_counts_labellings_that_differ(counts, smallest):
    """Labellings that only swap the names of two equally large classes say the same."""
    labels = np.repeat(np.arange(len(counts)), counts)
    scheme = scheme_of(np.repeat(labels, 4), np.repeat(np.arange(len(labels)), 4))
    assert scheme.kind == AMONG
    assert scheme.smallest_p == pytest.approx(smallest)


def test_the_number_of_groups_that_would_do_does_and_one_less_does_not():
    for classes in (2, 3, 5):
        labels = np.tile(np.arange(classes), 2)
        needed = scheme_of(labels).groups_needed()

        def smallest(each, classes=classes):
            return scheme_of(np.tile(np.arange(classes), each)).smallest_p

        assert smallest(needed) < 0.05
        assert needed == 2 or smallest(needed - 1) >= 0.05
    pairs = scheme_of(np.tile([0, 1], 3), np.repeat(np.arange(3), 2))
    assert pairs.smallest_p == pytest.approx(2 / 2**3)
    assert pairs.groups_needed() == 6  # 2 / 2 ** 6 is 0.03, 2 / 2 ** 5 is 0.06


@pytest.mark.parametrize("many", [0, 20_000])
def test_a_labelling_goes_by_its_number_and_keeps_what_each_block_has(many, monkeypatch):
    monkeypatch.setattr(permutation_scheme, "MANY_UNITS", many)
    groups = np.arange(60) // 4
    labels = np.where(groups < 8, groups % 2, np.arange(60) % 3)
    scheme = scheme_of(labels, groups)
    whole = scheme.draw_numbered(7, np.arange(200))
    assert (whole[:, 0] == scheme.labels).all()
    assert (scheme.draw_numbered(7, np.array([5, 150])) == whole[:, [5, 150]]).all()
    for block in np.unique(scheme.block):
        units = scheme.block == block
        assert (np.sort(whole[units], axis=0) == np.sort(scheme.labels[units])[:, None]).all()
        spread = np.abs([(whole[units] == label).mean(axis=1).std() for label in range(3)])
        assert spread.max() < 0.07  # each unit has each label equally often
