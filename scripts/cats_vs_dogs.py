"""Retrain MobileNetV2 to tell cats from dogs, and test it on photos that it has not seen.

For example:

    python scripts/fetch_cats.py --with-dogs
    python scripts/cats_vs_dogs.py
    python scripts/cats_vs_dogs.py --data my_pets --save pets.keras

DIR has the folders train and test (or validation), each with one folder per class; or the class folders alone, of
which a quarter of the photos is held out for the test.
"""

import sys

import numpy as np

from catsex import backend, cli, evaluation, network, pretrained
from catsex.datasets import open_cats_dogs


def main():
    """Load MobileNetV2 without its top, put a new one on it, train that, and test it."""
    args = cli.parser(__doc__, *cli.LESSON, default_data="the public ones, once fetched").parse_args()
    photos = open_cats_dogs(args.data)
    print(photos.headline)

    seed = backend.start_keras(args.seed)
    from keras import Model  # here, since it takes seconds: what is wrong with the options or the photos is said before
    from keras.layers import Dense, GlobalAveragePooling2D

    # Images have a height, a width and three colours.
    IMAGE_SIZE = 160
    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)

    # Load MobileNetV2 without its top layer, and do not change the rest of it.
    original_model = pretrained.load_mobilenet(args.weights, input_shape=IMAGE_SHAPE, include_top=False)
    print(f"weights: {original_model.headline}; seed: {seed}")
    base = original_model.model
    base.trainable = False

    # The new top: the average of each feature over the photo, and one output node per class.
    pooled = GlobalAveragePooling2D()(base.output)
    output = Dense(len(photos.class_names), activation="softmax")(pooled)
    model = Model(inputs=base.input, outputs=output)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    # Each photo runs through the frozen layers once, and only their output is kept in memory.
    network.extract(network.frozen_part(model), photos, cache=args.cache)
    held_out = evaluation.hold_out(photos, seed)
    train, test = photos.subset(~held_out), photos.subset(held_out)
    print(f"training on {len(train)} photos, testing on {len(test)} others")

    # What model.fit and model.predict do.
    options = {"validation_data": (test, test.labels), "epochs": args.epochs, "cache": args.cache}
    history = network.fit(model, train, train.labels, **options)
    probabilities = np.full((len(photos), len(photos.class_names)), np.nan)
    probabilities[held_out] = network.predict(model, test, cache=args.cache)

    scored = evaluation.held_out.score(photos, probabilities, held_out)
    print(evaluation.held_out.confusion_lines(photos.class_names, scored["confusion"]))
    print(f"{scored['sentence']}\n{evaluation.held_out.lines(scored['by_class'])}")
    results = {"kind": "training", "size": IMAGE_SIZE, "history": history, **scored}
    cli.keep_lesson(args, results | photos.results(probabilities, held_out), photos, original_model, seed, model)


if __name__ == "__main__":
    sys.exit(cli.run(main))
