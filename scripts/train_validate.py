"""Train MobileNetV2 to tell female from male cats on 30 photos, and validate it on 10 that it has not seen.

For example:

    python scripts/train_validate.py
    python scripts/train_validate.py --data my_photos --seed 1

scripts/train_full.py trains on all 40 photos and gets nearly all of them right. This is the real test.
"""

import sys

import numpy as np

from catsex import backend, cli, evaluation, network, pretrained
from catsex.datasets import load_photos
from catsex.photos import preprocess


def main():
    """Load the photos, hold some out, train on the others, and compare."""
    args = cli.parser(__doc__, *cli.LESSON).parse_args()

    # Put the photos into one array, the females first, and label the females 0 and the males 1.
    photos = load_photos(args.data)
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i in range(len(photos)):
        data[i] = preprocess(photos.read(i))  # resized, -1 to 1
    labels = photos.labels

    # Of 20 female and 20 male cats, the first 15 of each are for training and the last 5 of each for validation.
    held_out = evaluation.hold_out(photos)
    validation = data[held_out], labels[held_out]

    seed = backend.start_keras(args.seed)
    from keras import Model  # here, since it takes seconds: what is wrong with the options or the photos is said before
    from keras.layers import Dense

    mobilenet = pretrained.load_mobilenet(args.weights)
    model = mobilenet.model
    print(f"weights: {mobilenet.source}; seed: {seed}")

    # Skip the output layer of MobileNetV2, connect our own to the layer before it, and freeze all others.
    cat_output = Dense(len(photos.class_names), activation="softmax")(model.layers[-2].output)
    cat_model = Model(inputs=model.input, outputs=cat_output)
    for layer in cat_model.layers[:-1]:
        layer.trainable = False
    cat_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

    # What cat_model.fit and cat_model.predict do, except that the frozen layers see each photo only once.
    options = {"validation_data": validation, "epochs": args.epochs, "cache": args.cache}
    history = network.fit(cat_model, data[~held_out], labels[~held_out], **options)
    probabilities = network.predict(cat_model, data, cache=args.cache)

    # Photos that it was trained on, and photos that it has never seen.
    predictions = np.argmax(probabilities, axis=1)
    for label, name in enumerate(photos.class_names):
        print(f"Should be {name} ({label})")
        print(predictions[~held_out & (labels == label)], "trained on")
        print(predictions[held_out & (labels == label)], "never seen")
    sentence = evaluation.gap(predictions, labels, held_out, args.epochs)
    print(f"{sentence}\nThese are too few photos to tell learning from chance: python scripts/evaluate.py does that.")
    results = {"kind": "training", "sentence": sentence, "history": history}
    cli.keep_lesson(args, results | photos.results(probabilities, held_out), photos, mobilenet, seed, cat_model)


if __name__ == "__main__":
    sys.exit(cli.run(main))
