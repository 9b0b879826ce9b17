"""One part of the work, the plain way or ours, timed in a process of its own; `speed.py` calls this.

For example:

    python benchmarks/parts.py plain preprocess
    python benchmarks/parts.py ours extract FOLDER 400

Prints the seconds that the part took, as JSON. Importing Keras and loading the network are not among them.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import plain_tutorial

from catsex import backend

REPEATS = 200


def seconds(function, *arguments):
    """Return how long a call takes, in seconds."""
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


def plain_fit():
    """Time 20 epochs on the 40 photos and the predictions, by the whole model."""
    photos, labels = plain_tutorial.read_cats(plain_tutorial.CATS_FOLDER)
    model = plain_tutorial.cat_model(plain_tutorial.mobilenet())
    return seconds(lambda: (model.fit(photos, labels, epochs=20, verbose=0), model.predict(photos, verbose=0)))


def our_fit():
    """Time 20 epochs on the 40 photos and the predictions, by the frozen part once and the last layer."""
    backend.start_keras(0)
    from catsex.datasets import cats
    from catsex.network import training
    from catsex.network.model import attach_classifier
    from catsex.photos import preprocessing
    from catsex.photos.decoding import images
    from catsex.pretrained import weights

    cat_photos = cats.open_cats()
    photos = np.stack([preprocessing.preprocess(images.read_image(path)) for path in cat_photos.paths])
    model = attach_classifier(weights.load_mobilenet().model)
    return seconds(lambda: (training.fit(model, photos, cat_photos.labels), training.predict(model, photos)))


def _photo():
    """Return the pixels of a photo of 300 x 400: any will do, the work is the same."""
    return np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)


def plain_preprocess():
    """Time the preprocessing of one photo by Keras and scikit-image."""
    from keras.applications.mobilenet_v2 import preprocess_input
    from skimage.transform import resize

    photo = _photo()
    return statistics.median(seconds(lambda: resize(preprocess_input(photo), (224, 224))) for _ in range(REPEATS))


def our_preprocess():
    """Time the preprocessing of one photo by two matrix products."""
    from catsex.photos import preprocessing

    photo = _photo()
    return statistics.median(seconds(preprocessing.preprocess, photo) for _ in range(REPEATS))


def plain_extract(folder, number):
    """Time the way from photos on disk to their features, by batches of `predict`."""
    paths = sorted(Path(folder).iterdir())[: int(number)]
    return seconds(plain_tutorial.features, plain_tutorial.mobilenet(), paths)


def our_extract(folder, number):
    """Time the way from photos on disk to their features, by `features.extract`."""
    backend.start_keras(0)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    paths = sorted(Path(folder).iterdir())[: int(number)]
    return seconds(features.extract, frozen_part(weights.load_mobilenet().model), paths)


def our_export():
    """Time what happens once for each network: its export to the engine for many photos."""
    backend.start_keras(0)
    from catsex.network import engines
    from catsex.network.model import fingerprint, frozen_part
    from catsex.pretrained import weights

    frozen = frozen_part(weights.load_mobilenet().model)
    return seconds(engines.load, engines.choose(engines.MANY + 1), frozen, fingerprint(frozen))


if __name__ == "__main__":
    way, part, *arguments = sys.argv[1:]
    part = globals()[f"{ {'plain': 'plain', 'ours': 'our'}[way] }_{part}"]
    print(json.dumps({"seconds": part(*arguments)}))
