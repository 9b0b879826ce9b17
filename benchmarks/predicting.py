"""Answers a second for new photos: ours, and the tutorial's steps photo by photo. Loading the model is not counted.

Each way runs in a process of its own, in turn; the medians are compared.

For example:

    python benchmarks/predicting.py --data cats_dogs/test
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from catsex import backend, cli
from catsex.datasets import load

RUNS, PHOTOS = 5, 100


def main():
    """Train a model, save it in the tutorial's way and in ours, and time both."""
    args = cli.parser(__doc__, "data", "weights", "seed", "epochs", "cache").parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import training
    from catsex.network.model import attach_classifier
    from catsex.prediction import saving
    from catsex.pretrained import weights

    model = attach_classifier(weights.load_mobilenet(args.weights).model, classes=len(photos.class_names))
    training.fit(model, photos.paths, photos.labels, epochs=args.epochs, cache=args.cache)
    paths = [str(photos.paths[i]) for i in np.random.default_rng(seed).permutation(len(photos))]
    paths = (paths * PHOTOS)[:PHOTOS]
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/plain.keras")
        saving.save(model, f"{folder}/ours.keras", photos.class_names)
        seconds = {"plain": [], "ours": []}
        for _ in range(RUNS):
            for way, times in seconds.items():
                command = [sys.executable, __file__, "--run", way, f"{folder}/{way}.keras", *paths]
                times.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    medians = {way: statistics.median(times) for way, times in seconds.items()}
    for way, times in seconds.items():
        print(f"{way:<6}{PHOTOS / medians[way]:6.1f} photos a second ({min(times):.1f} to {max(times):.1f} s)")
    print(f"ratio {medians['plain'] / medians['ours']:.1f}")


def run(way, model, *paths):
    """Answer for all photos in one way, and print how many seconds that took."""
    backend.start_keras(0)
    answer = {"plain": plain, "ours": ours}[way](Path(model))
    started = time.perf_counter()
    answer(paths)
    print(time.perf_counter() - started)


def plain(path):
    """Return a function that does the tutorial's steps for one photo after the other."""
    import imageio.v3 as iio
    import keras
    from keras.applications.mobilenet_v2 import preprocess_input
    from skimage.transform import resize

    model = keras.saving.load_model(path)

    def answer(photo):
        return model.predict(resize(preprocess_input(iio.imread(photo)), (224, 224))[None], verbose=0)

    return lambda paths: [answer(photo) for photo in paths]


def ours(path):
    """Return a function that does what scripts/predict.py does."""
    from catsex.prediction.examining import classify
    from catsex.prediction.predictor import load_predictor

    classifier = load_predictor(path)
    return lambda paths: list(classify(classifier, paths))


if __name__ == "__main__":
    sys.exit(run(*sys.argv[2:]) if sys.argv[1:2] == ["--run"] else cli.run(main))
