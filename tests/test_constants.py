"""Each constant stands once: no other module gives a number to a name that constants.py has."""

import ast
from pathlib import Path

import catsex
from catsex import constants

PACKAGE = Path(catsex.__file__).parent
NAMES = {name for name in vars(constants) if name.isupper()}


def test_nobody_else_gives_them_a_value():
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = {target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)}
            if path.name != "constants.py" and names & NAMES:
                wrong.append(f"{path.name}: {names & NAMES}")
    assert not wrong
