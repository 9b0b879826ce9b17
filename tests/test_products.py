import subprocess
import sys

import numpy as np
import pytest

from catsex import products


@pytest.mark.parametrize(
    "shape", [(3, 4, 5), (16, 330, 1200), (1200, 330, 16), (1, 2**15, 30), (600, 600, 700), (0, 5, 4)]
)
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_product_is_that_of_numpy(shape, kind):
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=size).astype(kind) for size in (shape[:2], shape[1:]))
    expected, close = a.astype(float) @ b, 2e-3 if kind is np.float32 else 1e-9
    for product in (products.in_pieces, products.shared):
        found = product(a, b)
        assert found.dtype == kind
        np.testing.assert_allclose(found, expected, atol=close)
        np.testing.assert_allclose(product(a[::-1], b), expected[::-1], atol=close)


@pytest.mark.parametrize("rows", [0, 50, 9000])
def test_products_of_all_columns_are_those_of_numpy(rows):
    x = np.random.default_rng(0).normal(size=(rows, 200)).astype(np.float32)
    np.testing.assert_allclose(products.gram(x), x.astype(float).T @ x, atol=2e-2, rtol=1e-4)


def test_what_threads_return_is_in_order():
    assert products.at_once(lambda number: number**2, range(50)) == [number**2 for number in range(50)]


def test_no_piece_is_so_large_that_threads_share_it(monkeypatch):
    sizes, whole = [], np.matmul

    def counted(a, b, out):
        sizes.append(a.shape[0] * a.shape[1] * b.shape[1])
        return whole(a, b, out=out)

    monkeypatch.setattr(products.np, "matmul", counted)
    products.in_pieces(np.ones((16, 30)), np.ones((30, 1200)))
    assert len(sizes) == 3 and max(sizes) <= products.SINGLE


SAID = "import os; os.environ['OPENBLAS_NUM_THREADS'] = '3'; "


@pytest.mark.parametrize(("before", "expected"), [("", "1"), ("import numpy; ", "None"), (SAID, "3")])
def test_one_thread_is_asked_for_unless_numpy_is_there_or_the_user_says_otherwise(before, expected, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    program = f"{before}import catsex, os; print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"{expected}\n"


def test_products_of_unit_rows_are_cosines():
    rows = products.unit_rows(np.array([[3, 4], [-8, 6], [0, 0]], np.float32))
    assert rows.dtype == np.float32 and rows @ rows.T == pytest.approx(np.diag([1, 1, 0]), abs=1e-6)
