"""Train MobileNetV2 to tell female from male cats on 30 photos, and validate it on 10 that it has not seen.

For example:

    python scripts/train_validate.py
    python scripts/train_validate.py --data my_photos --seed 1

scripts/train_full.py trains on all 40 photos and gets nearly all of them right. This is the real test.
"""

import sys

import numpy as np

from catsex import backend, cli
from catsex.datasets import load
from catsex.evaluation import groups, splits
from catsex.photos import images, preprocessing


def main():
    """Load the photos, hold some out, train on the others, and compare."""
    args = cli.parser(__doc__, *cli.TRAINING).parse_args()

    # Load the photos into one array, the females first, and label the females 0 and the males 1.
    photos = load.load_photos(args.data, **cli.photo_options(args))
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i, path in enumerate(photos.paths):
        data[i] = preprocessing.preprocess(images.read_image(path))
    labels = photos.labels

    # Of 20 female and 20 male cats, the first 15 of each are for training and the last 5 of each for validation.
    held_out = photos.held_out
    if held_out is None:
        held_out = splits.last_of_each_class(labels, groups=photos.groups)
    groups.warn_of_copies(photos, held_out)
    training_data, training_labels = data[~held_out], labels[~held_out]
    validation_data, validation_labels = data[held_out], labels[held_out]

    seed = backend.start_keras(args.seed)
    from catsex.network import training
    from catsex.network.model import attach_classifier
    from catsex.prediction import saving
    from catsex.pretrained import weights

    # Put a new last layer on MobileNetV2, one neuron per class, and freeze all the others.
    pretrained = weights.load_mobilenet(args.weights)
    cat_model = attach_classifier(pretrained.model, classes=len(photos.class_names))
    trainable = sum(int(np.prod(weight.shape)) for weight in cat_model.trainable_weights)
    print(f"weights: {pretrained.source}; seed: {seed}")
    print(f"training on {len(training_labels)} photos, validating on {len(validation_labels)} others")

    history = training.fit(
        cat_model,
        training_data,
        training_labels,
        validation=(validation_data, validation_labels),
        epochs=args.epochs,
        cache=args.cache,
    )

    # Photos that it was trained on, and photos that it has never seen.
    probabilities = training.predict(cat_model, data, cache=args.cache)
    predictions = np.argmax(probabilities[~held_out], axis=1)
    validation_predictions = np.argmax(probabilities[held_out], axis=1)
    for label, name in enumerate(photos.class_names):
        print(f"Should be {name} ({label})")
        print(predictions[training_labels == label], "trained on")
        print(validation_predictions[validation_labels == label], "never seen")

    seen = np.mean(predictions == training_labels)
    unseen = np.mean(validation_predictions == validation_labels)
    chance = np.max(np.bincount(validation_labels)) / len(validation_labels)
    sentence = (
        f"After {args.epochs} epochs {seen:.0%} of the photos that it was trained on are right, and {unseen:.0%} of "
        f"those that it has never seen: a gap of {100 * (seen - unseen):.0f} percentage points. Always naming the "
        f"largest class gets {chance:.0%}."
    )
    print(sentence)
    print(
        f"{len(validation_labels)} photos cannot tell learning from luck. To ask properly: python scripts/evaluate.py"
    )

    origin = {"data": photos.name, "weights": pretrained.source, "seed": seed, "versions": backend.versions()}
    if args.save:
        saving.save(cat_model, args.save, photos.class_names, photos=photos.headline, **origin)
        print(saving.how_to_use(args.save))
    results = origin | {
        "sentence": sentence,
        "history": history,
        "layers": len(cat_model.layers),
        "parameters": cat_model.count_params(),
        "trainable_parameters": trainable,
        "predictions": predictions.tolist(),
        "labels": training_labels.tolist(),
        "validation_predictions": validation_predictions.tolist(),
        "validation_labels": validation_labels.tolist(),
        "photos": photos.answers(probabilities, held_out),
    }
    cli.keep(args, results, photos, pretrained)


if __name__ == "__main__":
    sys.exit(cli.run(main))
