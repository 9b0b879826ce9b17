"""The options of the scripts: their names, their values, and what is checked before a run."""

import argparse
import difflib
import math
import os
from pathlib import Path

from catsex.cli.values import columns, frames, model_file, new_folder, one_class, output_file, path_name, whole_number
from catsex.constants import EPOCHS
from catsex.files import show

LESSON = ("data", "weights", "seed", "epochs", "cache", "save", "json", "record")
TRAINING = (*LESSON, "reading")  # to train with photos of one's own
ASKING = ("data", "reading", "weights", "seed", "cache", "json", "record")  # to evaluate with
READING = (
    *("subjects", "folders", "columns", "classes", "any_ending", "strict"),
    *("frames", "bands", "levels", "one_label", "crop", "masks", "skip_unreadable", "fast_decoding"),
)
NETWORK = "MobileNetV2"


def parser(description, *options, default_data="the tutorial's cats, or else a demo set"):
    """Return an argument parser.

    Parameters
    ----------
    description : str
        What the script does, with an example: its module docstring.
    *options : str
        Which of the common options it has: "data", "reading" (all that says how to read it), "network", "weights",
        "seed", "epochs", "cache", "save", "json", "record", "balance".
    default_data : str
        Which photos are used without `--data`.
    """
    common = {
        "network": {
            "metavar": "NAME",
            "type": path_name,
            "default": NETWORK,
            "help": f"one of Keras' networks, or a .keras file (default: {NETWORK}; docs/method.md names the others)",
        },
        "weights": {
            "metavar": "FILE",
            "type": path_name,
            "help": "the network's weights (default: from Keras, or the package index)",
        },
        "seed": {
            "type": whole_number(0, 2**32 - 1),
            "help": "seed of the random numbers; the same one repeats a run (default: a new one)",
        },
        "epochs": {
            "type": whole_number(1, 10**6),
            "default": EPOCHS,
            "help": f"passes over the training photos (default: {EPOCHS})",
        },
        "balance": {"action": "store_true", "help": "give all classes the same weight, whatever their size"},
        "save": {"metavar": "FILE", "type": model_file, "help": "save the trained model, for scripts/predict.py"},
        "json": {"metavar": "FILE", "type": output_file, "help": "write all results to this file as well"},
    }
    result = _Parser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    for option in options:
        if option == "data":
            where = f"folder, table, label tool's file or archive (default: {default_data})"
            result.add_argument("--data", metavar="DIR", type=path_name, help=where)
        elif option == "reading":
            _add_reading(result)
        elif option == "cache":
            result.add_argument("--no-cache", dest="cache", action="store_false", help="neither use nor fill the cache")
        elif option == "record":
            where = "new folder for the record of this run (default: a new one in runs)"
            result.add_argument("--out", metavar="DIR", type=new_folder, help=where)
            result.add_argument("--no-record", dest="record", action="store_false", help="write no record of this run")
        else:
            result.add_argument(f"--{option}", **common[option])
    return result


def _add_reading(result):
    """Add the options that say how to read photos, the same in every script."""
    result.add_argument(
        "--subjects", metavar="PATTERN", help="where file names hold the subject, as in '{subject}_{}.jpg'"
    )
    result.add_argument("--folders", metavar="LEVELS", help="what each level of folders is, as in class/subject")
    result.add_argument(
        "--columns", metavar="WORD=NAME", type=columns, help="which columns hold what: file=…,label=…,subject=…,split=…"
    )
    result.add_argument(
        "--classes", metavar="CLASS", nargs="+", type=one_class, help="use only these classes; NAME=A+B joins A and B"
    )
    add_any_ending(result)
    result.add_argument(
        "--one-label", choices=("first", "only"), help="photos with several labels: take the first, or leave them out"
    )
    result.add_argument("--crop", action="store_true", help="cut out the boxes of a label tool; each becomes a photo")
    result.add_argument("--masks", action="store_true", help="read masks (x_mask.png beside x.png) as photos")
    result.add_argument(
        "--frames",
        metavar="WHICH",
        type=frames,
        default="first",
        help="pictures of a stack to use: first, all, max, mean or a number",
    )
    result.add_argument(
        "--bands",
        metavar="N",
        nargs="+",
        type=whole_number(1, 512),
        help="channels of a TIFF to use: red, green and blue, or one",
    )
    result.add_argument(
        "--levels",
        metavar=("LOW", "HIGH"),
        nargs=2,
        type=float,
        help="values of black and white in files of more than 8 bits",
    )
    add_strict(result)
    result.add_argument(
        "--skip-unreadable", action="store_true", help="leave out files that cannot be read, and name them"
    )
    result.add_argument(
        "--fast-decoding", action="store_true", help="decode large JPEGs at reduced size: faster, slightly different"
    )


