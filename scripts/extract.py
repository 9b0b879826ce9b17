"""Run the frozen network on photos, each once, and write its features to a file.

For example:

    python scripts/extract.py --data my_photos --to features.parquet
    python scripts/evaluate.py --features features.parquet
    python scripts/extract.py --data my_photos --to features.parquet --ray auto
    python scripts/extract.py --data s3://bucket/my_photos --to features.parquet --ray auto

The two halves of an evaluation can so run on different machines. Any other program's features come in by the same door:
a Parquet or .npz file with the columns label and features, and perhaps subject, path and sha256.

With --ray, all cores of a cluster run the network, and FILE becomes a folder of files. What was stopped goes on when it
is started again. The photos may then be in object storage, s3:// or gs://. docs/scale.md says what it takes.
"""

import sys

from catsex import backend, cli, cluster, network
from catsex.api.networks import load_network
from catsex.datasets import load_photos
from catsex.network.feature_files import ENDINGS


def main():
    """Extract features, and write them with each photo's path, label, subject and checksum."""
    parser = cli.parser(__doc__, "network", "data", "reading", "weights", "cache")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), help="in pixels (default: the network's own)")
    parser.add_argument("--to", metavar="FILE", type=cli.output_path, required=True, help="ends in .parquet or .npz")
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="of a Ray cluster; auto: the one that runs here, else all cores of this machine",
    )
    args = parser.parse_args()
    if args.to.is_dir() and not args.ray:
        parser.error(f"--to: {args.to} is a folder; expected the name of a file")
    endings = ENDINGS[:1] if args.ray else ENDINGS
    if args.to.suffix.lower() not in endings:
        parser.error(f"--to: {args.to} does not end in {' or '.join(endings)}")
    if cluster.is_stored(args.data) and not args.ray:
        parser.error("--data: photos in object storage take --ray")

    if cluster.is_stored(args.data):
        photos = cluster.list_store(args.data, **cli.photo_options(args))
    else:
        photos = load_photos(args.data, **cli.photo_options(args)).as_one_set()
    print(photos.headline)
    backend.start_keras(0)
    loaded = load_network(args.network, args.size, args.weights)
    print(f"weights: {loaded.headline}")

    if args.ray:
        address = None if args.ray == "auto" else args.ray
        parts = cluster.extract_on_cluster(network.frozen_part(loaded.model), photos, loaded, args.to, address)
        done, failed = (sum(part[what] for part in parts) for what in ("photos", "errors"))
        print(f"{args.to}: {done:,} of {len(photos):,} photos computed now, {failed:,} of them could not be read")
        return
    features = network.extract(network.frozen_part(loaded.model), photos, cache=args.cache)  # (photos, 1280)
    network.write_features(args.to, photos, features, loaded)
    print(f"{args.to}: {len(features):,} photos, {features.shape[1]:,} features each")


if __name__ == "__main__":
    sys.exit(cli.run(main))
