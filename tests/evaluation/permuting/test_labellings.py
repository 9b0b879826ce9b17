import numpy as np
import pytest

from catsex.evaluation.permuting import labellings
from catsex.evaluation.permuting.permutation_scheme import find_permutation_scheme
from catsex.evaluation.sample import Sample


@pytest.mark.parametrize("classes", [2, 3, 10, 130, 300])
@pytest.mark.parametrize(("permutations", "most"), [(8, 2**24), (37, 2**24), (37, 0)])
def test_bits_hold_what_is_drawn_in_memory_and_on_disk(classes, permutations, most, monkeypatch):
    monkeypatch.setattr(labellings, "MOST_BYTES", most)
    monkeypatch.setattr(labellings, "DRAWN", 16 * 2 * classes)  # so that they are drawn in several times
    labels = np.arange(2 * classes) % classes
    scheme = find_permutation_scheme(Sample(np.zeros((len(labels), 1), np.float32), labels))
    numbers, order = np.arange(permutations) * 3, np.random.default_rng(0).permutation(len(labels))
    kept, drawn = labellings.Labellings(scheme, 5, numbers, order), scheme.draw_numbered(5, numbers)
    assert len(kept) == permutations
    assert len(np.unique(drawn, axis=1).T) > 1
    units = np.array([3, 0, len(labels) - 1, 3])
    assert (kept[units] == drawn[units]).all()
    assert (kept[np.arange(len(labels))] == drawn).all()


def test_two_classes_take_a_bit_each():
    labels = np.arange(1000) % 2
    scheme = find_permutation_scheme(Sample(np.zeros((1000, 1), np.float32), labels))
    assert labellings.Labellings(scheme, 1, np.arange(64), np.arange(1000))._kept.nbytes == 1000 * 64 / 8
