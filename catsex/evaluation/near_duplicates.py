"""Photos that are the same, or nearly: found by the cosine of their features."""

import numpy as np

# Two different photos of the reference sets come no closer than a cosine of 0.81 (780 pairs of the tutorial's
# cats; 0.78 among 79,800 pairs of cats and dogs). The same photo recompressed, mirrored, made brighter by a fifth
# or cropped by a twentieth on each side stays above 0.90, at half its size in 95 of 100 cases.
NEAR_DUPLICATE = 0.90
SAME_FILE = 0.9999  # what only copies of one file reach, whatever the network; how alike others look to it is not known
MANY = 2000  # photos; for more, pairs are sorted out by shorter vectors first


def how_alike(network):
    """Return the cosine above which photos are near-duplicates to a network, as `find_duplicates` takes it."""
    return NEAR_DUPLICATE if network == "MobileNetV2" else SAME_FILE


def find_duplicates(features, digests, threshold=NEAR_DUPLICATE):
    """Find photos that are the same, or nearly.

    Parameters
    ----------
    features : ndarray, shape (n, d), float32
    digests : sequence of n bytes
        A checksum of each file's content.
    threshold : float, -1 to 1
        Photos whose features have a larger cosine are near-duplicates.

    Returns
    -------
    list of (int, int, float)
        Pairs of photos with the cosine of their features, the closest first.
    """
    unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    short = _upper_bounds(unit) if len(unit) > MANY else unit
    pairs = []
    for start in range(0, len(unit), 1000):  # a slice at a time: memory does not grow with n * n
        rows, columns = np.nonzero(short[start : start + 1000] @ short[start:].T > threshold - 1e-6)
        later = rows < columns
        rows, columns = rows[later] + start, columns[later] + start
        cosines = np.concatenate(
            [np.einsum("pd,pd->p", unit[r], unit[c]) for r, c in _slices(rows, columns)] or [np.zeros(0)]
        )
        for row, column, cosine in zip(rows.tolist(), columns.tolist(), cosines.tolist(), strict=True):
            if cosine > threshold:
                pairs.append((row, column, 1.0 if digests[row] == digests[column] else min(1.0, round(cosine, 6))))
    return sorted(pairs, key=lambda pair: (-pair[2], pair))


def _upper_bounds(unit, kept=128):
    """Shorten unit vectors such that their products are never less than before: (n, d) -> (n, kept + 1).

    In coordinates along which the vectors vary most the first ones are kept; of the rest only its length is, and no
    two rests have a larger product than their lengths have (Cauchy and Schwarz).
    """
    axes = np.linalg.eigh(unit.T @ unit)[1][:, ::-1][:, :kept]  # the most important first
    first = unit @ axes
    rest = np.sqrt(np.maximum(1 - np.einsum("nk,nk->n", first, first), 0))
    return np.concatenate([first, rest[:, None]], axis=1)


def _slices(rows, columns, size=10_000):
    """Cut pairs into slices, so that their vectors fit into memory."""
    return [(rows[start : start + size], columns[start : start + size]) for start in range(0, len(rows), size)]
