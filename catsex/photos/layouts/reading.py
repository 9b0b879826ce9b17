"""A folder, a table or a zip file of photos to a `PhotoSet`: one way for all of them."""

import os
from dataclasses import replace
from pathlib import Path

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.levels import find_levels
from catsex.photos.layouts.folders import TABLE_SUFFIXES, folder_rows
from catsex.photos.layouts.frames import all_frames
from catsex.photos.layouts.listing import JPEG_SUFFIXES
from catsex.photos.layouts.readable import check_photos, readable
from catsex.photos.layouts.rows import choose, to_photo_set
from catsex.photos.layouts.subjects import by_pattern, notice_subjects
from catsex.photos.layouts.tables import table_rows
from catsex.photos.layouts.zips import unpacked


def read_photos(
    data,
    skip_unreadable=False,
    *,
    subjects=None,
    folders=None,
    columns=None,
    classes=None,
    any_ending=False,
    strict=False,
    frames="first",
    reduce_to=None,
):
    """Read photos of one's own, whatever says which they are.

    Parameters
    ----------
    data : str or Path
        A folder, as `folders.folder_rows` takes it; a table, as `table_rows` does; or a zip file of a folder.
    skip_unreadable : bool
        Whether to leave out, with a notice, what is not a photo or cannot be read as one. It takes longer, since
        every photo is read to find out.
    subjects : str, optional
        How names say which subject they show, such as "{subject}_{}.jpg", as `subjects.by_pattern` takes it.
    folders : str, optional
        What the levels of folders are, such as "class/subject", as `folders.folder_rows` takes it.
    columns : dict of str to str, optional
        Which columns of a table say what, as `table_rows` takes it.
    classes : sequence of str, or dict of str to sequence of str, optional
        Which classes to use and in which order, as `rows.choose` takes it.
    any_ending : bool
        Whether files with any ending, or none, are photos if their content is.
    strict : bool
        Whether a photo that is cut off is refused even if most of it is there.
    frames : {"first", "all"}
        Which picture of an animation, or of a file with several pages, is used; of all of them, the file is the group.
    reduce_to : int, optional
        Decode large JPEGs smaller, and faster, as long as both sides keep so many pixels (`decoder.Decoder`).

    Returns
    -------
    PhotoSet
        Classes and photos in natural order (`cat9` before `cat10`), those of a table in its order; photos to train
        on before those held out.

    Raises
    ------
    DataError
        If there is no such folder or file, or it is not laid out in a way that can be understood; unless
        `skip_unreadable`, if there is anything among the photos that is not an image file; and if there are
        photos of one class only.
    """
    data = Path(os.path.expanduser(data))
    place = Path(os.path.realpath(data))  # `Path.resolve` fails on a link that leads to itself
    name = place.stem if data.is_file() else place.name
    if data.is_file() and data.suffix.lower() == ".zip":
        data = unpacked(data)
    rows, others, places = _rows(data, folders, columns, classes, any_ending, skip_unreadable)
    if skip_unreadable:
        rows = readable(rows, others, strict)
    else:
        check_photos(rows, others, data)
    if classes:
        rows = choose(rows, classes, places)
    there = {row.label for row in rows}
    for label, place in places.items():
        if label not in there and not classes:
            raise DataError(f"{show(place)} has no photos in it; add some or remove the folder")
    if len(there) < 2:
        only = f"only the class {show(there.pop())}" if there else "no photos"
        raise DataError(f"{show(data)} needs photos of at least two classes; found {only}")
    if subjects:
        rows = by_pattern(rows, subjects, data)
    # A JPEG has 8 bits. What has another ending may have more, and the set then says what is white.
    levels = find_levels(row.path for row in rows if row.path.suffix.lower() not in JPEG_SUFFIXES)
    decoder = Decoder(levels, strict, reduce_to)
    if frames == "all":
        rows = all_frames(rows, decoder)
    photos = replace(to_photo_set(name, rows, list(classes) if classes else None), decoder=decoder)
    if photos.groups is None:
        notice_subjects(photos)
    return photos


def _rows(data, levels, columns, classes, any_ending, lenient):
    """Return the rows of a folder or a table, what else lies among the photos, and the folders of the classes."""
    if data.is_dir():
        if columns:
            raise DataError(f"{show(data)} is a folder; --columns is for tables")
        return folder_rows(data, levels, any_ending, lenient)
    if not data.exists():
        raise DataError(f"no such folder: {show(data)}")
    if data.suffix.lower() not in TABLE_SUFFIXES:
        raise DataError(f"no such folder: {show(data)} (it is a file, but neither a table nor a .zip)")
    if levels:
        raise DataError(f"{show(data)} is a table; --folders is for folders")
    return table_rows(data, columns, any_label=classes is not None), [], {}
