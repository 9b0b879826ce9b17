"""Train a network to tell your own photos apart, and keep what it has learned.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg

DIR has one folder per class, with any photos in it. Photos in a folder test or validation beside a folder train are
not trained on; they are used to test the model. Whether there is anything to learn is what scripts/evaluate.py says.
"""

import sys

import numpy as np

from catsex import backend, cli, evaluation, network
from catsex.api.networks import load_network
from catsex.datasets import load_photos


def main():
    """Load the photos, train a new last layer on them, and save the network."""
    parser = cli.parser(__doc__, "network", *cli.TRAINING, "balance")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), help="in pixels (default: the network's own)")
    parser.add_argument(
        "--method", choices=network.TRAINING_METHODS, default="head", help="how to train (default: head)"
    )
    parser.add_argument("--unfreeze", metavar="LAYER", help="where fine-tune begins (default: at the last block)")
    args = parser.parse_args()
    if not args.save:
        parser.error("--save FILE is missing: where to keep the model")

    photos = load_photos(args.data, **cli.photo_options(args))
    print(photos.headline)
    train = photos.to_train_on()

    seed = backend.start_keras(args.seed)
    loaded = load_network(args.network, args.size, args.weights)
    print(f"weights: {loaded.headline}; seed: {seed}")
    model = network.attach_classifier(loaded.model, classes=len(photos.class_names))

    # Each photo runs through the frozen layers once. What is held out should not be trained on in another guise.
    features = network.extract(network.frozen_part(model), photos, cache=args.cache)
    held_out = np.zeros(len(photos), bool) if photos.held_out is None else photos.held_out
    alike = evaluation.find_alike(photos, features, evaluation.how_alike(loaded.network))
    seen = evaluation.check_split(photos, held_out, alike)
    how = {"first": args.unfreeze or loaded.last_block, "epochs": args.epochs, "cache": args.cache}
    how["class_weight"] = network.balanced(train.labels) if args.balance else None
    history = network.fit_by(args.method, model, train, train.labels, **how)

    probabilities = network.predict(model, photos, cache=args.cache)
    scored = evaluation.held_out.judge(photos, probabilities, held_out, seen)
    if held_out.any():
        right = np.argmax(probabilities[~held_out], axis=1) == train.labels
        print(f"{np.mean(right):.1%} of the photos that it was trained on are right")
    print(f"{scored['sentence']}\n{evaluation.held_out.lines(scored['by_class'])}")

    size = loaded.model.input_shape[1]
    results = {"kind": "training", "method": args.method, "size": size, "history": history, **scored}
    cli.keep(args, results | photos.results(probabilities, held_out), photos, loaded, seed, model)


if __name__ == "__main__":
    sys.exit(cli.run(main))
