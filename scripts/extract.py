"""Run the frozen network on photos, each once, and write its features to a file.

For example:

    python scripts/extract.py --data my_photos --to features.parquet
    python scripts/evaluate.py --features features.parquet
    python scripts/extract.py --data my_photos --to features.parquet --ray auto
    python scripts/extract.py --data s3://bucket/my_photos --to features.parquet

So the two halves of an evaluation can run on different machines. Features of other programs can be evaluated as well:
a Parquet or .npz file with the columns label and features, and optionally subject, path and sha256.

Photos may be in object storage, s3:// or gs://. Of these, and with --ray, which runs the network on all cores of a
cluster, FILE becomes a folder of files. A run that was stopped continues when it is started again. See docs/scale.md.
"""

import sys

import catsex
from catsex import cli
from catsex.cluster import is_stored
from catsex.network.feature_files import ENDINGS


def main():
    """Extract features, and write them with each photo's path, label, subject and checksum."""
    parser = cli.parser(__doc__, "network", "data", "reading", "weights", "cache")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), help="of photos, in pixels (default: the network's)")
    parser.add_argument(
        "--to", metavar="FILE", type=cli.output_path, required=True, help="the new file of features, .parquet or .npz"
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="address of a Ray cluster; auto: the one on this machine, else all its cores",
    )
    args = parser.parse_args()
    in_parts = args.ray or is_stored(args.data)
    if args.to.is_dir() and not in_parts:
        parser.error(f"--to: {args.to} is a folder; expected the name of a file")
    endings = ENDINGS[:1] if in_parts else ENDINGS
    if args.to.suffix.lower() not in endings:
        parser.error(f"--to: {args.to} does not end in {' or '.join(endings)}")

    photos = cli.load_photos(args)
    print(photos.headline)
    names = ("network", "size", "weights", "cache", "ray")
    print(catsex.extract(photos, args.to, **{name: getattr(args, name) for name in names}).summary())


if __name__ == "__main__":
    sys.exit(cli.run(main))
