"""Sanity check: does MobileNetV2, which has never heard of female and male cats, at least see cats?

For example:

    python scripts/sanity_check.py
    python scripts/sanity_check.py --data my_photos --json sanity.json
"""

import sys

import numpy as np

from catsex import backend, cli
from catsex.datasets import load
from catsex.photos import images, preprocessing


def main():
    """Load the photos and name the class that MobileNetV2 gives to each."""
    args = cli.parser(__doc__, "data", "skip-unreadable", "weights", "seed", "cache", "json", "record").parse_args()

    # Load the photos into one array, the females first.
    photos = load.load_photos(args.data, **cli.photo_options(args))
    print(photos.headline)
    data = np.empty((len(photos), 224, 224, 3), dtype="float32")
    for i, path in enumerate(photos.paths):
        data[i] = preprocessing.preprocess(images.read_image(path))

    seed = backend.start_keras(args.seed)
    from catsex.pretrained import sanity, weights

    pretrained = weights.load_mobilenet(args.weights, want_head=True)
    print(f"weights: {pretrained.source}; seed: {seed}")
    if pretrained.has_imagenet_head:
        findings = sanity.name_classes(pretrained.model, data, cache=args.cache)
        verb = "recognised as a cat"
    else:
        print("These weights have no ImageNet classes. Comparing with scikit-image's own photos instead.")
        findings = sanity.compare_with_known_photos(pretrained.model, data, cache=args.cache)
        verb = "more like scikit-image's cat than like its other photos (features compared, no ImageNet classes)"

    for path, finding in zip(photos.paths, findings, strict=True):
        cat = "cat" if finding["is_cat"] else "NOT A CAT"
        print(f"{path.name}  {finding['label']:<20} {finding['score']:6.1%}  {cat}")
    strangers = [
        f"{path.name} ({finding['label']})"
        for path, finding in zip(photos.paths, findings, strict=True)
        if not finding["is_cat"]
    ]
    recognised = len(photos) - len(strangers)
    sentence = f"{recognised} of {len(photos)} photos {verb}" + (f"; not: {', '.join(strangers)}" if strangers else "")
    print(sentence)

    results = {
        "data": photos.name,
        "weights": pretrained.source,
        "seed": seed,
        "versions": backend.versions(),
        "sentence": sentence,
        "photos": [{"name": p.name} | finding for p, finding in zip(photos.paths, findings, strict=True)],
        "recognised": recognised,
        "total": len(photos),
    }
    cli.keep(args, results, photos, pretrained)


if __name__ == "__main__":
    sys.exit(cli.run(main))
