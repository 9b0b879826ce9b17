"""A trained model as one file that runs without catsex: raw photos in, probabilities out, class names inside."""

import json
import os
import re
import shlex
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catsex.errors import ModelError, reason
from catsex.files import replacing, show
from catsex.prediction.out_of_distribution import MOST, OutOfDistribution
from catsex.prediction.preprocessing_layers import accept_raw_photos

if TYPE_CHECKING:
    import keras

    from catsex.prediction.out_of_distribution import OutOfDistribution


METADATA = "catsex.json"  # the member of the file, a zip, that says what goes in and what comes out
KNOWN_FEATURES = "catsex.known.f16"  # the member with the features of the photos that it was trained on
MAX_METADATA = 2**20  # bytes
MAX_CONFIG = 64 * 2**20  # bytes; the description of a network, as text, packs well
MAX_EXPANSION = 10  # weights hardly pack at all


def save(
    model: "keras.Model",
    path: str | Path,
    class_names: list[str],
    detector: "OutOfDistribution | None" = None,
    **provenance: Any,
) -> None:
    """Save a trained model so that it takes raw photos.

    The file is an ordinary `.keras` file: ``keras.saving.load_model`` reads it in safe mode, without our code. One
    more member of it, `catsex.json`, holds the class names and says what the model takes and gives.

    Parameters
    ----------
    model : keras.Model
        (N, size, size, 3) in -1 to 1 -> (N, classes) probabilities.
    path : str or Path
        Ends in `.keras`. What is there is replaced, once the new file is whole.
    class_names : list of str
    detector : OutOfDistribution, optional
    **origin
        Where it comes from, such as `data` and `seed`: anything that JSON can hold.

    Raises
    ------
    ModelError
        If the file cannot be written.
    """
    raw = accept_raw_photos(model)
    metadata = describe(raw, model.input_shape[1:3], class_names) | provenance
    if detector is not None:
        metadata["detector"] = {"photos": len(detector.unit), "threshold": detector.threshold}
    try:
        with replacing(path) as temporary:
            raw.save(temporary)
            with zipfile.ZipFile(temporary, "a") as file:
                file.writestr(METADATA, json.dumps(metadata, indent=2))
                if detector is not None:
                    file.writestr(KNOWN_FEATURES, detector.unit.astype("<f2").tobytes())
    except OSError as error:
        raise ModelError(f"{show(path)} cannot be written: {reason(error)}") from error


def how_to_use(path):
    """Return a line that names a saved model by the command that uses it."""
    return f"saved: {shlex.join(['python', 'scripts/predict.py', str(path), 'PHOTO'])}"


def describe(raw, size, class_names):
    """Return what a model that takes raw photos expects and gives, in words and as JSON can hold it."""
    return {
        "class_names": list(class_names),
        "input": {
            "name": raw.input.name,
            "shape": list(raw.input.shape),
            "meaning": "photos, height, width, RGB; upright; pixels 0 to 255, uint8 or float; one size per batch",
            "resized_inside_to": list(size),
        },
        "output": {"shape": list(raw.output.shape), "meaning": "probabilities, in the order of class_names"},
    }


