"""Predictions of new photos, as lines for people and as JSON."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from catsex.errors import CatsexError
from catsex.photos.layouts.unlabelled import short_names
from catsex.prediction import gradcam
from catsex.prediction.examining import examine
from catsex.sentences import sentences_of

if TYPE_CHECKING:
    from catsex.prediction.predictor import Predictor


log = logging.getLogger(__name__)
say = sentences_of("prediction")

UNSURE = "unsure"  # the answer in place of a class


def say_of_each(
    predictor: "Predictor",
    photos: Sequence[str | Path],
    *,
    strict: bool = False,
    explain: Path | None = None,
    unsure: float | None = None,
) -> Iterator[dict]:
    """Yield for each photo its prediction, as soon as it is known, or why it cannot be used.

    Parameters
    ----------
    predictor : Predictor
    photos : sequence of str or Path
        As `unlabelled.find_photos` gives them.
    strict : bool
        As `examine` takes it.
    explain : Path, optional
        A folder for a picture of each photo, with what speaks for the likeliest class drawn on it.
    unsure : float, 0 to 1, optional
        A photo whose likeliest class is less probable is answered "unsure".

    Yields
    ------
    dict
        `name` and `path`; and either `error`, or `class` (the likeliest one), `probability` and `probabilities` (of all
        classes, a dict), and where the photos are known that the model was trained on `nearest` (the cosine with the
        nearest of them, -1 to 1) and `out_of_distribution` (whether it looks like none of them), where that is known
        `right_of_100` (how many of 100 held-out photos were right), and with `unsure` `answer` (the class or "unsure").
    """
    names = short_names(photos)
    explained = gradcam.explainer(predictor.model) if explain else None
    places = gradcam.places(explain, names, photos) if explain else names
    for name, place, (source, pixels, prediction, nearest) in zip(
        names, places, examine(predictor, photos, strict), strict=True
    ):
        found = {"name": name, "path": str(source)}
        if isinstance(prediction, CatsexError):
            yield found | {"error": str(prediction)}
            continue
        best = int(prediction.argmax())
        found |= {"class": predictor.class_names[best], "probability": float(prediction[best])}
        if nearest is not None:
            found |= {"nearest": nearest, "out_of_distribution": nearest < predictor.detector.threshold}
        right = (predictor.metadata.get("calibration") or {}).get("right_of_100")
        found |= {} if right is None else {"right_of_100": right}
        if unsure is not None:
            found["answer"] = found["class"] if found["probability"] >= unsure else UNSURE
        yield found | {"probabilities": dict(zip(predictor.class_names, prediction.tolist(), strict=True))}
        if explained:
            try:
                heat = explained(predictor.as_input(pixels), best)
                gradcam.write(place, gradcam.overlay(pixels, heat))
            except CatsexError as error:
                log.warning("no heat map: %s", error)


def line(found: dict) -> str:
    """Return a photo's prediction, as `say_of_each` yields it, as a line; or why the photo cannot be used."""
    if "error" in found:
        return say("error", error=found["error"])
    said = say("class.calibrated" if "right_of_100" in found else "class", **found)
    if found.get("answer") == UNSURE:
        said = say("unsure", said=said)
    if found.get("out_of_distribution"):
        said = say("unlike", said=said)
    return f"{found['name']}  {said}"
