# make check: what every change must pass, in about a minute.  make test: all of it.  make docs: the site, in build/site.
# make lowest: the quick tests on the lowest versions that setup.cfg claims, with a Python that has wheels of them (3.10 or 3.11).
python = .venv/bin/python

check:
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	$(python) -m pytest -n 3 --dist loadfile -m "not slow"

test:
	$(python) -m pytest -n 3 --dist loadfile

docs:
	$(python) -m mkdocs build --strict

lowest:
	python3 -m venv build/lowest
	build/lowest/bin/pip install -c .ci/lowest.txt -e ".[report,scale,tables]" pytest pytest-xdist
	build/lowest/bin/pytest -n 3 --dist loadfile -m "not slow"

.PHONY: check test docs lowest
