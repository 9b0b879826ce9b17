"""Matrix products that do not wait for threads.

OpenBLAS, NumPy's library for products, splits all but the smallest among threads, which then wait for each other.
Beside another program that is at work, a product of a tenth of a millisecond so takes up to a hundred. So `catsex` asks
for one thread, as long as NumPy is not loaded yet; where it is, `in_pieces` keeps small products on one. Large ones are
shared among threads of Python, which need not wait for each other.
"""

import os
from collections.abc import Callable, Iterable
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


def gram(x: np.ndarray) -> np.ndarray:
    """Return the products of all columns, ``x.T @ x``, of many rows shared among threads as well: (m, k) -> (k, k)."""
    cores = os.cpu_count() or 1
    if x.size * x.shape[1] < LARGE or cores == 1:
        return x.T @ x
    return sum(at_once(lambda piece: piece.T @ piece, np.array_split(x, cores)))


def at_once(function: Callable, items: Iterable) -> list:
    """Call a function for each item, in as many threads as cores, and return what it returned, in order."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(function, items))


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Return each row at length 1, so that products of rows are cosines; zeros stay zeros: (n, d) -> (n, d)."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
