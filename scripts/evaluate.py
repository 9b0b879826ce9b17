"""Can a network really learn to tell these photos apart, or is it fooling me?

Every photo is held out in turn, many times over, and the result is compared with what the very same procedure
gives when the labels are shuffled, so that there is nothing to learn. docs/method.md explains it.

For example:

    python scripts/evaluate.py
    python scripts/evaluate.py --data my_photos --seed 1 --json verdict.json
"""

import sys

from catsex import backend, cli
from catsex.datasets import load


def main():
    """Extract features, cross-validate, compare with luck, and say what it means."""
    parser = cli.parser(__doc__, "data", "skip-unreadable", "weights", "seed", "cache", "json", "record")
    parser.add_argument("--folds", type=cli.whole_number(2, 100), default=5, help="parts to hold out (default: 5)")
    parser.add_argument("--repeats", type=cli.whole_number(1, 1000), help="default: 10, fewer for over 400 photos")
    parser.add_argument("--permutations", type=cli.whole_number(19, 10**6), default=1000, help="default: 1000")
    args = parser.parse_args()

    photos = load.load_photos(args.data, **cli.photo_options(args)).as_one_set()
    print(photos.headline, file=sys.stderr if photos.name != "demo" else sys.stdout)
    seed = backend.start_keras(args.seed)
    from catsex.evaluation import protocol
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights
    from catsex.report import summary

    pretrained = weights.load_mobilenet(args.weights)
    vectors = features.extract(frozen_part(pretrained.model), photos.paths, cache=args.cache)
    results = protocol.evaluate(
        photos, vectors, seed=seed, folds=args.folds, repeats=args.repeats, permutations=args.permutations
    )
    print(summary.text(results))
    print(f"\nweights: {pretrained.source}; seed: {seed}; {results['seconds']} s for {results['heads']:,} heads")
    common = {"data": photos.name, "weights": pretrained.source, "seed": seed, "versions": backend.versions()}
    cli.keep(args, common | results, photos, pretrained)


if __name__ == "__main__":
    sys.exit(cli.run(main))
