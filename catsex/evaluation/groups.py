"""Photos that belong together, and must never be split: near-duplicates, and copies of what is trained on."""

import logging

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

log = logging.getLogger(__name__)


# Two different photos of the reference sets come no closer than a cosine of 0.81 (780 pairs of the tutorial's
# cats; 0.78 among 79,800 pairs of cats and dogs). The same photo recompressed, mirrored, made brighter by a fifth
# or cropped by a twentieth on each side stays above 0.90, at half its size in 95 of 100 cases.
NEAR_DUPLICATE = 0.90
MANY = 2000  # photos; for more, pairs are sorted out by shorter vectors first


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


def join(n, pairs, groups=None):
    """Return which photos belong together: those of one group, and those that a chain of near-duplicates joins.

    Parameters
    ----------
    n : int
        Number of photos.
    pairs : list of (int, int, float)
        As `find_duplicates` returns them.
    groups : ndarray, shape (n,), int, optional
        Photos with the same number show the same subject. Where near-duplicates join two groups, they become one:
        of groups within groups, the coarsest counts.

    Returns
    -------
    ndarray, shape (n,), int
        The first photo of each photo's group; most photos are groups of their own.
    """
    edges = [(first, second) for first, second, _ in pairs]
    if groups is not None:
        _, first, group = np.unique(groups, return_index=True, return_inverse=True)
        edges += zip(first[group], range(n), strict=True)
    rows, columns = np.array(edges, int).reshape(-1, 2).T
    _, part = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n)), directed=False)
    return np.unique(part, return_index=True)[1][part]


def warn_of_copies(photos, held_out):
    """Say if photos that are held out are copies of others that are trained on.

    Parameters
    ----------
    photos : PhotoSet
    held_out : ndarray, shape (N,), bool

    Raises
    ------
    ImageError
        If a photo cannot be read.
    """
    digests = photos.checksums
    trained_on = {digest: name for digest, name, out in zip(digests, photos.names, held_out, strict=True) if not out}
    copies = [
        f"{name} is {trained_on[digest]}"
        for digest, name, out in zip(digests, photos.names, held_out, strict=True)
        if out and digest in trained_on
    ]
    if copies:
        log.warning("%d held-out photos are trained on too, such as: %s", len(copies), copies[0])
