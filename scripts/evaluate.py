"""Can a network really learn to tell these photos apart, or is it fooling me?

Every photo is held out in turn, many times over, and predicted by a network that has not seen it. Whether the classes
differ is tested against chance: by a thousand permutations of the labels. docs/method.md explains it.

For example:

    python scripts/evaluate.py
    python scripts/evaluate.py --data my_photos --seed 1 --json verdict.json
    python scripts/evaluate.py --features features.parquet
    python scripts/evaluate.py --data my_photos --as-they-came
    python scripts/evaluate.py --data my_photos --write-table photos.csv
"""

import sys

import catsex
from catsex import cli
from catsex.network import read_features
from catsex.report import labels


def main():
    """Extract features, cross-validate, compare with chance, and say what it means."""
    parser = cli.parser(__doc__, "network", *cli.ASKING)
    add = parser.add_argument
    add("--folds", type=cli.whole_number(2, 100), help="folds of cross-validation (default: 5, or fewer)")
    add("--repeats", type=cli.whole_number(1, 1000), help="each with new folds (default: 10; fewer for many photos)")
    add("--permutations", type=cli.whole_number(19, 10**6), default=1000, help="of the labels (default: 1000)")
    add("--near-duplicates", metavar="COSINE", type=cli.cosine, help="cosine that near-duplicates exceed, or off")
    add("--features", metavar="FILE", type=cli.path_name, help="features from extract.py instead of photos")
    add("--ray", metavar="ADDRESS", help="Ray cluster for what takes long; auto: all cores here")
    order = {"metavar": "COLUMN", "nargs": "?", "const": "", "help": "also bet on pairs in order of a column or time"}
    add("--as-they-came", **order)
    add("--write-table", metavar="FILE", type=cli.new_file, help="CSV to correct labels in, for --data")
    args = parser.parse_args()
    if args.features and args.write_table:
        parser.error("--write-table names photos, and --features has none; leave out one of them")
    if args.features:
        cli.refuse_photos(parser, args, "--features")
    options = {name: getattr(args, name) for name in ("seed", "folds", "repeats", "permutations", "near_duplicates")}
    options |= {"as_they_came": args.as_they_came, "cache": args.cache, "ray": args.ray}

    photos = read_features(args.features) if args.features else cli.load_photos(args)
    print(photos.headline, file=sys.stderr)
    if args.features:
        found = catsex.evaluate_features(photos, **options)
    else:
        found = catsex.evaluate(photos, network=args.network, weights=args.weights, **options)
    print(found.summary())
    if args.write_table:
        labels.write_table(args.write_table, photos, found.to_dict())
    cli.keep(args, found)


if __name__ == "__main__":
    sys.exit(cli.run(main))
