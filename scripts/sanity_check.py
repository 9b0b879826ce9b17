"""Sanity check: does MobileNetV2, which knows nothing of female and male, at least see cats?

For example:

    python scripts/sanity_check.py
    python scripts/sanity_check.py --data my_photos --json sanity.json
"""

import sys

import numpy as np

from catsex import backend, cli, network, pretrained
from catsex.datasets import load_photos
from catsex.photos import preprocess
from catsex.pretrained import decode_predictions


def main():
    """Load the photos and name the class that MobileNetV2 gives to each."""
    args = cli.parser(__doc__, "data", "weights", "seed", "cache", "json", "record").parse_args()

    # Put the photos into one array, the females first.
    photos = load_photos(args.data)
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i in range(len(photos)):
        data[i] = preprocess(photos.read(i))  # resized, -1 to 1

    seed = backend.start_keras(args.seed)
    mobilenet = pretrained.load_mobilenet(args.weights, want_head=True)
    model = mobilenet.model
    print(f"weights: {mobilenet.source}; seed: {seed}")

    if mobilenet.has_imagenet_head:
        verb = "recognised as a cat"
        predictions = network.predict(model, data, cache=args.cache)  # (40, 1000)
        likeliest = np.argmax(predictions, axis=1).tolist()
        found = [(label, score) for [(_, label, score)] in decode_predictions(predictions, top=1)]
        is_cat = [index in pretrained.CAT_CLASSES for index in likeliest]
    else:
        print("These weights have no ImageNet classes. Comparing with scikit-image's own photos instead.")
        verb = "more like scikit-image's cat than like its other photos (features compared, no ImageNet classes)"
        frozen, likeliest = network.frozen_part(model), [None] * len(photos)
        known = network.extract(frozen, pretrained.known_photos(), cache=args.cache)
        found = pretrained.most_alike(network.extract(frozen, data, cache=args.cache), known)
        is_cat = [label == "chelsea" for label, _ in found]

    results = {"kind": "sanity check", "recognised": sum(is_cat), "total": len(photos), "photos": []}
    for entry, index, (label, score), cat in zip(photos.entries, likeliest, found, is_cat, strict=True):
        print(f"{entry['name']}  {label:<20} {score:6.1%}  {'cat' if cat else 'NOT A CAT'}")
        results["photos"].append(entry | {"class_index": index, "label": label, "score": score, "is_cat": cat})
    missed = [f"{photo['name']} ({photo['label']})" for photo in results["photos"] if not photo["is_cat"]]
    sentence = f"{sum(is_cat)} of {len(photos)} photos {verb}" + (f"; not: {', '.join(missed)}" if missed else "")
    if photos.is_demo:
        sentence = f"{sum(is_cat)} of {len(photos)} pieces {verb}; they are cut from 5 photos, one of which shows a cat"
    print(sentence)
    cli.keep_lesson(args, results | {"sentence": sentence}, photos, mobilenet, seed)


if __name__ == "__main__":
    sys.exit(cli.run(main))
