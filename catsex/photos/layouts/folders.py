"""Folders of photos to rows: which of their levels are classes, subjects, parts of a split."""

import logging
import re
from collections import Counter

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts import listing
from catsex.photos.layouts.rows import HELD_OUT, SPLITS, TRAIN, Row

log = logging.getLogger(__name__)

SEXES = {"f": "female", "m": "male"}
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".txt", ".lst")


def folder_rows(folder, levels=None, any_ending=False, lenient=False, masks=False):
    """Return a row for each photo in a folder.

    Without `levels`, one of these layouts: one folder per class, with photos in it; within each class one folder
    per subject, with photos of it; all photos in one folder as `f01.jpg`, `f02.jpg` … for the females and
    `m01.jpg`, `m02.jpg` … for the males, the same number of both; or folders `train` and `val` or `test` (or both)
    with the same classes in each.

    Parameters
    ----------
    folder : str or Path
    levels : str, optional
        What each level of folders is, such as "class/subject": class, subject, split, - for nothing, or any other
        word, the name of a column to keep. What lies deeper belongs to the last of them.
    any_ending : bool
        As `listing.list_folder` takes it.
    lenient : bool
        Whether to leave photos that lie deeper than those of their class among the others.
    masks : bool
        Whether masks beside photos (x_mask.png of x.jpg) are photos too.

    Returns
    -------
    rows : list of Row
    others : list of Path
        What lies among the photos and is none.
    classes : dict of str to Path
        The folders of the classes, also of those without a photo.

    Raises
    ------
    DataError
        If the folder has none of these layouts, or a photo of a numbered series is missing.
    """
    root = listing.list_folder(folder, any_ending)
    if not masks:
        listing.leave_out_masks(root)
    if levels is not None:
        return _by_levels(root, _checked(levels))
    splits = _splits(root)
    if not splits:
        return _read_part(root, lenient)
    rows, others = [], []
    first: tuple = ()
    for name, part in splits.items():
        found, beside, classes = _read_part(part, lenient)
        rows += [row._replace(held_out=name in HELD_OUT) for row in found]
        others += beside
        first = first or (part, classes)
        odd = sorted(set(classes) ^ set(first[1]))
        if odd:
            both = f"{show(first[0].path)} and {show(part.path)}"
            raise DataError(f"{both} need the same class folders; {show(odd[0])} is in one of them only")
    return rows, others, first[1]


def _splits(root):
    """Return {name: folder} of the parts of a split, that to train on first; empty if the folder is not split."""
    unlabelled = _unlabelled_parts(root)
    parts = {folder.path.name.lower(): folder for folder in root.folders if folder not in unlabelled}
    train = [name for name in TRAIN if name in parts]
    held_out = [name for name in HELD_OUT if name in parts]
    if parts and set(parts) <= set(SPLITS):
        for folder in parts.values():
            if not folder.folders and not _numbered(folder):
                raise DataError(
                    f"{show(folder.path)} is part of a split, and needs a folder per class in it{_table_advice(root)}"
                )
        if unlabelled and len(train) == 1 and not held_out:
            return {train[0]: parts[train[0]]}
        if not train or not held_out:
            only = show(root.folders[0].path)
            raise DataError(f"{show(root.path)} has only {', '.join(parts)}; pass --data {only}?")
    if not train or not held_out:
        return {}
    for name, part in parts.items():
        if name not in SPLITS:
            raise DataError(f"{show(part.path)} lies beside {train[0]} and {held_out[0]}; move it elsewhere")
    if len(train) > 1:
        raise DataError(f"{show(root.path)} has both {train[0]} and {train[1]}; keep one of them")
    if len(held_out) > 1:
        log.warning("%s are held out, and never trained on", " and ".join(held_out))
    return {name: parts[name] for name in (*train, *held_out)}


def _unlabelled_parts(root):
    """Return the flat folders of photos beside a folder of classes to train on, and say that they are left out."""
    if not any(folder.path.name.lower() in TRAIN and folder.folders for folder in root.folders):
        return []
    flat = [folder for folder in root.folders if folder.photos and not folder.folders and not _numbered(folder)]
    found = [folder for folder in flat if folder.path.name.lower() in HELD_OUT]
    for folder in found:
        log.warning(
            "%s has %d photos without labels and is left out; ask a trained model about them with predict",
            *(show(folder.path), folder.count()),
        )
    return found


def _read_part(part, lenient):
    """Return the rows of a folder of photos, numbered or in class folders, what else is among them, and the classes."""
    numbered = _numbered(part)
    if numbered:
        return numbered, [], {name: part.path / name for name in SEXES.values()}
    if part.folders and part.photos:
        raise DataError(f"{show(part.photos[0])} lies beside the class folders; move it into one of them")
    depths = {len(place.parts) - len(part.parts) for place in part.below() if place.photos}
    if lenient and 1 in depths:
        return _shallow(part)
    if len(part.folders) < 2 and depths <= {0, 1}:
        found = f"only the class {show(part.folders[0].path.name)}" if part.folders else "no photos in folders"
        raise DataError(
            f"{show(part.path)} needs one folder per class, at least two, or photos named f01.jpg … and m01.jpg …; "
            f"found {found}{_table_advice(part)}"
        )
    return _by_levels(part, _guess_levels(part, depths))


