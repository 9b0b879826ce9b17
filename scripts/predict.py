"""Say which class new photos belong to, by a model that was trained and saved before.

For example:

    python scripts/train.py --data my_photos --save my_model.keras
    python scripts/predict.py my_model.keras new_photo.jpg
    python scripts/predict.py my_model.keras new_photos --csv answers.csv --explain heat_maps
"""

import sys
from pathlib import Path

from catsex import backend, cli, files
from catsex.errors import CatsexError
from catsex.files import show
from catsex.photos.layouts import unlabelled
from catsex.prediction import saving, table
from catsex.prediction.classifier import PIXELS, load_classifier
from catsex.prediction.examining import examine


def main():
    """Load the model, and print for each photo its most probable class and how probable that is."""
    parser = cli.parser(__doc__, "json")
    parser.add_argument("model", metavar="MODEL", type=cli.path_name, help="a .keras file")
    parser.add_argument(
        "photos", metavar="PHOTO", type=cli.path_name, nargs="+", help="a file, a folder, or an http(s) address"
    )
    parser.add_argument("--csv", metavar="FILE", type=cli.output_file, help="also write the answers as a table")
    parser.add_argument(
        "--explain", metavar="DIR", type=cli.output_folder, help="draw on each photo what spoke for the answer"
    )
    parser.add_argument("--pixels", choices=PIXELS, help="what a model takes that does not say so itself")
    cli.add_any_ending(parser)
    cli.add_strict(parser)
    args = parser.parse_args()
    saving.check_is_keras_file(args.model)
    photos = unlabelled.find_photos(args.photos, args.any_ending)
    names = unlabelled.short_names(photos)

    seed = backend.start_keras(0)
    from catsex.prediction import gradcam

    classifier = load_classifier(args.model, args.pixels, hint="; --pixels decides otherwise")
    if classifier.metadata.get("is_demo"):
        print(f"trained on {show(str(classifier.metadata.get('photos')))}", file=sys.stderr)
    explain = gradcam.explainer(classifier.model) if args.explain else None
    places = gradcam.places(args.explain, names, photos) if args.explain else names
    found, writes = [], bool(args.csv or args.json or args.explain)
    answered = examine(classifier, photos, args.strict)
    for name, place, (source, pixels, prediction, nearest) in zip(names, places, answered, strict=True):
        if isinstance(prediction, CatsexError):
            print(f"error: {prediction}", file=sys.stderr)
            found.append({"name": name, "path": str(source), "error": str(prediction)})
            continue
        best = int(prediction.argmax())
        outside = nearest is not None and nearest < classifier.detector.threshold
        doubt = "  looks like none of the photos it was trained on: do not trust this" if outside else ""
        print(f"{name}  {classifier.class_names[best]} {prediction[best]:.2f}{doubt}", flush=True)
        if cli.unread() and not writes:
            break
        probabilities = dict(zip(classifier.class_names, prediction.tolist(), strict=True))
        said = {"class": classifier.class_names[best], "probability": float(prediction[best])}
        said |= {} if nearest is None else {"nearest": nearest, "out_of_distribution": outside}
        found.append({"name": name, "path": str(source)} | said | {"probabilities": probabilities})
        if explain:
            try:
                heat = explain(classifier.as_input(pixels), best)
                gradcam.write(place, gradcam.overlay(pixels, heat))
            except CatsexError as error:
                print(f"no heat map: {error}", file=sys.stderr)

    if args.csv:
        table.write_csv(args.csv, classifier.class_names, found)
    results = {"kind": "prediction", "class_names": classifier.class_names, "photos": found}
    files.write_json(args.json, backend.provenance(args.photos, Path(args.model).name, seed) | results)
    table.check_all_predicted(found)


if __name__ == "__main__":
    sys.exit(cli.run(main))
