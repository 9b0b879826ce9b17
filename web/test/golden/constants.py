"""Write web/src/constants.js: what the page goes by as Python does, from catsex/constants.py.

python web/test/golden/constants.py
"""

from pathlib import Path

from catsex import constants

FILE = Path(__file__).resolve().parents[2] / "src" / "constants.js"
FIRST = "// Written by web/test/golden/constants.py from catsex/constants.py, which says why each is what it is."


def javascript():
    """Return the constants as a module of JavaScript."""
    found = {name: value for name, value in vars(constants).items() if name.isupper()}
    return "\n".join([FIRST, *(f"export const {name} = {value:g};" for name, value in found.items()), ""])


if __name__ == "__main__":
    FILE.write_text(javascript(), encoding="utf-8")
