"""What all scripts share: their options, one line for an error, results as JSON."""

import argparse
import gc
import json
import logging
import os
import platform
import secrets
import sys
from importlib.metadata import version
from pathlib import Path

from catsex import __version__
from catsex.errors import CatsexError
from catsex.files import cache_folder, replacing
from catsex.images import show
from catsex.quiet import hidden_stderr, stopped_afterwards

TRAINING = ("data", "skip-unreadable", "weights", "seed", "epochs", "cache", "save", "json", "record")  # to train with


def parser(description, *options, epochs=20):
    """Return an argument parser.

    Parameters
    ----------
    description : str
        What the script does, with an example: its module docstring.
    *options : str
        Which of the common options it has: "data", "skip-unreadable", "weights", "seed", "epochs", "cache", "save",
        "json", "record".
    epochs : int
        The default of `--epochs`.
    """
    common = {
        "data": {
            "metavar": "DIR",
            "type": name,
            "help": "folder of photos (default: the tutorial's cats, or else a demo set)",
        },
        "weights": {
            "metavar": "FILE",
            "type": name,
            "help": "MobileNetV2's weights (default: from Keras, or the package index)",
        },
        "seed": {"type": whole_number(0, 2**32 - 1), "help": "makes the run repeatable (default: a fresh one)"},
        "epochs": {
            "type": whole_number(1, 10**6),
            "default": epochs,
            "help": f"how long to train (default: {epochs})",
        },
        "skip-unreadable": {"action": "store_true", "help": "leave out what cannot be read as a photo, and say so"},
        "save": {"metavar": "FILE", "type": model_file, "help": "keep the trained model, for scripts/predict.py"},
        "json": {"metavar": "FILE", "type": output_file, "help": "also write the results to this file"},
    }
    result = _Parser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    for option in options:
        if option == "cache":
            result.add_argument("--no-cache", dest="cache", action="store_false", help="compute all features anew")
        elif option == "record":
            where = "new folder for the record of this run (default: one in runs)"
            result.add_argument("--out", metavar="DIR", type=_new_folder, help=where)
            result.add_argument("--no-record", dest="record", action="store_false", help="leave no record of this run")
        else:
            result.add_argument(f"--{option}", **common[option])
    return result


def name(text):
    """Return the name of a file or folder, which an empty text, such as an unset variable, is not."""
    if not text:
        raise argparse.ArgumentTypeError("expected a name, got an empty text")
    return text


class _Parser(argparse.ArgumentParser):
    """An argument parser that lets no output replace another, nor what a script reads."""

    def parse_args(self, *args, **kwargs):
        parsed = super().parse_args(*args, **kwargs)
        given = vars(parsed)
        inputs = [given.get(option) for option in ("weights", "model", "data")]
        for option in ("photos", "check"):
            inputs += given[option] if isinstance(given.get(option), list) else [given.get(option)]
        taken = {Path(text).resolve() for text in inputs if text}
        outputs = [given[option] for option in ("save", "json", "csv", "explain", "out") if given.get(option)]
        for output in map(Path, outputs):
            if output.resolve() in taken and output != given.get("explain"):
                self.error(f"{show(output)} is named twice; choose another name for one of them")
            taken.add(output.resolve())
        if given.get("out"):
            folder = Path(given["out"]).resolve()
            inside = [output for output in outputs if folder in Path(output).resolve().parents]
            if inside:
                self.error(f"{show(inside[0])} lies in {show(given['out'])}, which is to be a new folder")
        return parsed


def whole_number(least, most):
    """Return a function that turns an option's text into a whole number from `least` to `most`."""

    def convert(text):
        if not text.isdecimal() or len(text) > 12 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text[:20]!r}")
        return int(text)

    return convert


def output_file(text):
    """Turn an option's text into the path of a file that can be written."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder; expected the name of a file")
    if path.exists() and not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is no regular file; expected the name of a file")
    _check_writable(path)
    return path


def output_folder(text):
    """Turn an option's text into the path of a folder, there or not, that can be written to."""
    path = Path(name(text))
    _check_writable(path / "file")
    return path


def _check_writable(path):
    """Say of a place that cannot be written to, before a long run, that it cannot."""
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"{show(path)} cannot be written: {show(folder)} is read-only or no folder")


def _new_folder(text):
    """Turn an option's text into the path of a folder that is not there yet, or empty."""
    path = Path(text)
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise argparse.ArgumentTypeError(f"{text} is there already; expected the name of a new folder")
    _check_writable(path)
    return path


def model_file(text):
    """Turn an option's text into the path of a model file that can be written."""
    if not text.endswith(".keras"):
        raise argparse.ArgumentTypeError(f"expected a name that ends in .keras, got {text!r}")
    return output_file(text)


def run(main):
    """Run a script and return its exit status.

    What the user can mend is printed as one line; only a defect of ours shows a traceback.
    """
    _replace_closed_streams()
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    sys.stdout.reconfigure(errors="backslashreplace")  # photos have names that not every terminal can show
    # Before Keras imports matplotlib, which otherwise keeps its list of fonts in two places of its own.
    os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "matplotlib"))
    try:
        main()
        print(end="", flush=True)
    except CatsexError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _discard_output()
        return 1
    except (OSError, MemoryError) as error:  # that no module says more about, as a full disk behind standard output
        print(f"error: {error}", file=sys.stderr)
        _discard_output()
        return 1
    return 0


def _replace_closed_streams():
    """Give a process that was started without standard output or error, as by `>&-`, one that leads nowhere."""
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, "w")  # noqa: SIM115, as long as the process runs
            os.dup2(nowhere.fileno(), descriptor)  # or the next file that is opened would be taken for that stream
            setattr(sys, name, nowhere)


def _discard_output():
    """Let what is still to be written to standard output, which cannot be written to any more, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def start_keras(seed=None):
    """Import Keras without TensorFlow's start-up notices, and make what follows repeatable.

    Parameters
    ----------
    seed : int, optional
        By default a fresh one is drawn.

    Returns
    -------
    int
        The seed.
    """
    # The garbage collector would go through TensorFlow's objects again and again, and a last time when the process
    # ends: a second in all, to find nothing.
    gc.disable()
    with stopped_afterwards(), hidden_stderr():
        import keras
    gc.freeze()
    gc.enable()
    seed = secrets.randbelow(2**32) if seed is None else seed
    keras.utils.set_random_seed(seed)
    return seed


def versions():
    """Return the versions of what a result depends on."""
    packages = ("keras", "tensorflow", "numpy", "imageio", "scikit-image")
    return {"catsex": __version__, "python": platform.python_version()} | {name: version(name) for name in packages}


def write_json(path, results):
    """Write results to a file, whole or not at all; do nothing if `path` is None.

    Raises
    ------
    CatsexError
        If the file cannot be written.
    """
    if path is None:
        return
    try:
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(results, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise CatsexError(f"{show(path)} cannot be written: {error.strerror or error}") from error
