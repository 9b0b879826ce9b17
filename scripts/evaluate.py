"""Can a network really learn to tell these photos apart, or is it fooling me?

Every photo is held out in turn, many times over, and the result is compared with what the very same procedure
gives when the labels are shuffled, so that there is nothing to learn. docs/method.md explains it.

For example:

    python scripts/evaluate.py
    python scripts/evaluate.py --data my_photos --seed 1 --json verdict.json
    python scripts/evaluate.py --features features.parquet
    python scripts/evaluate.py --data my_photos --as-they-came
"""

import sys

from catsex import backend, cli, cluster, evaluation, network
from catsex.api.networks import load_network
from catsex.datasets import load_photos
from catsex.report import summary


def main():
    """Extract features, cross-validate, compare with luck, and say what it means."""
    parser = cli.parser(__doc__, "network", *cli.ASKING)
    parser.add_argument("--folds", type=cli.whole_number(2, 100), help="parts to hold out (default: 5, or fewer)")
    parser.add_argument("--repeats", type=cli.whole_number(1, 1000), help="default: 10, fewer for over 400 photos")
    parser.add_argument("--permutations", type=cli.whole_number(19, 10**6), default=1000, help="default: 1000")
    parser.add_argument(
        "--near-duplicates", metavar="COSINE", type=cli.cosine, help="how alike they are, or off (default: by the set)"
    )
    parser.add_argument(
        "--features", metavar="FILE", type=cli.path_name, help="in place of photos: what scripts/extract.py has written"
    )
    parser.add_argument(
        "--ray", metavar="ADDRESS", help="of a Ray cluster, for the shuffles of many photos; auto: all cores here"
    )
    parser.add_argument(
        "--as-they-came",
        metavar="COLUMN",
        nargs="?",
        const=evaluation.BY_ITSELF,
        help="also bet on each new pair, which stays true however often one looks (order: by a column, time or names)",
    )
    args = parser.parse_args()
    if args.features:
        cli.refuse_photos(parser, args, "--features")
    options = {"folds": args.folds, "repeats": args.repeats, "permutations": args.permutations}
    options["near_duplicates"] = args.near_duplicates
    if args.ray:
        options["spread"] = cluster.spreader(args.ray)
    came, betting = {}, {"near_duplicates": args.near_duplicates, "remember": args.cache}

    if args.features:
        photos = loaded = network.read_features(args.features)
        print(photos.headline, file=sys.stderr)
        if args.as_they_came is not None:
            came = {"as_they_came": evaluation.table_as_they_came(photos, args.as_they_came, **betting)}
        options["seed"] = seed = backend.start_keras(args.seed)
        results = evaluation.evaluate_table(photos, remember=args.cache, **options)
    else:
        photos = load_photos(args.data, **cli.photo_options(args)).as_one_set()
        print(photos.headline, file=sys.stdout if photos.is_demo else sys.stderr)
        options["seed"] = seed = backend.start_keras(args.seed)
        loaded = load_network(args.network, weights=args.weights)

        # The output of all layers but the last, which never changes: each photo runs through them once.
        features = network.extract(network.frozen_part(loaded.model), photos, cache=args.cache)  # (40, 1280)
        options["near_duplicates"] = options["near_duplicates"] or evaluation.how_alike(loaded.network)
        if args.as_they_came is not None:
            betting["near_duplicates"] = options["near_duplicates"]
            came = {"as_they_came": evaluation.as_they_came(photos, features, args.as_they_came, **betting)}
        results = evaluation.evaluate(photos, features, network=loaded.network, remember=args.cache, **options)
    results |= came
    print(summary.text(results))
    print(f"\nweights: {loaded.source}; seed: {seed}; {results['seconds']} s for {results['heads']:,} heads")
    cli.keep(args, results, photos, loaded, seed)


if __name__ == "__main__":
    sys.exit(cli.run(main))
