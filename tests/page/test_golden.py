"""The page's modules, held in Node to what Python computes."""

import shutil

import numpy as np
import pytest

from catsex.page import golden, site
from catsex.page.small_generator import SmallGenerator


def test_the_small_generator_is_even_and_repeats_itself():
    draws = SmallGenerator(1, 2).random(20_000)
    assert abs(draws.mean() - 0.5) < 0.01
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 0.02
    assert (np.histogram(draws, 10, (0, 1))[0] > 1800).all()
    assert (SmallGenerator(1, 2).random(50) == draws[:50]).all()
    assert not np.isin(SmallGenerator(1, 3).random(50), draws).any()
    assert sorted(SmallGenerator(4).permutation(100)) == list(range(100))


def test_the_pages_own_tests_pass_on_new_golden_files(page_files, npm_test):
    folder = site.SOURCES / "given" / "golden"
    shutil.rmtree(folder, ignore_errors=True)
    golden.write(folder)
    done = npm_test()
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# fail 0" in done.stdout
    assert "# skipped 0" in done.stdout


@pytest.mark.parametrize("classes", [2, 3])
def test_a_golden_evaluation_is_worth_comparing_with(classes):
    """Something is learned, and not all: equal results of two programs then mean something."""
    expected = golden._results(classes, permutations=19)["expected"]
    assert 1 / classes + 0.05 < expected["accuracy"] < 0.95
    assert expected["null_sd"] > 0.02
