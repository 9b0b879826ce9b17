"""Run the frozen network on photos, each once, and write its features to a file.

For example:

    python scripts/extract.py --data my_photos --to features.parquet
    python scripts/evaluate.py --features features.parquet

The two halves of an evaluation can so run on different machines. Any other program's features come in by the same door:
a Parquet or .npz file with the columns label and features, and perhaps subject, path and sha256.
"""

import sys

from catsex import backend, cli, network
from catsex.api.networks import load_network
from catsex.datasets import load_photos


def main():
    """Extract features, and write them with each photo's path, label, subject and checksum."""
    parser = cli.parser(__doc__, "network", "data", "fast-decoding", "skip-unreadable", "weights", "cache")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), help="in pixels (default: the network's own)")
    parser.add_argument("--to", metavar="FILE", type=cli.output_file, required=True, help="ends in .parquet or .npz")
    args = parser.parse_args()

    photos = load_photos(args.data, **cli.photo_options(args)).as_one_set()
    print(photos.headline)
    backend.start_keras(0)
    loaded = load_network(args.network, args.size, args.weights)
    print(f"weights: {loaded.headline}")

    features = network.extract(network.frozen_part(loaded.model), photos, cache=args.cache)  # (photos, 1280)
    network.write_features(args.to, photos, features, loaded)
    print(f"{args.to}: {len(features):,} photos, {features.shape[1]:,} features each")


if __name__ == "__main__":
    sys.exit(cli.run(main))
