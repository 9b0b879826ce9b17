"""Write web/src/constants.js: what the page goes by as Python does, from where it stands in Python.

python web/test/golden/constants.py
"""

import json
from pathlib import Path

import numpy as np

from catsex import constants
from catsex.evaluation import metrics, verdict
from catsex.evaluation.grouping import bursts, near_duplicates
from catsex.evaluation.permuting import left_out, permutation_scheme, permutation_test
from catsex.evaluation.probabilities import calibration, kernel_ridge, label_noise, out_of_fold, wrong_labels
from catsex.evaluation.sequential import betting
from catsex.evaluation.shortcuts import candidates, scoring
from catsex.photos import exif, traces
from catsex.photos.decoding import images, opening
from catsex.prediction import gradcam, out_of_distribution, page_model, saving
from catsex.report import record

FILE = Path(__file__).resolve().parents[2] / "src" / "constants.js"
FIRST = "// Written by web/test/golden/constants.py from Python's modules, which say why each is what it is."
# By the name of an object in the page: modules, and what is taken from them.
FROM = {
    "VERDICT": {verdict: "STRICT USUAL UNEVEN ENOUGH_POWER", candidates: "TOGETHER"},
    "TEST": {left_out: "PENALTY", permutation_test: "EQUAL", permutation_scheme: "AMONG WITHIN BOTH"},
    "INTERVAL": {metrics: "SHARED_TRAINING"},
    "CANDIDATES": {scoring: "PENALTY PERMUTATIONS MOST FEWEST PREDICTIONS"},
    "BETTING": {betting: "STEEPNESS PENALTY SEEN_FOR_HALF GROWTH MOST_KNOWN TIE"},
    "DUPLICATES": {near_duplicates: "FEW MANY"},
    "BURSTS": {bursts: "ALIKE FAR LEAST MOST"},
    "LABELS": {
        wrong_labels: "WRONG CONTRADICTED",
        kernel_ridge: "SHARPNESS PENALTY MOST",
        label_noise: "SHARES SCALES FLATTEST STEEPEST SLOPES MOST_HIDDEN UNCERTAIN ENOUGH LEAST",
    },
    "CALIBRATION": {calibration: "IMAGINARY SUREST HALVINGS", out_of_fold: "COLUMNS"},
    "KNOWN": {out_of_distribution: "MOST"},
    "MODEL": {saving: "METADATA KNOWN_FEATURES", page_model: "LAST_LAYER"},
    "HEAT": {gradcam: "COLOURS"},
    "RECORD": {record: "FORMAT"},
    "TRACES": {traces: "SAMPLED WINDOW BLOCK FINEST SMALL_SQUARES HUES"},
    "EXIF": {exif: "EXIF MAKE MODEL TAKEN MOST"},
    "LARGEST": {images: "MAX_BYTES", opening: "MAX_PIXELS MAX_SIDE"},
}


def javascript():
    """Return the constants as a module of JavaScript."""
    found = {name: value for name, value in vars(constants).items() if name.isupper()}
    lines = [f"export const {name} = {_written(value)};" for name, value in found.items()]
    for name, modules in FROM.items():
        taken = [(one, getattr(module, one)) for module, names in modules.items() for one in names.split()]
        inside = "".join(f"\n  {one}: {_written(value)}," for one, value in taken)
        lines.append(f"export const {name} = {{{inside}\n}};")
    return "\n".join([FIRST, *lines, ""])


def _written(value):
    """Return a value as JavaScript writes it."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:g}"
    if isinstance(value, str):
        return "'" + value + "'"
    if np.ndim(value) == 2:
        return "[" + "".join(f"\n    {_written(row)}," for row in value) + "\n  ]"
    return json.dumps(np.asarray(value).tolist() if np.ndim(value) else value).replace("e-0", "e-")


if __name__ == "__main__":
    FILE.write_text(javascript(), encoding="utf-8")
