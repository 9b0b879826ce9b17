"""The plain way, to compare with: what one writes after reading the tutorial.

For example:

    python benchmarks/plain_tutorial.py train_full

Photos are read by imageio, scaled by Keras' `preprocess_input` and resized by scikit-image into an array of
float64, one after the other; the whole network runs in `predict`, and again for every photo of every epoch
in `fit`.
"""

import argparse
from pathlib import Path

import numpy as np

CATS_FOLDER = Path(__file__).resolve().parents[1] / "data" / "cats"
SIZE = (224, 224)


def mobilenet():
    """Return MobileNetV2 as Keras has it."""
    from keras.applications import MobileNetV2

    return MobileNetV2(weights="imagenet")


def read(paths):
    """Return photos as the network expects them: (N, 224, 224, 3), float64, -1 to 1."""
    from imageio import imread
    from keras.applications.mobilenet_v2 import preprocess_input
    from skimage.transform import resize

    photos = np.empty((len(paths), *SIZE, 3))
    for i, path in enumerate(paths):
        photos[i] = resize(preprocess_input(imread(path)), output_shape=SIZE)
    return photos


def read_cats(folder):
    """Return the tutorial's photos, the females first, and their labels."""
    paths = [folder / f"{sex}{number:02d}.jpg" for sex in "fm" for number in range(1, 21)]
    return read(paths), np.repeat([0, 1], 20)


def features(network, paths, batch_size=32):
    """Return what the layer before the last gives for photos: (N, 1280)."""
    from keras import Model

    headless = Model(network.input, network.layers[-2].output)
    batches = [paths[start : start + batch_size] for start in range(0, len(paths), batch_size)]
    return np.concatenate([headless.predict(read(batch), verbose=0) for batch in batches])


def cat_model(network):
    """Return a network with a new last layer for two classes, everything else frozen."""
    from keras import Model
    from keras.layers import Dense

    model = Model(network.input, Dense(2, activation="softmax")(network.layers[-2].output))
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def sanity_check(folder):
    """Print the most likely of the 1000 classes for each photo."""
    from keras.applications.mobilenet_v2 import decode_predictions

    network = mobilenet()
    photos, _ = read_cats(folder)
    for ((_, name, score),) in decode_predictions(network.predict(photos), top=1):
        print(f"{name} {score:.1%}")


def train_full(folder):
    """Train on all photos, and print what the network says of them."""
    model = cat_model(mobilenet())
    photos, labels = read_cats(folder)
    model.fit(photos, labels, epochs=20, verbose=2)
    print(np.argmax(model.predict(photos), axis=1))


def train_validate(folder):
    """Train on 15 photos of each class, validate on 5, and print what the network says of them."""
    model = cat_model(mobilenet())
    photos, labels = read_cats(folder)
    held_out = np.arange(40) % 20 >= 15
    validation = photos[held_out], labels[held_out]
    model.fit(photos[~held_out], labels[~held_out], validation_data=validation, epochs=20, verbose=2)
    print(np.argmax(model.predict(photos[~held_out]), axis=1))
    print(np.argmax(model.predict(photos[held_out]), axis=1))


def main():
    """Run one of the tutorial's three experiments."""
    experiments = {"sanity_check": sanity_check, "train_full": train_full, "train_validate": train_validate}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=experiments)
    parser.add_argument("--cats", metavar="DIR", type=Path, default=CATS_FOLDER, help="f01.jpg … m20.jpg")
    args = parser.parse_args()
    experiments[args.experiment](args.cats)


if __name__ == "__main__":
    main()
