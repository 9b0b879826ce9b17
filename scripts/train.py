"""Train MobileNetV2 to tell your own photos apart, and keep what it has learned.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg

DIR has one folder per class, with any photos in it. Photos in a folder test or validation beside a folder train are
not trained on; they are used to test the model. Whether there is anything to learn is what scripts/evaluate.py says.
"""

import sys

import numpy as np

from catsex import backend, cli, evaluation, network, pretrained
from catsex.datasets import load_photos


def main():
    """Load the photos, train a new last layer on them, and save the network."""
    parser = cli.parser(__doc__, *cli.TRAINING, "fast-decoding", "balance")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), default=224, help="in pixels (default: 224)")
    args = parser.parse_args()
    if not args.save:
        parser.error("--save FILE is missing: where to keep the model")

    photos = load_photos(args.data, **cli.photo_options(args))
    print(photos.headline)
    train = photos.to_train_on()

    seed = backend.start_keras(args.seed)
    mobilenet = pretrained.load_mobilenet(args.weights, input_shape=(args.size, args.size, 3))
    print(f"weights: {mobilenet.headline}; seed: {seed}")
    model = network.attach_classifier(mobilenet.model, classes=len(photos.class_names))

    # Each photo runs through the frozen layers once. What is held out should not be trained on in another guise.
    features = network.extract(network.frozen_part(model), photos, cache=args.cache)
    held_out = np.zeros(len(photos), bool) if photos.held_out is None else photos.held_out
    seen = evaluation.check_split(photos, held_out, features)
    weights = network.balanced(train.labels) if args.balance else None
    history = network.fit(model, train, train.labels, epochs=args.epochs, class_weight=weights, cache=args.cache)

    probabilities = network.predict(model, photos, cache=args.cache)
    right = np.argmax(probabilities, axis=1) == photos.labels
    sentence, test_accuracy = evaluation.held_out.sentence(right, held_out, seen)
    judged = held_out if held_out.any() else ~held_out
    by_class = evaluation.held_out.by_class(right[judged], photos.labels[judged], photos.class_names)
    if held_out.any():
        print(f"{np.mean(right[~held_out]):.1%} of the photos that it was trained on are right")
    print(f"{sentence}\n{evaluation.held_out.lines(by_class)}")

    results = {"kind": "training", "sentence": sentence, "size": args.size, "history": history}
    results |= {"test_accuracy": test_accuracy, "by_class": by_class}
    cli.keep(args, results | photos.results(probabilities, held_out), photos, mobilenet, seed, model)


if __name__ == "__main__":
    sys.exit(cli.run(main))
