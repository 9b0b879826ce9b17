import numpy as np
import pytest

from catsex.evaluation.grouping import join, near_duplicates
from catsex.network.on_disk.rows import RowsOnDisk


def test_duplicates_are_found_by_cosine_and_joined_by_chains():
    rng = np.random.default_rng(0)
    features = rng.random((6, 100)).astype(np.float32) ** 8
    features[4] = features[1] * 3
    features[5] = features[4] + 0.02
    pairs = near_duplicates.find_duplicates(features, [bytes([number]) for number in (0, 1, 2, 3, 1, 5)])
    assert [pair[:2] for pair in pairs] == [(1, 4), (1, 5), (4, 5)]
    assert pairs[0][2] == 1
    assert join.join(6, pairs).tolist() == [0, 1, 2, 3, 1, 1]


@pytest.mark.slow
def test_near_duplicates_among_many_photos_are_those_found_among_few(monkeypatch):
    rng = np.random.default_rng(0)
    vectors = rng.random((600, 300)).astype(np.float32) ** 6 * np.linspace(1, 0.1, 300, dtype=np.float32)
    copies = rng.integers(0, 600, (40, 2))
    vectors[copies[:, 0]] = vectors[copies[:, 1]] + rng.random((40, 300), np.float32) * 0.15
    digests = list(range(600))
    expected = near_duplicates.find_duplicates(vectors, digests)
    assert len(expected) > 20
    monkeypatch.setattr(near_duplicates, "MANY", 100)
    found = near_duplicates.find_duplicates(vectors, digests)
    assert [pair[:2] for pair in found] == [pair[:2] for pair in expected]
    assert [pair[2] for pair in found] == pytest.approx([pair[2] for pair in expected], abs=1e-5)


def test_a_row_on_disk_is_read_once_for_all_pairs_that_it_is_in():
    vectors, read = np.random.default_rng(0).random((50, 8)).astype(np.float32), []

    def counting(places):
        read.extend(places.tolist())
        return vectors[places]

    unit = near_duplicates.UnitRows(RowsOnDisk(counting, vectors.shape))
    del read[:]
    one, other = np.triu_indices(50, 1)
    cosines = unit.cosines(one, other)
    assert sorted(read) == list(range(50))
    whole = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert cosines == pytest.approx((whole @ whole.T)[one, other], abs=1e-6)


def all_alike(n=60, apart=0.4, seed=0):
    """Return features of n photos that all show nearly the same, with a median cosine of about 0.86."""
    rng = np.random.default_rng(seed)
    common = rng.random(400) ** 4
    return (common + apart * rng.random((n, 400)) ** 4).astype(np.float32)


def test_in_a_set_of_photos_all_alike_only_those_nearer_than_its_spread_are_near_duplicates():
    features = all_alike()
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    cosines = (unit @ unit.T)[np.triu_indices(60, 1)]
    assert np.mean(cosines > near_duplicates.NEAR_DUPLICATE) > 0.5  # one chain through all of them
    assert len(near_duplicates.find_duplicates(features, range(60), near_duplicates.NEAR_DUPLICATE)) > 500
    assert near_duplicates.find_duplicates(features, range(60)) == []
    features[7] = features[3] + 0.02 * np.random.default_rng(1).random(400)
    assert [pair[:2] for pair in near_duplicates.find_duplicates(features, range(60))] == [(3, 7)]
    features[20] = features[11] * 1.5
    digests = [f"{position if position != 20 else 11}" for position in range(60)]
    assert [pair[:2] for pair in near_duplicates.find_duplicates(features, digests)] == [(11, 20), (3, 7)]


def test_the_same_threshold_holds_for_all_other_sets():
    features = np.random.default_rng(0).random((50, 200)).astype(np.float32) ** 8
    assert (near_duplicates.thresholds(near_duplicates.UnitRows(features)) == near_duplicates.NEAR_DUPLICATE).all()
    few = all_alike(4)  # too few to tell what their spread is
    assert len(near_duplicates.find_duplicates(few, range(4))) >= 1


def test_copies_are_found_whatever_the_threshold():
    features = np.random.default_rng(0).random((6, 100)).astype(np.float32) ** 8
    features[4] = features[1]
    assert near_duplicates.find_duplicates(features, list("abcdbf"), 0.999999) == [(1, 4, 1.0)]


def test_a_chain_ends_where_its_photos_have_nothing_to_do_with_each_other():
    """Each is close to the next, as on a path from one end to the other; but for the ends of the path nothing is."""
    angle = np.linspace(0, np.pi / 2, 12)
    features = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    features = np.concatenate([features, np.zeros((12, 20), np.float32)], axis=1)
    others = np.eye(22, dtype=np.float32)[2:]
    features = np.concatenate([features, others])
    pairs = near_duplicates.find_duplicates(features, range(len(features)))
    together = join.join(len(features), pairs)
    sizes = np.unique(together[:12], return_counts=True)[1]
    assert len(sizes) > 1 and sizes.max() >= 3
    for one in np.unique(together[:12]):
        members = features[np.flatnonzero(together == one)]
        assert (members @ members.T).mean() > 1 - near_duplicates.CHAIN * 0.1 - 0.05


@pytest.mark.slow
def test_parts_on_one_bench_are_no_near_duplicates_to_a_real_network(real_weights, network):
    from catsex.network import extract, frozen_part
    from catsex.photos import preprocess

    y, x = np.mgrid[:160, :160]
    bench = 120 + 30 * np.sin(x / 17) + 20 * np.cos(y / 31)
    photos = []
    for number in range(24):
        rng = np.random.default_rng(number)
        pixels = np.dstack([bench] * 3) + rng.normal(0, 8, (160, 160, 3))
        distance = np.hypot(x - 80 - rng.normal(0, 4), y - 80 - rng.normal(0, 4))
        pixels[distance < 45], pixels[distance < 15] = 200, 60
        photos.append(preprocess(np.clip(pixels, 0, 255).astype(np.uint8)))
    features = extract(frozen_part(network.model), np.stack(photos), cache=False)
    usual = near_duplicates.find_duplicates(features, range(24), near_duplicates.NEAR_DUPLICATE)
    assert len(np.unique(join.join(24, usual))) < 5
    assert len(np.unique(join.join(24, near_duplicates.find_duplicates(features, range(24))))) >= 22


def test_groups_of_any_size_are_joined_as_their_mean_cosine_says(monkeypatch):
    """Sums that are kept and sums that are made anew decide the same."""
    rng = np.random.default_rng(0)
    bases = np.repeat(rng.normal(size=(12, 30)), 25, axis=0)
    features = (bases + rng.normal(0, 0.28, bases.shape)).astype(np.float32)
    found = []
    for large in (2, 3, 8, 1000):
        monkeypatch.setattr(near_duplicates, "LARGE", large)
        found.append(near_duplicates.find_duplicates(features, range(300)))
    assert len(found[0]) > 300 and found[1] == found[2] == found[3] == found[0]
