"""Train MobileNetV2 to tell your own photos apart, and keep what it has learned.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg

DIR has one folder per class, with any photos in it. Photos in a folder test or validation beside a folder train are
not trained on; they are used to test the model. Whether there is anything to learn is what scripts/evaluate.py says.
"""

import sys

import numpy as np

from catsex import cats, cli


def main():
    """Load the photos, train a new last layer on them, and save the network."""
    parser = cli.parser(__doc__, *cli.TRAINING)
    parser.add_argument("--size", type=cli.whole_number(32, 1024), default=224, help="in pixels (default: 224)")
    args = parser.parse_args()
    if not args.save:
        parser.error("--save FILE is missing: where to keep the model")

    photos = cats.open_photos(args.data, args.skip_unreadable)
    print(photos.headline)
    train = photos.to_train_on()

    seed = cli.start_keras(args.seed)
    from catsex import saving, training, weights
    from catsex.model import attach_classifier

    pretrained = weights.load_mobilenet(args.weights, size=args.size)
    print(f"weights: {pretrained.headline}; seed: {seed}")
    model = attach_classifier(pretrained.model, classes=len(photos.class_names))
    history = training.fit(model, train.paths, train.labels, epochs=args.epochs, cache=args.cache)

    predictions = np.argmax(training.predict(model, train.paths, cache=args.cache), axis=1)
    print(f"{np.mean(predictions == train.labels):.1%} of the photos that it was trained on are right")
    test_accuracy = None
    if photos.held_out is not None:
        test = photos.subset(photos.held_out)
        answers = np.argmax(training.predict(model, test.paths, cache=args.cache), axis=1)
        test_accuracy = float(np.mean(answers == test.labels))
        print(f"{test_accuracy:.1%} of the {len(test)} photos that it has never seen are right")

    origin = {"data": photos.name, "weights": pretrained.source, "seed": seed, "versions": cli.versions()}
    saving.save(model, args.save, photos.class_names, photos=photos.headline, **origin)
    print(f"saved: python scripts/predict.py {args.save} PHOTO")
    results = {"size": args.size, "class_names": photos.class_names, "history": history}
    results |= {"predictions": predictions.tolist(), "labels": train.labels.tolist(), "test_accuracy": test_accuracy}
    cli.write_json(args.json, origin | results)


if __name__ == "__main__":
    sys.exit(cli.run(main))
