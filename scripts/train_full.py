"""Train MobileNetV2 to tell female from male cats, on all 40 photos.

For example:

    python scripts/train_full.py
    python scripts/train_full.py --data my_photos --seed 1

The accuracy converges on 1. Does that mean that the network can really tell female from male cats?
scripts/train_validate.py gives the answer.
"""

import sys

import numpy as np

from catsex import backend, cli
from catsex.datasets import load
from catsex.photos import images, preprocessing


def main():
    """Load the photos, modify the network, train it, and look at its predictions."""
    args = cli.parser(__doc__, *cli.TRAINING).parse_args()

    # Load the photos into one array, the females first, and label the females 0 and the males 1.
    photos = load.load_photos(args.data, **cli.photo_options(args)).to_train_on()
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i, path in enumerate(photos.paths):
        data[i] = preprocessing.preprocess(images.read_image(path))
    labels = photos.labels

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
    print(f"{len(cat_model.layers)} layers, {cat_model.count_params():,} parameters, of those trainable {trainable:,}")

    history = training.fit(cat_model, data, labels, epochs=args.epochs, cache=args.cache)

    # What does the trained network say of the very photos that it was trained on?
    probabilities = training.predict(cat_model, data, cache=args.cache)
    predictions = np.argmax(probabilities, axis=1)
    for label, name in enumerate(photos.class_names):
        print(f"Should be {name} ({label})")
        print(predictions[labels == label])
    sentence = f"{np.sum(predictions == labels)} of {len(labels)} right, on photos that it was trained on"
    print(sentence)

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
        "labels": labels.tolist(),
        "photos": photos.answers(probabilities),
    }
    cli.keep(args, results, photos, pretrained)


if __name__ == "__main__":
    sys.exit(cli.run(main))
