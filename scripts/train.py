"""Train MobileNetV2 to tell your own photos apart, and keep what it has learned.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg

DIR has one folder per class, with any photos in it. Photos in a folder test or validation beside a folder train are
not trained on; they are used to test the model. Whether there is anything to learn is what scripts/evaluate.py says.
"""

import sys

import numpy as np

from catsex import backend, cli
from catsex.datasets import load
from catsex.evaluation import groups


def main():
    """Load the photos, train a new last layer on them, and save the network."""
    parser = cli.parser(__doc__, *cli.TRAINING)
    parser.add_argument("--size", type=cli.whole_number(32, 1024), default=224, help="in pixels (default: 224)")
    args = parser.parse_args()
    if not args.save:
        parser.error("--save FILE is missing: where to keep the model")

    photos = load.load_photos(args.data, **cli.photo_options(args))
    print(photos.headline)
    train = photos.to_train_on()
    if photos.held_out is not None:
        groups.warn_of_copies(photos, photos.held_out)

    seed = backend.start_keras(args.seed)
    from catsex.network import training
    from catsex.network.model import attach_classifier
    from catsex.prediction import saving
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights, size=args.size)
    print(f"weights: {pretrained.headline}; seed: {seed}")
    model = attach_classifier(pretrained.model, classes=len(photos.class_names))
    history = training.fit(model, train.paths, train.labels, epochs=args.epochs, cache=args.cache)

    origin = {"data": photos.name, "weights": pretrained.source, "seed": seed, "versions": backend.versions()}
    saving.save(model, args.save, photos.class_names, photos=photos.headline, **origin)

    probabilities = training.predict(model, photos.paths, cache=args.cache)
    predictions = np.argmax(probabilities, axis=1)
    held_out = np.zeros(len(photos), bool) if photos.held_out is None else photos.held_out
    right = predictions == photos.labels
    sentence = f"{np.mean(right[~held_out]):.1%} of the photos that it was trained on are right"
    print(sentence)
    test_accuracy = None
    if held_out.any():
        test_accuracy = float(np.mean(right[held_out]))
        sentence = f"{test_accuracy:.1%} of the {held_out.sum()} photos that it has never seen are right"
        print(sentence)

    print(saving.how_to_use(args.save))
    results = {"sentence": sentence, "size": args.size, "class_names": photos.class_names, "history": history}
    results |= {"predictions": predictions[~held_out].tolist(), "labels": train.labels.tolist()}
    results |= {"test_accuracy": test_accuracy, "photos": photos.answers(probabilities, held_out)}
    cli.keep(args, origin | results, photos, pretrained)


if __name__ == "__main__":
    sys.exit(cli.run(main))
