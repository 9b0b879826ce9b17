"""Show the five most likely of 1000 ImageNet classes for a photo, as the original MobileNetV2 sees it.

For example:

    python scripts/predict_original.py dog.jpg
    python scripts/predict_original.py --size 160 my_photos https://example.org/dog.jpg
"""

import sys

import numpy as np

from catsex import backend, cli, files
from catsex.errors import CatsexError, WeightsError
from catsex.photos.layouts import unlabelled
from catsex.prediction import Predictor, classify, table
from catsex.pretrained import decode_predictions, load_mobilenet, weights


def main():
    """Load MobileNetV2 with its top layer, and print what it says of each photo."""
    parser = cli.parser(__doc__, "weights", "json")
    parser.add_argument(
        "photos", metavar="PHOTO", type=cli.path_name, nargs="+", help="a file, a folder, or an http(s) address"
    )
    parser.add_argument(
        "--size", type=cli.whole_number(32, 1024), default=224, help="of photos, in pixels (default: 224)"
    )
    cli.add_any_ending(parser)
    args = parser.parse_args()
    photos = unlabelled.find_photos(args.photos, args.any_ending)
    names = unlabelled.short_names(photos)

    seed = backend.start_keras(0)
    # Images have a height, a width and three colours: a plain IMAGE_SIZE is no shape.
    IMAGE_SIZE = args.size
    IMAGE_SHAPE = (IMAGE_SIZE, IMAGE_SIZE, 3)
    mobilenet = load_mobilenet(args.weights, input_shape=IMAGE_SHAPE, want_head=True)
    print_weights(mobilenet)
    classes = [f"class {index}" for index in range(1000)]
    original_model = Predictor(mobilenet.model, classes, mobilenet.model)

    found = []
    for name, (source, _, prediction) in zip(names, classify(original_model, photos), strict=True):
        if cli.unread() and not args.json:
            break
        if isinstance(prediction, CatsexError):
            print(f"error: {prediction}", file=sys.stderr)
            found.append({"name": name, "path": str(source), "error": str(prediction)})
            continue
        print(name)
        best = best_five(prediction)
        for one in best:
            print(f"  {one['label']:<24} {one['score']:6.1%}")
        found.append({"name": name, "path": str(source), "classes": best})

    results = {"kind": "prediction", "size": IMAGE_SIZE, "photos": found}
    files.write_json(args.json, backend.provenance(args.photos, mobilenet.source, seed) | results)
    table.check_all_predicted(found)


def print_weights(mobilenet):
    """Print where the weights are from; raise `WeightsError` if they end below the 1000 classes."""
    if not mobilenet.has_imagenet_head:
        raise WeightsError(
            f"these weights ({mobilenet.source}) end below the 1000 ImageNet classes; go online once, so that they "
            f"come from Keras, or put {weights.KERAS_FILE} into {weights.keras_cache()}, or pass it with --weights"
        )
    print(f"weights: {mobilenet.headline}", file=sys.stderr)


def best_five(prediction):
    """Return the five most likely classes of a prediction, shape (1000,), each with its index, label and score."""
    [best] = decode_predictions(prediction[None], top=5)
    indices = np.argsort(prediction)[::-1][:5].tolist()
    return [
        {"class_index": index, "label": label, "score": score}
        for index, (_, label, score) in zip(indices, best, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(cli.run(main))
