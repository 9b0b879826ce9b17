"""Would another way of learning do better on these photos, or does it only look better?

Each configuration predicts every photo while it is held out, all with the same folds. The differences are compared
with chance, and the best score is corrected for having been picked. docs/method.md explains it.

For example:

    python scripts/compare.py --data my_photos --with head --with ridge --with size=160
    python scripts/compare.py --data my_photos --with head --with size=160,ridge --json compared.json
"""

import sys

from catsex import backend, cli, evaluation
from catsex.api.networks import load_network
from catsex.datasets import load_photos
from catsex.report import comparison


def main():
    """Cross-validate each configuration with the same folds, compare, and say what it means."""
    parser = cli.parser(__doc__, "network", *cli.ASKING)
    parser.add_argument(
        "--with",
        dest="configurations",
        metavar="SETTING",
        action="append",
        help="one of at least two: head, ridge, size=160, network=ResNet50V2, or several as in size=160,ridge "
        "(default: head and ridge)",
    )
    parser.add_argument("--folds", type=cli.whole_number(2, 100), help="parts to hold out (default: 5, or fewer)")
    parser.add_argument("--repeats", type=cli.whole_number(1, 1000), default=5, help="default: 5")
    args = parser.parse_args()
    configurations = evaluation.parse_configurations(args.configurations or ["head", "ridge"])

    photos = load_photos(args.data, **cli.photo_options(args)).as_one_set()
    print(photos.headline, file=sys.stdout if photos.is_demo else sys.stderr)
    seed = backend.start_keras(args.seed)

    def load(name, size):
        return load_network(name or args.network, size, None if name else args.weights)

    results = evaluation.compare(
        photos, configurations, load, seed=seed, folds=args.folds, repeats=args.repeats, cache=args.cache
    )
    print(comparison.text(results))
    first = evaluation.first_source(results)
    print(f"\nweights: {first.source}; seed: {seed}; {results['seconds']} s")
    cli.keep(args, results, photos, first, seed)


if __name__ == "__main__":
    sys.exit(cli.run(main))
