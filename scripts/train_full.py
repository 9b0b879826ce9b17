"""Train MobileNetV2 to tell female from male cats, on all 40 photos.

For example:

    python scripts/train_full.py
    python scripts/train_full.py --data my_photos --seed 1

The accuracy converges on 1. Does that mean that the network can really tell female from male cats?
scripts/train_validate.py shows whether it has.
"""

import sys

import numpy as np

from catsex import backend, cli, network, pretrained
from catsex.datasets import load_photos
from catsex.photos import preprocess


def main():
    """Load the photos, modify the network, train it, and look at its predictions."""
    args = cli.parser(__doc__, *cli.LESSON).parse_args()

    # Put the photos into one array, the females first, and label the females 0 and the males 1.
    photos = load_photos(args.data).to_train_on()
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i in range(len(photos)):
        data[i] = preprocess(photos.read(i))  # resized, -1 to 1
    labels = photos.labels

    seed = backend.start_keras(args.seed)
    from keras import Model  # here, since it takes seconds: what is wrong with the options or the photos is said before
    from keras.layers import Dense

    mobilenet = pretrained.load_mobilenet(args.weights)
    model = mobilenet.model
    print(f"weights: {mobilenet.source}; seed: {seed}")

    # Skip the output layer of MobileNetV2, connect our own to the layer before it, and freeze all others.
    cat_output = Dense(len(photos.class_names), activation="softmax")
    cat_output = cat_output(model.layers[-2].output)
    cat_model = Model(inputs=model.input, outputs=cat_output)
    for layer in cat_model.layers[:-1]:
        layer.trainable = False
    cat_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    trainable = sum(int(np.prod(weight.shape)) for weight in cat_model.trainable_weights)
    print(f"{len(cat_model.layers)} layers, {cat_model.count_params():,} parameters, of those trainable {trainable:,}")

    # What cat_model.fit and cat_model.predict do, except that the frozen layers see each photo only once.
    history = network.fit(cat_model, data, labels, epochs=args.epochs, cache=args.cache)
    probabilities = network.predict(cat_model, data, cache=args.cache)

    # What does the trained network say of the very photos that it was trained on?
    predictions = np.argmax(probabilities, axis=1)
    for label, name in enumerate(photos.class_names):
        print(f"Should be {name} ({label})")
        print(predictions[labels == label])
    sentence = f"{np.sum(predictions == labels)} of {len(labels)} right, on photos that it was trained on"
    print(sentence)

    results = {"kind": "training", "sentence": sentence, "history": history}
    cli.keep_lesson(args, results | photos.results(probabilities), photos, mobilenet, seed, cat_model)


if __name__ == "__main__":
    sys.exit(cli.run(main))
