"""Turn a saved model into a file that phones, browsers and other programs run.

For example:

    python scripts/export.py my_model.keras --to litert
    python scripts/export.py my_model.keras --to onnx --out cats.onnx --check my_photos

The new file is kept only if its answers are those of the saved model.
"""

import sys
from pathlib import Path

from catsex import backend, cli, files
from catsex.photos.layouts import unlabelled
from catsex.prediction import export, litert_example, saving
from catsex.prediction.classifier import load_classifier


def main():
    """Load the model and some photos, export it, and compare the answers."""
    parser = cli.parser(__doc__, "json")
    parser.add_argument("model", metavar="MODEL", type=cli.path_name, help="a .keras file")
    parser.add_argument("--to", choices=export.SUFFIXES, required=True, help="which format")
    parser.add_argument(
        "--out", metavar="PATH", type=cli.output_path, help="default: the model's name with another ending"
    )
    parser.add_argument(
        "--check",
        metavar="PHOTO",
        type=cli.path_name,
        nargs="+",
        help="what to compare on (default: scikit-image's photos)",
    )
    parser.add_argument(
        "--size",
        type=export.size,
        help="of the photos that it takes, in pixels, or any (default for litert: the network's)",
    )
    cli.add_any_ending(parser)
    args = parser.parse_args()
    saving.check_is_keras_file(args.model)
    out = args.out or Path(args.model).with_suffix(export.SUFFIXES[args.to])
    export.check_target(out, args.to)
    if args.check:
        photos = [unlabelled.read_photo(source)[0] for source in unlabelled.find_photos(args.check, args.any_ending)]
    else:
        photos = export.known_photos()

    seed = backend.start_keras(0)
    classifier = load_classifier(args.model)
    model, prepare, metadata = export.at_size(classifier, args.size or ("network" if args.to == "litert" else "any"))
    difference = export.export(model, out, args.to, [prepare(photo) for photo in photos], metadata)
    print(f"{out}: its answers for {len(photos)} photos differ from Keras' by at most {difference:.1e}")
    if args.to == "litert":
        print(f"how to use it: python {litert_example.write_example(out, model)} PHOTO")
    results = {
        "kind": "export",
        "to": args.to,
        "out": str(out),
        "checked_on": len(photos),
        "largest_difference": difference,
    }
    files.write_json(args.json, backend.provenance(args.check, Path(args.model).name, seed) | results)


if __name__ == "__main__":
    sys.exit(cli.run(main))
