"""Predict the classes of new photos with a saved model.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg
    python scripts/predict.py my_model.keras new_photos --csv predictions.csv --explain heat_maps
    python scripts/predict.py my_model.keras new_photos --unsure 0.8 --sort-into sorted_photos
"""

import sys
from pathlib import Path

import catsex
from catsex import cli
from catsex.photos.layouts.unlabelled import find_photos
from catsex.prediction import is_page_model, line, saving, sort_into, table
from catsex.prediction.predictor import PIXELS


def main():
    """Load the model, and print for each photo its most probable class and how probable that is."""
    parser = cli.parser(__doc__, "json")
    parser.add_argument("model", metavar="MODEL", type=cli.path_name, help="a .keras file, or the page's model.tflite")
    parser.add_argument("photos", metavar="PHOTO", type=cli.path_name, nargs="+", help="a file, folder or address")
    parser.add_argument("--csv", metavar="FILE", type=cli.output_file, help="write the predictions as a table as well")
    parser.add_argument("--explain", metavar="DIR", type=cli.output_folder, help="folder for heat maps of predictions")
    parser.add_argument("--unsure", metavar="P", type=cli.probability, help="answer unsure below this probability")
    parser.add_argument("--sort-into", metavar="DIR", type=cli.new_folder, help="copy photos to a folder per answer")
    parser.add_argument("--pixels", choices=PIXELS, help="range of input pixels, for models that do not say so")
    cli.add_any_ending(parser)
    cli.add_strict(parser)
    args = parser.parse_args()
    if not is_page_model(args.model):
        saving.check_is_keras_file(args.model)
    photos = find_photos(args.photos, args.any_ending)

    classifier = catsex.load(args.model, args.pixels)
    if classifier.is_demo:
        print("trained on the demo set, in which there is nothing to learn", file=sys.stderr)
    found = []
    for one in classifier.examine(photos, strict=args.strict, explain=args.explain, unsure=args.unsure):
        found.append(one)
        print(line(one), flush=True, file=sys.stderr if "error" in one else sys.stdout)
        if cli.unread() and not (args.csv or args.json or args.explain or args.sort_into):
            break
    if args.csv:
        table.write_csv(args.csv, classifier.class_names, found)
    if args.sort_into:
        sort_into(args.sort_into, found)
    results = {"kind": "prediction", "class_names": classifier.class_names, "photos": found}
    cli.write_json(args, args.photos, Path(args.model).name, results)
    table.check_all_predicted(found)


if __name__ == "__main__":
    sys.exit(cli.run(main))
