"""Folders of photos to paths, labels and class names; what to hold out."""

import logging
import re
import unicodedata
from pathlib import Path

import numpy as np

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.photoset import PhotoSet, photo_set
from catsex.photos.readable import check_images, readable

log = logging.getLogger(__name__)

PHOTO_SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp"}
CLUTTER = {"thumbs.db", "desktop.ini", "__macosx"}
SEXES = {"f": "female", "m": "male"}
HELD_OUT_FOLDERS = ("test", "validation")  # beside a folder train; the first of them that is there


def read_folder(folder, skip_unreadable=False):
    """Read a folder of one's own photos.

    One of three layouts: one folder per class, named after it, with any number of photos each; or all photos in
    one folder as `f01.jpg`, `f02.jpg` … for the females and `m01.jpg`, `m02.jpg` … for the males, the same number
    of both; or a folder `train` beside a folder `test` or `validation`, with the same classes in each.

    Hidden files and the clutter that file managers leave are ignored.

    Parameters
    ----------
    folder : str or Path
    skip_unreadable : bool
        Whether to leave out, with a notice, what is not a photo or cannot be read as one. It takes longer, since
        every photo is read to find out.

    Returns
    -------
    PhotoSet
        Classes and photos in natural order (`cat9` before `cat10`), photos to train on before those held out.

    Raises
    ------
    DataError
        If the folder does not exist, has none of these layouts, has one class only or two spellings of a class,
        if a class is empty, or a photo of a numbered series is missing; and unless `skip_unreadable`, if there is
        anything in a class folder that is not an image file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"no such folder: {show(folder)}")
    parts = _train_and_held_out(folder)
    name = folder.resolve().name
    if not parts:
        return photo_set(name, _read_classes(folder, skip_unreadable))
    train, held_out = (_read_classes(part, skip_unreadable) for part in parts)
    if list(train) != list(held_out):
        odd = sorted(set(train) ^ set(held_out))[0]
        raise DataError(
            f"{show(parts[0])} and {show(parts[1])} need the same class folders; {show(odd)} is in one of them only"
        )
    both = photo_set(name, train), photo_set("", held_out)
    labels = np.concatenate([part.labels for part in both])
    mask = np.arange(len(labels)) >= len(both[0])
    return PhotoSet(both[0].name, both[0].paths + both[1].paths, labels, both[0].class_names, mask)


def _train_and_held_out(folder):
    """Return the folders `train` and `test` (or `validation`), or None if there are no such two."""
    folders = {path.name.lower(): path for path in visible(folder) if path.is_dir()}
    held_out = [name for name in HELD_OUT_FOLDERS if name in folders]
    if "train" not in folders or not held_out:
        return None
    for name in sorted(set(folders) - {"train", held_out[0]}):
        if name not in HELD_OUT_FOLDERS:
            raise DataError(f"{show(folders[name])} lies beside train and {held_out[0]}; move it elsewhere")
        log.warning("%s is not used, since there is %s", show(folders[name]), held_out[0])
    return folders["train"], folders[held_out[0]]


def _read_classes(folder, skip_unreadable):
    """Return {class name: paths} for a folder of photos, numbered or in class folders."""
    by_class, strange = _read_numbered(folder), []
    if not by_class:
        by_class, strange = _read_class_folders(folder)
    if skip_unreadable:
        by_class = readable(by_class, strange)
    else:
        check_images(folder, by_class, strange)
    for name, paths in by_class.items():
        if not paths:
            raise DataError(f"{show(folder / name)} has no photos in it; add some or remove the folder")
    if len(by_class) < 2:
        raise DataError(
            f"{show(folder)} needs one folder per class, at least two, or photos named f01.jpg … and m01.jpg …; "
            f"found {'only the class ' + show(next(iter(by_class))) if by_class else 'no photos'}"
        )
    return by_class


def _read_numbered(folder):
    """Return {"female": paths, "male": paths} for a folder of f01 … and m01 …, else {}."""
    found, others = {}, []
    for path in visible(folder):
        match = re.fullmatch(r"([fm])(\d+)", path.stem)
        if match and path.suffix.lower() in PHOTO_SUFFIXES and path.is_file():
            other = found.setdefault(match[1], {}).setdefault(int(match[2]), path)
            if other != path:
                raise DataError(f"{show(other)} and {show(path)} have the same number; rename one of them")
        elif path.suffix.lower() in PHOTO_SUFFIXES or (path.is_dir() and not _has_records(path)):
            others.append(path)
    if not found:
        return {}
    for numbers in found.values():
        if 0 in numbers:
            raise DataError(f"{show(numbers[0])}: numbers begin with 1")
    last = max(number for numbers in found.values() for number in numbers)
    for sex in SEXES:
        for number in range(1, last + 1):
            if number not in found.get(sex, {}):
                raise DataError(f"{show(folder)} has no {sex}{number:02d}.jpg, though it goes on to {last:02d}")
    if others:
        log.warning("not used, beside f01 … and m01 …: %s (%d in all)", show(others[0]), len(others))
    return {name: [found[sex][number] for number in range(1, last + 1)] for sex, name in SEXES.items()}


def _read_class_folders(folder):
    """Return {class name: paths} for a folder of class folders, and what in those cannot be a photo."""
    by_class, strange, spellings = {}, [], {}
    entries = visible(folder)
    class_folders = [entry for entry in entries if entry.is_dir() and not _has_records(entry)]
    for class_folder in class_folders:
        inside = visible(class_folder)
        files = [path for path in inside if path.suffix.lower() in PHOTO_SUFFIXES and not path.is_dir()]
        if not files and any(path.is_dir() for path in inside):
            raise DataError(f"{show(class_folder)} has folders in it but no photos; pass --data {show(class_folder)}?")
        strange += [path for path in inside if path not in files]
        spelling = re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFKC", class_folder.name).casefold()).strip()
        other = spellings.setdefault(spelling, class_folder.name)
        if other != class_folder.name:
            raise DataError(
                f"{show(folder)} has two spellings of one class: {show(other)} and {show(class_folder.name)}"
            )
        by_class[class_folder.name] = files
    loose = [entry for entry in entries if entry.suffix.lower() in PHOTO_SUFFIXES and entry.is_file()]
    if class_folders and loose:
        raise DataError(f"{show(loose[0])} lies beside the class folders; move it into one of them")
    return by_class, strange


def _has_records(folder):
    """Return whether a folder is the record of a run, or has such in it, as `runs` in the working folder."""
    return (folder / "results.json").is_file() or any(folder.glob("*/results.json"))


def visible(folder):
    """List a folder in natural order, without hidden files and the clutter that file managers leave."""
    try:
        entries = [p for p in folder.iterdir() if not p.name.startswith(".") and p.name.lower() not in CLUTTER]
    except OSError as error:
        raise DataError(f"{show(folder)} cannot be read: {error.strerror or error}") from error
    return sorted(entries, key=lambda path: natural_key(path.name))


def natural_key(text):
    """Return a sort key that puts `cat9` before `cat10`."""
    pieces = re.split(r"(\d+)", text.lower())
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in pieces], text
