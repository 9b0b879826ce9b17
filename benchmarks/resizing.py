"""Which resizing inside a saved model gives what the network was trained on? Keras' layers and ours, side by side.

A model is trained on the photos as `preprocessing.preprocess` resizes them. Then the same photos are resized by Keras'
Resizing layer in all its ways, and by what `raw_photos` puts into a saved model, and the features and the answers are
compared with those of training.

For example:

    python benchmarks/resizing.py
    python benchmarks/resizing.py --data cats_dogs
"""

import sys

import numpy as np

from catsex import backend, cli
from catsex.datasets import load
from catsex.photos import preprocessing
from catsex.photos.decoding import images

WAYS = [(way, smooth) for way in ("bilinear", "bicubic", "lanczos3", "lanczos5", "nearest") for smooth in (False, True)]


def main():
    """Print, for each way to resize, the largest difference of features and of probabilities over all photos."""
    args = cli.parser(__doc__, "data", "weights", "seed", "epochs").parse_args()
    photos = load.load_photos(args.data)
    print(photos.headline)
    seed = backend.start_keras(args.seed)
    import keras

    from catsex.network import features, training
    from catsex.network.model import attach_classifier, frozen_part, head_of
    from catsex.prediction.preprocessing_layers import PREPROCESSED, accept_raw_photos
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    print(f"weights: {pretrained.headline}; seed: {seed}")
    model = attach_classifier(pretrained.model, classes=len(photos.class_names))
    train = photos.to_train_on()
    training.fit(model, train.paths, train.labels, epochs=args.epochs, cache=False)
    frozen, head = frozen_part(model), head_of(model)
    expected = features.extract(frozen, photos.paths, cache=False, engine="keras")  # (N, 1280)
    probabilities = np.asarray(head(expected))  # (N, classes)

    def resizing_layer(way, smooth):
        layer = keras.layers.Resizing(*model.input_shape[1:3], interpolation=way, antialias=smooth)
        return lambda photo: layer(photo) / 127.5 - 1

    resizers = {f"Keras {way}{', antialiased' if smooth else ''}": resizing_layer(way, smooth) for way, smooth in WAYS}
    raw = accept_raw_photos(model)
    resizers["inside our saved model"] = keras.Model(raw.input, raw.get_layer(PREPROCESSED).output)

    print(f"{'resized by':<28}{'pixels':>9}{'features':>10}{'probability: mean':>19}{'largest':>9}{'other class':>13}")
    for name, resize in resizers.items():
        resized = [np.asarray(resize(images.read_image(p)[None].astype(np.float32)))[0] for p in photos.paths]
        trained_on = [preprocessing.preprocess(images.read_image(path)) for path in photos.paths]
        pixels = np.abs(np.stack(resized) - np.stack(trained_on)).max()
        found = features.extract(frozen, np.stack(resized), cache=False, engine="keras")
        distance = np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)
        predictions = np.asarray(head(found))
        difference = np.abs(predictions - probabilities).max(axis=1)
        others = np.sum(predictions.argmax(axis=1) != probabilities.argmax(axis=1))
        print(
            f"{name:<28}{pixels:>9.2g}{distance.max():>10.2g}{difference.mean():>19.2g}{difference.max():>9.2g}"
            f"{others:>6} of {len(photos)}"
        )
    print("pixels: largest difference, of a range of 2; features: largest distance, relative to their length")


if __name__ == "__main__":
    sys.exit(cli.run(main))
