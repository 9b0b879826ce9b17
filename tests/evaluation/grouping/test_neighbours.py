import numpy as np

from catsex.evaluation.grouping import near_duplicates
from catsex.evaluation.grouping.neighbours import close_pairs


def features_with_copies(n=3000, d=64, seed=0):
    """Return features of n photos, of which 200 are nearly those of another one."""
    rng = np.random.default_rng(seed)
    features = rng.gamma(0.4, size=(n, d)).astype(np.float32)
    one, other = rng.choice(n, (2, 200), replace=False)
    features[one] = features[other] * rng.uniform(0.7, 1.4, (200, d)).astype(np.float32)
    return features


def test_close_pairs_are_found_once_each():
    features = features_with_copies()
    unit = near_duplicates.UnitRows(features)
    whole = features / unit.lengths[:, None]
    expected = set(zip(*np.nonzero(np.triu(whole @ whole.T > 0.9, 1)), strict=True))
    assert len(expected) >= 150
    least = np.full(len(features), 0.9)
    found = [
        (int(a), int(b))
        for rows, columns in close_pairs(near_duplicates.upper_bounds(unit, np.float16, kept=32), least)
        for a, b in zip(rows, columns, strict=True)
    ]
    assert len(found) == len(set(found)) and all(a < b for a, b in found)
    assert len(expected & set(found)) >= 0.99 * len(expected)


def test_very_many_photos_have_the_near_duplicates_that_many_have(monkeypatch):
    features, digests = features_with_copies(seed=1), list(range(3000))
    expected = near_duplicates.find_duplicates(features, digests, 0.9)
    monkeypatch.setattr(near_duplicates, "TOO_MANY", 100)
    found = near_duplicates.find_duplicates(features, digests, 0.9)
    assert len(expected) >= 150 and len(set(found) & set(expected)) >= 0.99 * len(expected)
    assert set(found) <= set(expected)
