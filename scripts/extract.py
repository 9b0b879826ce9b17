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

import catsex
from catsex import cli
from catsex.cluster import is_stored
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
    if is_stored(args.data) and not args.ray:
        parser.error("--data: photos in object storage take --ray")

    photos = cli.load_photos(args)
    print(photos.headline)
    names = ("network", "size", "weights", "cache", "ray")
    print(catsex.extract(photos, args.to, **{name: getattr(args, name) for name in names}).summary())


if __name__ == "__main__":
    sys.exit(cli.run(main))
