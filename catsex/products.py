"""Matrix products that do not wait for threads.

OpenBLAS, NumPy's library for products, splits all but the smallest among threads, which then wait for each other.
Beside another program that is at work, a product of a tenth of a millisecond so takes up to a hundred. So `catsex` asks
for one thread, as long as NumPy is not loaded yet; where it is, `in_pieces` keeps small products on one. Large ones are
shared among threads of Python, which need not wait for each other.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

SINGLE = 2**18  # multiplications, up to which OpenBLAS stays on one thread
LARGE = 2**27  # from here on, some ten milliseconds, several threads pay off


def in_pieces(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a product, worked out in pieces of at most `SINGLE` multiplications: (m, k), (k, n) -> (m, n)."""
    (m, k), n = a.shape, b.shape[1]
    out = np.empty((m, n), np.result_type(a, b))
    columns = max(1, SINGLE // max(1, m * k))
    for start in range(0, n, columns):
        piece = slice(start, start + columns)
        np.matmul(a, b[:, piece], out=out[:, piece])
    return out


def shared(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a product, a large one shared among as many threads as cores: (m, k), (k, n) -> (m, n)."""
    (m, k), n, cores = a.shape, b.shape[1], os.cpu_count() or 1
    if m * k * n < LARGE or cores == 1:
        return a @ b
    out = np.empty((m, n), np.result_type(a, b))
    bounds = np.linspace(0, m, cores + 1).astype(int)

    def work_out(start, end):
        np.matmul(a[start:end], b, out=out[start:end])

    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work_out, bounds[:-1], bounds[1:]))
    return out
