# make check: what every change must pass, in about a minute.  make test: all of it.  make docs: the site, in build/site.
python = .venv/bin/python

check:
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	$(python) -m pytest -n 2 --dist loadfile -m "not slow"

test:
	$(python) -m pytest -n 2 --dist loadfile

docs:
	$(python) -m mkdocs build --strict

.PHONY: check test docs