def load(path):
    """Load a Keras model from a `.keras` file, in safe mode: a file is data, and runs no code.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    model : keras.Model
    metadata : dict
        What `save` wrote; empty if another program made the file.

    Raises
    ------
    ModelError
        If there is no such file, it is not a `.keras` file, or Keras cannot load it without custom code.
    """
    check_is_keras_file(path)
    import keras

    try:
        with zipfile.ZipFile(path) as file:
            metadata = json.loads(file.open(METADATA).read(MAX_METADATA)) if METADATA in file.namelist() else {}
        names = metadata.get("class_names", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ValueError(f"the class names in its {METADATA} are no list of names")
        if names:
            metadata["class_names"] = [show(name) for name in names]
        if len(set(names)) < len(names):
            raise ValueError(f"two class names in its {METADATA} are the same")
        return keras.saving.load_model(path, compile=False, safe_mode=True), metadata
    except Exception as error:  # Keras raises nearly every built-in exception on a damaged or foreign file
        _check_version(path, keras.__version__)
        said = " ".join(str(error).split("Exception encountered:")[-1].split())
        raise ModelError(f"{show(path)} cannot be loaded: {said[:300] or type(error).__name__}") from error


def _check_version(path, ours):
    """Raise `ModelError` if a file that cannot be loaded was saved by a newer Keras."""
    try:
        with zipfile.ZipFile(path) as file:
            theirs = json.loads(file.open("metadata.json").read(MAX_METADATA))["keras_version"]
        numbers = [[int(part) for part in re.findall(r"\d+", version)[:3]] for version in (theirs, ours)]
    except Exception:  # damaged: there is a better reason then
        return
    if numbers[0] > numbers[1]:
        raise ModelError(
            f"{show(path)} was saved by Keras {show(theirs[:20])}, which is newer than this one, {ours}: "
            f"pip install 'keras>={'.'.join(map(str, numbers[0]))}', or save it anew with Keras {ours}"
        )


def load_detector(path, metadata, d):
    """Load the features of the photos that a model was trained on.

    Parameters
    ----------
    path : str or Path
    metadata : dict
        As `load` returns it.
    d : int
        How many features of a photo the model's last layer takes.

    Returns
    -------
    OutOfDistribution or None
        None if the file does not have them.

    Raises
    ------
    ModelError
        If they are damaged.
    """
    try:
        with zipfile.ZipFile(path) as file:
            if "detector" not in metadata or KNOWN_FEATURES not in file.namelist():
                return None
            unit = np.frombuffer(file.open(KNOWN_FEATURES).read(2 * MOST * d), "<f2").reshape(-1, d)
        if len(unit) != metadata["detector"]["photos"] or not np.isfinite(unit).all():
            raise ValueError("other features than it says")
        return OutOfDistribution.remembered(unit, metadata["detector"]["threshold"])
    except Exception as error:  # whatever zipfile, numpy and a foreign metadata give
        raise ModelError(f"{show(path)} is damaged: its photos' features cannot be read: {error}") from error


def sees(path):
    """Return the size of the photos that a model takes, read without Keras.

    Parameters
    ----------
    path : str or Path
        A `.keras` file.

    Returns
    -------
    int or None
        In pixels, the longer side; None if the file does not say.

    Raises
    ------
    ModelError
        If there is no such file, or it is not a `.keras` file.
    """
    check_is_keras_file(path)
    sides: list = []

    def note(part):  # each layer that photos come in by has a batch_shape, [None, height, width, 3]
        shape: list = part.get("batch_shape") or []
        sides.extend(shape[1:3] if len(shape) == 4 and shape[3] == 3 else ())

    try:
        with zipfile.ZipFile(path) as file:
            if METADATA in file.namelist():
                sides.extend(json.loads(file.open(METADATA).read(MAX_METADATA))["input"]["resized_inside_to"])
            json.loads(file.open("config.json").read(MAX_CONFIG), object_hook=note)
        return max(side for side in sides if isinstance(side, int))
    except Exception:  # damaged, which is said when it is loaded
        return None


def check_is_keras_file(path):
    """Raise `ModelError` unless a path is that of a `.keras` file, as far as can be checked without Keras."""
    try:
        if not stat.S_ISFIFO(os.stat(path).st_mode):  # opening one would wait for its other end
            open(path, "rb").close()
    except OSError as error:
        raise ModelError(f"{show(path)} cannot be read: {reason(error)}") from error
    # By its name, because Keras goes by that too, and would read other formats without its safe mode.
    if Path(path).suffix != ".keras" or not Path(path).is_file() or not zipfile.is_zipfile(path):
        raise ModelError(f'{show(path)} is not a .keras file; save the model anew with model.save("NAME.keras")')
    try:
        with zipfile.ZipFile(path) as file:
            sizes = {member.filename: member.file_size for member in file.infolist()}
    except Exception as error:  # zipfile raises several built-in exceptions on damaged files
        raise ModelError(f"{show(path)} is damaged: {error}") from error
    if "config.json" not in sizes:
        raise ModelError(f"{show(path)} is a zip file, but not one that Keras has saved a model in")
    if sum(sizes.values()) > MAX_CONFIG + MAX_EXPANSION * os.path.getsize(path):
        raise ModelError(f"{show(path)} claims to hold {sum(sizes.values()):,} bytes, far more than fit into it")
