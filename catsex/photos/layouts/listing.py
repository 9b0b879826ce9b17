"""The content of a folder: photos, other files, folders within; without the clutter that programs leave."""

import logging
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from catsex.errors import DataError, reason
from catsex.files import show
from catsex.photos.decoding.formats import FIRST_BYTES, image_format
from catsex.photos.two_valued import masks_among

log = logging.getLogger(__name__)

JPEG_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif", ".jfi", ".jif", ".jpg_large", ".jpg_small", ".jpg-large"}
DICOM_SUFFIXES = {".dcm", ".dicom", ""}
PHOTO_SUFFIXES = {
    *JPEG_SUFFIXES,
    *(".png", ".apng", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".dib"),
    *(".heic", ".heif", ".hif", ".avif", ".jp2", ".j2k", ".jpx", ".jxl"),
    *(".dcm", ".dicom", ".npy"),
    # Camera raw, and what science writes: never read, but never passed over in silence either.
    *(".dng", ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".orf", ".rw2", ".raf", ".pef", ".srw"),
    *(".fits", ".fit", ".fts", ".czi", ".nd2", ".lif", ".svs"),
}
CLUTTER = {
    *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "picasa.ini", "thumbs.db:encryptable"),
    *("__macosx", "@eadir", "#recycle", "@recycle", "$recycle.bin", "system volume information", "lost+found"),
    *("__pycache__", "zbthumbnail.info"),
}
DEEPEST = 8  # levels of folders
SIDE_JSON = re.compile(r"(\.\w{3,4})(\.supplemental-metadata)?\.json$")  # what Google tells of a photo, x.jpg.json
FILMS = (".mov", ".mp4")  # of a moving photo, beside it
MASKS = re.compile(r"(.+?)[-_](mask|masks|seg|segmentation|gt|label|labels)$", re.IGNORECASE)


@dataclass
class Folder:
    """A folder and what is in it, in natural order.

    Attributes
    ----------
    path : Path
    parts : tuple of str
        The names of the folders that lead to it from where the listing began.
    photos : list of Path
        Files with the ending of a photo; with `any_ending`, all that are one by their content.
    others : list of Path
        All other files, and what is neither a file nor a folder: pipes, links that lead nowhere.
    folders : list of Folder
    """

    path: Path
    parts: tuple
    photos: list = field(default_factory=list)
    others: list = field(default_factory=list)
    folders: list = field(default_factory=list)

    def below(self):
        """Return this folder and all below it, each before those in it."""
        return [self, *(folder for child in self.folders for folder in child.below())]

    def count(self):
        """Return the number of photos in this folder and below it."""
        return sum(len(folder.photos) for folder in self.below())


def list_folder(path, any_ending=False):
    """List a folder and all folders in it, each entry looked at once.

    Hidden files, clutter and the records of runs (folders with a `results.json`, and folders of such) are left out.
    Links to folders are followed, but not to one that has been listed before.

    Parameters
    ----------
    path : str or Path
    any_ending : bool
        Whether the content of files with other endings, or none, decides whether they are photos.

    Returns
    -------
    Folder

    Raises
    ------
    DataError
        If a folder cannot be read.
    """
    return _list(Path(path), (), any_ending, set())


def _list(path, parts, any_ending, seen):
    """Return the `Folder` at a path, or None for records of runs."""
    found, in_it, records = Folder(path, parts), [], False
    seen.add(os.path.realpath(path))
    for entry in visible(path):
        place = path / entry.name
        if entry.is_dir():
            in_it.append((entry, place))
        elif not entry.is_file():
            found.others.append(place)
        elif place.suffix.lower() in PHOTO_SUFFIXES or (any_ending and content_format(place)):
            found.photos.append(place)
        else:
            records = records or entry.name == "results.json"
            found.others.append(place)
    if records and parts:
        return None
    stems = {photo.stem for photo in found.photos}
    found.others = [other for other in found.others if other.suffix.lower() not in FILMS or other.stem not in stems]
    for entry, place in in_it:
        if len(parts) >= DEEPEST or (entry.is_symlink() and os.path.realpath(place) in seen):
            continue
        folder = _list(place, (*parts, entry.name), any_ending, seen)
        if folder is not None:
            found.folders.append(folder)
        else:
            records = True
    return None if records and parts else found


def leave_out_masks(root):
    """Take masks of photos beside them out of what was listed, and say so: by their names, or their two values."""
    found, plain = [], []
    for place in root.below():
        stems = {photo.stem.lower() for photo in place.photos}
        named = ((photo, MASKS.match(photo.stem)) for photo in place.photos)
        masks = {photo for photo, match in named if match and match[1].lower() in stems}
        found += sorted(masks)
        place.photos = [photo for photo in place.photos if photo not in masks]
        masks = set(masks_among(place.photos))
        plain += sorted(masks)
        place.photos = [photo for photo in place.photos if photo not in masks]
    if plain:
        log.warning(
            "%d pictures of two values, such as %s, have the size of photos beside them, and are left out as masks; "
            "--masks reads them as photos",
            *(len(plain), show(plain[0])),
        )
    if found:
        log.warning("%d masks such as %s are left out; --masks reads them as photos", len(found), show(found[0]))


def visible(folder):
    """List a folder in natural order, without hidden files and clutter: as `os.DirEntry`.

    Raises
    ------
    DataError
        If the folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            shown = [entry for entry in entries if not is_clutter(entry.name)]
    except OSError as error:
        raise DataError(f"{show(folder)} cannot be read: {reason(error)}") from error
    return sorted(shown, key=lambda entry: natural_key(entry.name))


def is_clutter(name):
    """Return whether a file or folder is clutter that a program has left."""
    lower = name.lower()
    told = SIDE_JSON.search(lower)
    side_file = lower.endswith((".aae", ".xmp", ".thm")) or (told and told[1] in {*PHOTO_SUFFIXES, *FILMS})
    return name.startswith(".") or lower in CLUTTER or lower.endswith(":zone.identifier") or bool(side_file)


def content_format(path):
    """Return which format a file's first bytes show, as `formats.image_format` does; "" for an empty file.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(FIRST_BYTES)
    except OSError as error:
        raise DataError(f"{show(path)} cannot be read: {reason(error)}") from error
    return image_format(start) if start else ""


def natural_key(text):
    """Return a sort key that puts `cat9` before `cat10`."""
    pieces = re.split(r"(\d+)", text.lower())
    return [(int(piece), "") if piece.isdecimal() else (0, piece) for piece in pieces], text


def tree(folder, lines=3):
    """Return on one line where the photos in a folder lie: a few places, of every depth, with how many are there."""
    places = [place for place in folder.below() if place.photos]
    depths: dict = {}
    for place in places:
        depths.setdefault(len(place.parts), place)
    chosen = list(depths.values())[:lines]
    chosen += [place for place in places if place not in chosen][: lines - len(chosen)]
    chosen.sort(key=lambda place: [natural_key(part) for part in place.parts])
    shown = [f"{show('/'.join(place.parts) or '.')}/ ({_photos(len(place.photos))})" for place in chosen]
    rest = len(places) - len(chosen)
    return ", ".join(shown) + (f" and {rest} more folder{'s' * (rest > 1)}" if rest else "") or "no photos"


def _photos(number):
    """Write a number of photos."""
    return f"{number} photo{'s' * (number != 1)}"
