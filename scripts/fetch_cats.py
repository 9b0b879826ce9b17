"""Fetch the tutorial's 40 photos into data/cats, and the public photos of cats and dogs.

For example:

    python scripts/fetch_cats.py
    python scripts/fetch_cats.py --from cats.zip
    python scripts/fetch_cats.py --with-dogs
"""

import sys

from catsex import cli
from catsex.datasets import cats, open_cats_dogs


def main():
    """Fetch cats.zip from the tutorial's site, or from a local copy."""
    parser = cli.parser(__doc__)
    parser.add_argument("--from", dest="source", metavar="FILE_OR_URL", type=cli.path_name, help="a copy of cats.zip")
    parser.add_argument("--with-dogs", action="store_true", help="also 3,000 photos for cats_vs_dogs.py (68 MB)")
    args = parser.parse_args()

    cats.fetch_cats([args.source] if args.source else cats.CATS_ZIP_URLS)
    print(cats.open_cats().headline)
    if args.with_dogs:
        print(open_cats_dogs(fetch=True).headline)


if __name__ == "__main__":
    sys.exit(cli.run(main))
