"""Would another configuration do better on these photos, or does it only look better?

Each configuration predicts every photo while it is held out, all with the same folds. The differences are compared
with chance, and the best score is corrected for having been picked. docs/method.md explains it.

For example:

    python scripts/compare.py --data my_photos --with head --with ridge --with size=160
    python scripts/compare.py --data my_photos --with head --with size=160,ridge --json compared.json
"""

import sys

import catsex
from catsex import cli
from catsex.evaluation import parse_configurations


def main():
    """Cross-validate each configuration with the same folds, compare, and say what it means."""
    parser = cli.parser(__doc__, "network", *cli.ASKING)
    parser.add_argument(
        "--with",
        dest="configurations",
        metavar="CONFIGURATION",
        action="append",
        help="one of at least two: head, ridge, size=160, network=ResNet50V2, or several as in size=160,ridge "
        "(default: head and ridge)",
    )
    parser.add_argument(
        "--folds", type=cli.whole_number(2, 100), help="folds of cross-validation (default: 5, or fewer)"
    )
    parser.add_argument("--repeats", type=cli.whole_number(1, 1000), default=5, help="each with new folds (default: 5)")
    args = parser.parse_args()
    configurations = args.configurations or ["head", "ridge"]
    parse_configurations(configurations)  # before anything is read

    photos = cli.load_photos(args)
    print(photos.headline, file=sys.stderr)
    options = {name: getattr(args, name) for name in ("seed", "folds", "repeats", "network", "weights", "cache")}
    found = catsex.compare(photos, configurations, **options)
    print(found.summary())
    cli.keep(args, found)


if __name__ == "__main__":
    sys.exit(cli.run(main))
