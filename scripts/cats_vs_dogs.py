"""Retrain MobileNetV2 to tell cats from dogs, and test it on photos that it has not seen.

For example:

    python scripts/cats_vs_dogs.py --fetch
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
    parser = cli.parser(
        __doc__, *cli.TRAINING, "fast-decoding", "balance", default_data="the public ones, once fetched"
    )
    parser.add_argument("--fetch", action="store_true", help="download the public photos of cats and dogs, 68 MB")
    parser.add_argument("--size", type=cli.whole_number(32, 1024), default=160, help="in pixels (default: 160)")
    args = parser.parse_args()

    photos = open_cats_dogs(args.data, args.fetch, **cli.photo_options(args))
    print(photos.headline)
    seed = backend.start_keras(args.seed)
    from keras import Model
    from keras.layers import Dense, GlobalAveragePooling2D

    # Images have a height, a width and three colours.
    IMAGE_SIZE = args.size
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

    # Each photo runs through the frozen layers once. What is held out should not be trained on in another guise.
    features = network.extract(network.frozen_part(model), photos, cache=args.cache)
    alike = evaluation.find_alike(photos, features)
    held_out = evaluation.hold_out(photos, seed, alike)
    seen = evaluation.check_split(photos, held_out, alike)
    train, test = photos.subset(~held_out), photos.subset(held_out)

    # What model.fit and model.predict do.
    print(f"training on {len(train)} photos, testing on {len(test)} others")
    history = network.fit(
        model,
        train,
        train.labels,
        validation_data=(test, test.labels),
        epochs=args.epochs,
        class_weight=network.balanced(train.labels) if args.balance else None,
        cache=args.cache,
    )
    probabilities = np.full((len(photos), len(photos.class_names)), np.nan)
    probabilities[held_out] = network.predict(model, test, cache=args.cache)

    scored = evaluation.held_out.judge(photos, probabilities, held_out, seen)
    print(evaluation.held_out.confusion_lines(photos.class_names, scored["confusion"]))
    print(f"{scored['sentence']}\n{evaluation.held_out.lines(scored['by_class'])}")
    results = {"kind": "training", "size": IMAGE_SIZE, "history": history, **scored}
    cli.keep(args, results | photos.results(probabilities, held_out), photos, original_model, seed, model)


if __name__ == "__main__":
    sys.exit(cli.run(main))
