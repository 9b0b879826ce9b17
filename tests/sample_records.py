"""Records of runs, made without a network: real photos' files, real evaluations of made-up features."""

from types import SimpleNamespace

import numpy as np

from catsex.evaluation import protocol
from catsex.evaluation.comparing import compare as comparing
from catsex.evaluation.comparing import wording
from catsex.evaluation.sample import Sample
from catsex.photos.photoset import photo_set
from catsex.report import record

WEIGHTS = SimpleNamespace(network="MobileNetV2", source="Keras", fingerprint="0123456789abcdef" * 4)
COMMON = {"weights": "Keras", "seed": 7, "versions": {"catsex": "0.1.0", "keras": "3.15.1"}}
HOSTILE = ["<script>alert(1)</script>", 'a "quoted" & b', "קטע", "قطة", "🐱 kitty", "$x_1$", "a\nb", "a" * 90]


def of(photos):
    """What a result says of its photos."""
    return {"data": photos.name, "is_demo": photos.is_demo}


def described(photos, name="evaluate.py"):
    """What a record says of where a run came from."""
    return {"record": record.describe([name], COMMON["seed"], photos, WEIGHTS)}


def evaluation(photos, seed=0, **options):
    """The record of evaluate.py, with random features in place of a network's."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 0.5, (len(photos.class_names), 30))
    features = (rng.normal(0, 1, (len(photos), 30)) + centres[photos.labels]).astype(np.float32)
    options = {"folds": 3, "repeats": 2, "permutations": 59} | options
    results = protocol.evaluate(photos, features, seed=seed, **options)
    return COMMON | of(photos) | results | described(photos)


def comparison(photos, shares=(0.5, 0.6, 0.95), seed=0):
    """The record of compare.py, of configurations that are right about such shares of the photos."""
    rng = np.random.default_rng(seed)
    classes = len(photos.class_names)
    right = rng.random((len(shares), 2, len(photos))) < np.array(shares)[:, None, None]
    predictions = np.where(right, photos.labels, (photos.labels + 1) % classes)
    sample = Sample(None, photos.labels, class_names=photos.class_names)
    found = comparing.compare_predictions(rng, predictions, sample)
    configurations = [
        {"name": name, "method": "head", "size": 224, "weights": "Keras", "fingerprint": WEIGHTS.fingerprint}
        | {"accuracy": accuracy, "interval": interval, "seconds": 1.5}
        for name, accuracy, interval in zip(HOSTILE, found["accuracies"], found["intervals"], strict=False)
    ]
    pairs = [wording.pair_in_words(pair, configurations) for pair in found["pairs"]]
    best = configurations[found["best"]]
    results = {
        "kind": "comparison",
        "sentence": wording.sentence(pairs, configurations),
        "configurations": configurations,
        "pairs": pairs,
    }
    results |= {"remarks": wording.remarks(pairs, configurations, best, found["corrected"]), "best": best["name"]}
    results |= {"best_accuracy": best["accuracy"], "corrected_accuracy": found["corrected"], "chance": 1 / classes}
    results |= {"class_names": photos.class_names, "folds": 5, "repeats": 2, "photos": photos.entries}
    return COMMON | of(photos) | results | described(photos, "compare.py")


def training(photos, held_out=None, epochs=20, seed=0):
    """The record of a script that trains; its curves and answers are drawn at random."""
    rng = np.random.default_rng(seed)
    history = {"loss": list(np.geomspace(0.8, 0.1, epochs)), "accuracy": list(np.linspace(0.5, 1, epochs))}
    if held_out is not None:
        history |= {"val_loss": list(np.full(epochs, 0.7)), "val_accuracy": list(rng.uniform(0.4, 0.7, epochs))}
    probabilities = rng.dirichlet(np.ones(len(photos.class_names)), len(photos))
    results = {"kind": "training", "sentence": "After training, some are right.", "history": history}
    results |= photos.results(probabilities, held_out)
    return COMMON | of(photos) | results | described(photos, "train_validate.py")


def sanity(photos, with_head=True):
    """The record of sanity_check.py; all photos but the first are cats."""
    findings = [
        entry | {"class_index": 281 if with_head else None, "label": "tiger_cat", "score": 0.5, "is_cat": i > 0}
        for i, entry in enumerate(photos.entries)
    ]
    results = {"kind": "sanity check", "sentence": "All but one.", "photos": findings}
    results |= {"recognised": len(photos) - 1, "total": len(photos)}
    return COMMON | of(photos) | results | described(photos, "sanity_check.py")


def many(folder, photos, class_names):
    """So many photos in so many classes, which share the files of a folder if there are not enough of them."""
    files = sorted(folder.iterdir())
    per_class = photos // len(class_names)
    return photo_set(
        folder.name,
        {
            name: [files[(start * per_class + number) % len(files)] for number in range(per_class)]
            for start, name in enumerate(class_names)
        },
    )