def add_any_ending(result):
    """Add `--any-ending`."""
    result.add_argument("--any-ending", action="store_true", help="detect photos by content, not by extension")


def add_strict(result):
    """Add `--strict`."""
    result.add_argument(
        "--strict", action="store_true", help="refuse truncated photos, even if most of the picture is there"
    )


def photo_options(args):
    """Return what the options say of how to read photos, as keyword arguments of `catsex.load_photos`."""
    classes: dict = {}
    for name, parts in args.classes or ():  # cats=cat cats=Cat2 is cats=cat+Cat2
        classes[name] = classes.get(name, []) + parts
    said = {name: getattr(args, name) for name in READING}
    said |= {"classes": classes or None, "bands": tuple(args.bands or ())}
    return said | {name: getattr(args, name) for name in ("network", "size") if name in args}


def refuse_photos(parser, args, instead):
    """End with a usage error if an option that says which photos to read, or how, is given beside another one."""
    for name in ("data", "network", "weights", *READING):
        if getattr(args, name) != parser.get_default(name):
            parser.error(f"{instead} is in place of --{name.replace('_', '-')}; leave out one of them")


def _check_pictures(parser, args):
    """End with a usage error if --bands or --levels are impossible."""
    if len(getattr(args, "bands", None) or [1]) not in (1, 3):
        parser.error("--bands takes one channel, or three: red, green and blue")
    low, high = getattr(args, "levels", None) or (0, 1)
    if not -math.inf < low < high < math.inf:
        parser.error(f"--levels {low:g} {high:g}: expected two numbers, black before white")


class _Parser(argparse.ArgumentParser):
    """An argument parser that lets no output replace another, nor what a script reads, and knows near misses."""

    def error(self, message):
        """Print a usage error; for an unknown option, or a folder without an option, suggest the right one."""
        unknown = message.partition("unrecognized arguments: ")[2].split()
        options = [option for action in self._actions for option in action.option_strings]
        if unknown and unknown[0].startswith("--"):
            near = difflib.get_close_matches(unknown[0].partition("=")[0], options, n=1)
            message += f"; did you mean {near[0]}?" if near else ""
        elif unknown and "--data" in options and not unknown[0].startswith("-"):
            message += f"; did you mean --data {unknown[0]}?"
        super().error(message)

    def parse_args(self, *args, **kwargs):
        parsed = super().parse_args(*args, **kwargs)
        _check_pictures(self, parsed)
        given = vars(parsed)
        inputs = [given.get(option) for option in ("network", "weights", "model", "data", "features", "source")]
        for option in ("photos", "check"):
            inputs += given[option] if isinstance(given.get(option), list) else [given.get(option)]
        taken = {os.path.realpath(text) for text in inputs if text}
        outputs = [value for value in given.values() if isinstance(value, Path)]  # what is read is a text
        for output in outputs:
            if os.path.realpath(output) in taken and output != given.get("explain"):
                self.error(f"{show(output)} is named twice; choose another name for one of them")
            taken.add(os.path.realpath(output))
        if given.get("out"):
            folder = Path(os.path.realpath(given["out"]))
            inside = [output for output in outputs if folder in Path(os.path.realpath(output)).parents]
            if inside:
                self.error(f"{show(inside[0])} lies in {show(given['out'])}, which must be a new folder")
        return parsed
