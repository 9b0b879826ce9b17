"""Turn a saved model into a file that phones, browsers and other programs run.

For example:

    python scripts/export.py my_model.keras --to litert
    python scripts/export.py my_model.keras --to onnx --out cats.onnx --check my_photos
    python scripts/export.py my_model.keras --to page

The new file is kept only if its predictions equal those of the saved model.
"""

import sys
from pathlib import Path

import catsex
from catsex import cli
from catsex.prediction import export, saving


def main():
    """Load the model and some photos, export it, and compare the predictions of both."""
    parser = cli.parser(__doc__, "json")
    parser.add_argument("model", metavar="MODEL", type=cli.path_name, help="a .keras file")
    parser.add_argument("--to", choices=export.SUFFIXES, required=True, help="the format")
    parser.add_argument(
        "--out", metavar="PATH", type=cli.output_path, help="the new file (default: named as the model)"
    )
    check = {"metavar": "PHOTO", "type": cli.path_name, "nargs": "+"}
    parser.add_argument("--check", **check, help="photos to compare predictions on (default: scikit-image's)")
    parser.add_argument("--size", type=export.size, help="of photos in pixels, or any (default: the network's)")
    cli.add_any_ending(parser)
    args = parser.parse_args()
    saving.check_is_keras_file(args.model)
    out = args.out or Path(args.model).with_suffix(export.SUFFIXES[args.to])
    export.check_target(out, args.to)
    options = {"size": args.size, "check": args.check, "any_ending": args.any_ending}
    found = catsex.load(args.model).export(args.to, out, **options)
    print(
        f"{out}: its predictions for {found['checked_on']} photos differ from Keras' by at most "
        f"{found['largest_difference']:.1e}"
    )
    if "example" in found:
        print(f"how to use it: python {found['example']} PHOTO")
    cli.write_json(args, args.check, Path(args.model).name, found)


if __name__ == "__main__":
    sys.exit(cli.run(main))
