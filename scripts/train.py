"""Train a network to tell your own photos apart, and save it.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg

DIR has one folder per class. Photos in a folder test or validation beside a folder train test the model and are not
trained on. To find out whether there is anything to learn, use scripts/evaluate.py.
"""

import sys

import catsex
from catsex import cli
from catsex.network import TRAINING_METHODS
from catsex.prediction import saving


def main():
    """Load the photos, train a new last layer on them, and save the network."""
    parser = cli.parser(__doc__, "network", *cli.TRAINING, "balance")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), help="of photos, in pixels (default: the network's)")
    parser.add_argument("--method", choices=TRAINING_METHODS, default="head", help="training method (default: head)")
    parser.add_argument(
        "--unfreeze", metavar="LAYER", help="first layer that fine-tune trains (default: the last block)"
    )
    args = parser.parse_args()
    if not args.save:
        parser.error("--save FILE is missing: where to keep the model")

    photos = cli.load_photos(args)
    print(photos.headline, file=sys.stderr)
    names = ("seed", "epochs", "size", "balance", "network", "weights", "method", "unfreeze", "cache")
    trained = catsex.train(photos, **{name: getattr(args, name) for name in names})
    trained.save(args.save)
    print(f"{trained.training.summary()}\n{saving.how_to_use(args.save)}")
    cli.keep(args, trained.training)


if __name__ == "__main__":
    sys.exit(cli.run(main))
