"""Retrain MobileNetV2 to tell cats from dogs, and test it on photos that it has not seen.

For example:

    python scripts/cats_vs_dogs.py --fetch
    python scripts/cats_vs_dogs.py --data my_pets --save pets.keras

DIR has the folders train and test (or validation), each with one folder per class; or the class folders alone, of
which a quarter of the photos is held out for the test.
"""

import sys

import numpy as np

from catsex import backend, cli
from catsex.datasets import cats_dogs
from catsex.evaluation import groups
from catsex.evaluation.splits import some_of_each_class


def main():
    """Load MobileNetV2 without its top, put a new one on it, train that, and test it."""
    parser = cli.parser(__doc__, *cli.TRAINING, default_data="the public ones, once fetched")
    parser.add_argument("--fetch", action="store_true", help="download the public photos of cats and dogs, 68 MB")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), default=160, help="in pixels (default: 160)")
    args = parser.parse_args()

    photos = cats_dogs.open_cats_dogs(args.data, args.fetch, **cli.photo_options(args))
    print(photos.headline)
    seed = backend.start_keras(args.seed)
    held_out = (
        some_of_each_class(photos.labels, seed, groups=photos.groups) if photos.held_out is None else photos.held_out
    )
    groups.warn_of_copies(photos, held_out)
    train, test = photos.subset(~held_out), photos.subset(held_out)

    from catsex.network import training
    from catsex.network.model import attach_to_base, image_size, without_top
    from catsex.prediction import saving
    from catsex.pretrained import weights

    # Images have a height, a width and three colours.
    IMAGE_SIZE = args.size
    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)

    # Load MobileNetV2 without its top layer (include_top=False), and do not change the rest of it.
    pretrained = weights.load_mobilenet(args.weights, size=image_size(IMAGE_SHAPE))
    original_model = without_top(pretrained.model)
    original_model.trainable = False
    print(f"weights: {pretrained.headline}; seed: {seed}")

    # The new top: the average of each feature over the photo, and one output node per class.
    model = attach_to_base(original_model, classes=len(photos.class_names))
    print(f"training on {len(train)} photos, testing on {len(test)} others")
    history = training.fit(
        model, train.paths, train.labels, (test.paths, test.labels), epochs=args.epochs, cache=args.cache
    )

    probabilities = np.full((len(photos), len(photos.class_names)), np.nan)
    probabilities[held_out] = training.predict(model, test.paths, cache=args.cache)
    predictions = np.argmax(probabilities[held_out], axis=1)
    confusion = np.zeros((len(photos.class_names),) * 2, int)
    np.add.at(confusion, (test.labels, predictions), 1)
    for name, row in zip(photos.class_names, confusion, strict=True):
        answers = ", ".join(f"{count} taken for {other}" for count, other in zip(row, photos.class_names, strict=True))
        print(f"{row.sum()} photos of {name}: {answers}")
    accuracy = float(np.mean(predictions == test.labels))
    sentence = f"{accuracy:.1%} of the {len(test)} photos that it has never seen are right"
    print(sentence)

    origin = {"data": photos.name, "weights": pretrained.source, "seed": seed, "versions": backend.versions()}
    if args.save:
        saving.save(model, args.save, photos.class_names, photos=photos.headline, **origin)
        print(saving.how_to_use(args.save))
    results = {"sentence": sentence, "size": IMAGE_SIZE, "class_names": photos.class_names, "history": history}
    results |= {"test_accuracy": accuracy, "confusion": confusion.tolist()}
    results |= {"photos": photos.answers(probabilities, held_out)}
    cli.keep(args, origin | results, photos, pretrained)


if __name__ == "__main__":
    sys.exit(cli.run(main))
