"""Sanity check: does MobileNetV2, which has never heard of female and male cats, at least see cats?

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
    args = cli.parser(__doc__, "data", "skip-unreadable", "weights", "seed", "cache", "json", "record").parse_args()

    # Put the photos into one array, the females first.
    photos = load_photos(args.data, **cli.photo_options(args))
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i in range(len(photos)):
        data[i] = preprocess(photos.read(i))  # resized, -1 to 1

    seed = backend.start_keras(args.seed)
    mobilenet = pretrained.load_mobilenet(args.weights, want_head=True)
    model = mobilenet.model
    print(f"weights: {mobilenet.source}; seed: {seed}")

    findings = []
    if mobilenet.has_imagenet_head:
        verb = "recognised as a cat"
        predictions = network.predict(model, data, files=photos, cache=args.cache)  # (40, 1000)
        likeliest = np.argmax(predictions, axis=1).tolist()
        for index, [(_, label, score)] in zip(likeliest, decode_predictions(predictions, top=1), strict=True):
            is_cat = index in pretrained.CAT_CLASSES
            findings.append({"class_index": index, "label": label, "score": score, "is_cat": is_cat})
    else:
        print("These weights have no ImageNet classes. Comparing with scikit-image's own photos instead.")
        verb = "more like scikit-image's cat than like its other photos (features compared, no ImageNet classes)"
        frozen = network.frozen_part(model)
        features = network.extract(frozen, data, files=photos, cache=args.cache)  # (40, 1280)
        known = network.extract(frozen, pretrained.known_photos(), cache=args.cache)
        for label, score in pretrained.most_alike(features, known):
            findings.append({"class_index": None, "label": label, "score": score, "is_cat": label == "chelsea"})

    for name, finding in zip(photos.names, findings, strict=True):
        cat = "cat" if finding["is_cat"] else "NOT A CAT"
        print(f"{name}  {finding['label']:<20} {finding['score']:6.1%}  {cat}")
    found = list(zip(photos.names, findings, strict=True))
    strangers = [f"{name} ({finding['label']})" for name, finding in found if not finding["is_cat"]]
    recognised = len(photos) - len(strangers)
    sentence = f"{recognised} of {len(photos)} photos {verb}" + (f"; not: {', '.join(strangers)}" if strangers else "")
    if photos.is_demo:
        sentence = f"{recognised} of {len(photos)} pieces {verb}; they are cut from 5 photos, one of which shows a cat"
    print(sentence)

    results = {"kind": "sanity check", "sentence": sentence, "recognised": recognised, "total": len(photos)}
    results |= {"photos": [entry | finding for entry, finding in zip(photos.entries, findings, strict=True)]}
    cli.keep(args, results, photos, mobilenet, seed)


if __name__ == "__main__":
    sys.exit(cli.run(main))
