"""Draw the README's figures from the records of runs, into docs/figures. There is no photograph in them.

For example:

    python scripts/train_validate.py --seed 1 --out runs/validate
    python scripts/evaluate.py --seed 1 --out runs/evaluate
    python docs/draw_figures.py runs/validate runs/evaluate
"""

import sys
from pathlib import Path

from catsex import cli
from catsex.report import page, read

FIGURES = Path(__file__).parent / "figures"


def main():
    """Write each figure under the name of the script whose results it shows."""
    parser = cli.parser(__doc__)
    parser.add_argument("folders", metavar="RUN_FOLDER", nargs="+", help="the record of a run")
    args = parser.parse_args()

    FIGURES.mkdir(exist_ok=True)
    for folder in args.folders:
        record = read(folder)
        for picture in page.pictures_of(record):
            path = FIGURES / f"{Path(record['record']['script']).stem}_{picture.name}.svg"
            path.write_text(picture.svg, encoding="utf-8")
            print(f"{path.relative_to(FIGURES.parents[1])}: {picture.finding}")


if __name__ == "__main__":
    sys.exit(cli.run(main))
