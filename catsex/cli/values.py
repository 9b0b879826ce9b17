"""The values of the scripts' options: each a function that turns a text into what an option takes, or says why not."""

import argparse
import os
import re
from pathlib import Path

from catsex.files import show
from catsex.network.feature_files import ENDINGS
from catsex.photos.decoding.images import PROJECTIONS
from catsex.photos.layouts.listing import PHOTO_SUFFIXES, content_format


def whole_number(least, most):
    """Return a function that turns an option's text into a whole number from `least` to `most`."""

    def convert(text):
        if not text.isdecimal() or len(text) > 12 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text[:20]!r}")
        return int(text)

    return convert


def cosine(text):
    """Turn an option's text into the cosine that near-duplicates exceed, or "off"."""
    if text == "off":
        return text
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"expected off, or a number between 0 and 1, got {text[:20]!r}")
    return value


def probability(text):
    """Turn an option's text into a probability, 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, got {text[:20]!r}")
    return value


def frames(text):
    """Return which pictures of a file are read: "first", "all", "max", "mean", or the number of one, from 1."""
    if text in ("first", "all", *PROJECTIONS):
        return text
    if not text.isdecimal() or not 0 < int(text) < 10**6:
        raise argparse.ArgumentTypeError(f"expected first, all, max, mean or a number from 1, got {text[:20]!r}")
    return int(text)


def columns(text):
    """Return {"file": name, …} of a text such as file=photo,label=kind."""
    pairs = [pair.partition("=") for pair in re.split(r",(?=\w+=)", text)]
    if any(not word.strip() or not name.strip() for word, _, name in pairs):
        raise argparse.ArgumentTypeError(f"expected file=NAME,label=NAME, got {text!r}")
    return {word.strip(): name.strip() for word, _, name in pairs}


def one_class(text):
    """Return the name of a class and the folders or labels that it joins, of a text such as cats=cat+Cat."""
    name, _, parts = path_name(text).partition("=")
    return (name, parts.split("+")) if parts else (text, [text])


def path_name(text):
    """Return the name of a file or folder, ~ being the home folder; refuse an empty text, as of an unset variable."""
    if not text:
        raise argparse.ArgumentTypeError("expected a name, got an empty text")
    return os.path.expanduser(text)


def output_file(text):
    """Turn an option's text into the path of a file that can be written."""
    path = Path(os.path.expanduser(text))
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder; expected the name of a file")
    if path.exists() and not path.is_file():
        raise argparse.ArgumentTypeError(f"{text} is not a regular file; expected the name of a file")
    if path.exists() and (path.suffix.lower() in {*PHOTO_SUFFIXES, *ENDINGS} or content_format(path)):
        raise argparse.ArgumentTypeError(f"{text} has photos or features in it; choose another name")
    _check_writable(path)
    return path


def model_file(text):
    """Turn an option's text into the path of a model file that can be written."""
    if not text.endswith(".keras"):
        raise argparse.ArgumentTypeError(f"expected a name that ends in .keras, got {text!r}")
    return output_file(text)


def output_path(text):
    """Turn an option's text into the path of a file or a folder, there or not, that can be written."""
    path = Path(path_name(text))
    _check_writable(path / "file" if path.is_dir() else path)
    return path


def output_folder(text):
    """Turn an option's text into the path of a folder, there or not, that can be written to."""
    path = Path(path_name(text))
    _check_writable(path / "file")
    return path


def new_file(text):
    """Turn an option's text into the path of a file that is not there yet."""
    path = Path(path_name(text))
    if os.path.lexists(path):
        raise argparse.ArgumentTypeError(f"{text} already exists; expected the name of a new file")
    _check_writable(path)
    return path


def new_folder(text):
    """Turn an option's text into the path of a folder that is not there yet, or empty."""
    path = Path(os.path.expanduser(text))
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise argparse.ArgumentTypeError(f"{text} already exists; expected the name of a new folder")
    _check_writable(path)
    return path


def _check_writable(path):
    """Raise an error, before a long run, if a place cannot be written to."""
    folder = next(folder for folder in path.absolute().parents if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise argparse.ArgumentTypeError(f"{show(path)} cannot be written: {show(folder)} is read-only or not a folder")