def _shallow(part):
    """Read class folders, and count the folders in them among what is not a photo."""
    rows = [Row(path, child.path.name) for child in part.folders for path in child.photos]
    others = [path for child in part.folders for path in child.others]
    others += [folder.path for child in part.folders for folder in child.folders if folder.count()]
    return rows, others, {child.path.name: child.path for child in part.folders}


def _numbered(part):
    """Return the rows of a folder of f01 … and m01 …, females first; no rows if it is not such a folder."""
    found: dict = {}
    others: list = []
    for path in part.photos:
        match = re.fullmatch(r"([fm])(\d+)", path.stem)
        if not match:
            others.append(path)
            continue
        other = found.setdefault(match[1], {}).setdefault(int(match[2]), path)
        if other != path:
            raise DataError(f"{show(other)} and {show(path)} have the same number; rename one of them")
    if not found:
        return []
    for numbers in found.values():
        if 0 in numbers:
            raise DataError(f"{show(numbers[0])}: numbers begin with 1")
    last = max(number for numbers in found.values() for number in numbers)
    for sex in SEXES:
        for number in range(1, last + 1):
            if number not in found.get(sex, {}):
                raise DataError(f"{show(part.path)} has no {sex}{number:02d}.jpg, though it goes on to {last:02d}")
    others += [folder.path for folder in part.folders]
    if others:
        log.warning("other files beside f01 … and m01 … are not used: %d, such as %s", len(others), show(others[0]))
    return [Row(found[sex][number], name) for sex, name in SEXES.items() for number in range(1, last + 1)]


def _guess_levels(part, depths):
    """Return what the levels of folders are, if there is only one way to read them."""
    if depths <= {1}:
        return ("class",)
    if len(part.folders) == 1:
        only = show(part.folders[0].path)
        raise DataError(f"{only} has folders in it but no photos; pass --data {only}? ({listing.tree(part)})")
    if depths != {2}:
        raise DataError(
            f"{show(part.path)} has photos at different depths: {listing.tree(part)}; say what the folders are: "
            f"--folders class (all below belongs to it) or --folders class/subject{_table_advice(part)}"
        )
    names = [{folder.path.name for folder in child.folders if folder.photos} for child in part.folders]
    if all(name.lower() in SPLITS for inside in names for name in inside):
        return ("class", "split")
    counts = Counter(name for inside in names for name in inside)
    shared = sorted(name for name, count in counts.items() if count > 1)
    if any(not name.isdecimal() or re.fullmatch(r"(19|20)\d\d", name) for name in shared):
        raise DataError(
            f"{show(part.path)} has folders of the same name, {show(shared[0])}, in several others: "
            f"{listing.tree(part)}; say which are the classes: --folders class/subject or --folders subject/class "
            f"(or another word for subject, such as year, that is only kept){_table_advice(part)}"
        )
    example = "/".join(next(place.parts[-2:] for place in part.below() if place.photos))
    log.warning(
        "folders in class folders are taken for subjects, such as %s; if they are not, pass --folders class",
        example,
    )
    return ("class", "subject")


def _checked(levels):
    """Return the words of `--folders`."""
    words = tuple(levels.strip("/").split("/"))
    repeated = [word for word, count in Counter(words).items() if count > 1 and word != "-"]
    if "class" not in words or repeated or "" in words:
        raise DataError(f"--folders {show(levels)}: expected the levels of folders, as in class/subject or site/class")
    return words


def _by_levels(root, levels):
    """Return the rows of the photos below folders whose levels are known, what else is there, and the classes."""
    rows: list = []
    others: list = []
    classes: dict = {}
    needed = max(number for number, word in enumerate(levels, 1) if word in ("class", "split"))
    within = "subject" in levels and levels.index("subject") > levels.index("class")
    for place in root.below():
        parts = place.parts[len(root.parts) :]
        if len(parts) < needed:
            if place.photos:
                raise DataError(f"{show(place.photos[0])} lies above the folders of --folders {'/'.join(levels)}")
            continue
        said = dict(zip(levels, parts, strict=False))
        said.pop("-", None)
        classes.setdefault(said["class"], place.path)
        others += place.others
        if within and said.get("subject", "").isdecimal():
            said["subject"] = f"{said['class']}/{said['subject']}"  # cats/1 and dogs/1 are two
        rows += _rows(place, said)
    return rows, others, classes


def _rows(place, said):
    """Return the rows of the photos in a folder whose levels mean {word: name}."""
    label, split = said.pop("class"), said.pop("split", "").lower()
    if split and split not in SPLITS:
        raise DataError(f"{show(place.path)} is not a part of a split: expected one of {', '.join(SPLITS)}")
    subject = said.pop("subject", None)
    return [Row(path, label, subject, split in HELD_OUT, said) for path in place.photos]


def _table_advice(root):
    """Point to a table that lies in a folder: that to train on first, and never one to be filled in."""
    tables = [path for path in root.others if path.suffix.lower() in TABLE_SUFFIXES[:4]]
    tables = [path for path in tables if "submission" not in path.stem.lower()]
    tables.sort(key=lambda path: not path.stem.lower().startswith(TRAIN))
    return f"; or is {show(tables[0])} a table of them? pass it as --data" if tables else ""
