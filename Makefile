# make check: what every change must pass, about a minute.  make test: all tests.  make coverage: all tests, and the lines
# and branches that they run.  make docs: the site, in build/site.  make lowest: the quick tests on the lowest versions
# that setup.cfg claims, with a Python that has wheels of them (3.10 or 3.11).
python = $(if $(wildcard .venv),.venv/bin/python,python3)
pytest = -m pytest -n 2 --dist loadfile

check: lint quick

lint:
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy

quick:
	$(python) $(pytest) -m "not slow"

test: quick
	$(python) $(pytest) -m slow

# Where no file may be written, coverage itself fails.
unwritable = tests/datasets/test_load.py::test_where_nothing_can_be_written_it_says_that_there_are_no_photos

coverage:
	$(python) -m coverage erase
	$(python) -m coverage run $(pytest) --deselect $(unwritable)
	$(python) -m coverage combine --quiet
	$(python) -m coverage report --skip-covered --sort=cover

docs:
	$(python) -m mkdocs build --strict

lowest:
	python3 -m venv build/lowest
	build/lowest/bin/pip install -c .ci/lowest.txt -e ".[report,scale,tables]" pytest pytest-xdist
	build/lowest/bin/pytest -n 2 --dist loadfile -m "not slow" -W default

.PHONY: check lint quick test coverage docs lowest
