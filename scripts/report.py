"""Draw the page of a run again, from the results in its folder.

For example:

    python scripts/report.py runs/evaluate-20260131-174500
"""

import sys

from catsex import cli
from catsex.errors import CatsexError
from catsex.files import show
from catsex.report import page, redrawing


def main():
    """Read results.json, and draw the figures and report.html from it."""
    parser = cli.parser(__doc__)
    parser.add_argument("folder", metavar="RUN_FOLDER", type=cli.path_name, help="the folder with the record of a run")
    args = parser.parse_args()

    if not page.can_draw():
        raise CatsexError(f"matplotlib or Jinja is missing: {page.HOW_TO_DRAW}")
    print(f"See {show(redrawing.redraw(args.folder))}")


if __name__ == "__main__":
    sys.exit(cli.run(main))
