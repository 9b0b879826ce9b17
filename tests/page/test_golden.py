"""The page's modules, held in Node to what Python computes."""

import pytest


@pytest.mark.slow
def test_the_pages_own_tests_pass_on_new_golden_files(page_files, npm_test, golden_folder):
    done = npm_test()
    assert done.returncode == 0, done.stdout[-5000:]
    assert "# fail 0" in done.stdout
    assert "# skipped 0" in done.stdout
