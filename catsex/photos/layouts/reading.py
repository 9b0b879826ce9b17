"""A folder, a table or a zip file of photos to a `PhotoSet`: one way for all of them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.decoding.decoder import Decoder
from catsex.photos.decoding.levels import find_levels
from catsex.photos.decoding.scaling import ALL
from catsex.photos.layouts.cells import Frame, is_frame
from catsex.photos.layouts.frames import all_frames
from catsex.photos.layouts.listing import DICOM_SUFFIXES, JPEG_SUFFIXES
from catsex.photos.layouts.packed.archives import is_archive, stem
from catsex.photos.layouts.readable import check_photos, readable
from catsex.photos.layouts.rows import choose, to_photo_set
from catsex.photos.layouts.sources import rows_of
from catsex.photos.layouts.subjects import by_patient, by_pattern, notice_subjects
from catsex.photos.photoset import PhotoSet
from catsex.photos.reader import Reader


def read_photos(
    data: Any,
    skip_unreadable: bool = False,
    *,
    subjects: str | None = None,
    folders: str | None = None,
    columns: dict[str, str] | None = None,
    classes: Sequence[str] | dict[str, Sequence[str]] | None = None,
    any_ending: bool = False,
    strict: bool = False,
    frames: str | int = "first",
    bands: Sequence[int] = (),
    levels: tuple[float, float] | None = None,
    reduce_to: int | None = None,
    one_label: str | None = None,
    crop: bool = False,
    masks: bool = False,
) -> PhotoSet:
    """Read the user's own photos from a folder, an archive, a table or a label tool's file.

    Parameters
    ----------
    data : str, Path or DataFrame
        A folder, as `folders.folder_rows` takes it; a table, as `tables.table_rows` does; a file or folder that a label
        tool has written, as `label_tools` reads it; an archive of a folder; or a data set with the pictures inside, as
        `packed.shards` unpacks it. Or a DataFrame of pandas or Polars,
        which is a table whose files are named relative to the working folder.
    skip_unreadable : bool
        Whether to leave out, with a notice, what is not a photo or cannot be read as one. It takes longer, since
        every photo is read to find out.
    subjects : str, optional
        How names say which subject they show, such as "{subject}_{}.jpg", as `subjects.by_pattern` takes it.
    folders : str, optional
        What the levels of folders are, such as "class/subject", as `folders.folder_rows` takes it.
    columns : dict of str to str, optional
        Which columns of a table say what, as `tables.table_rows` takes it.
    classes : sequence of str, or dict of str to sequence of str, optional
        Which classes to use and in which order, as `rows.choose` takes it.
    any_ending : bool
        Whether files with any ending, or none, are photos if their content is.
    strict : bool
        Whether a photo that is cut off is refused even if most of it is there.
    frames : {"first", "all", "max", "mean"} or int
        Which picture of an animation, or of a file with several pages, is used: the first, or one by its number,
        from 1; all of them, the file being their group; or what is largest in all of them, or their mean.
    bands : sequence of int
        Which channels of TIFFs are red, green and blue, from 1; or the one that is grey.
    levels : (float, float), optional
        Which values are black and white in files of more than 8 bits; by default as found in the set.
    reduce_to : int, optional
        Decode large JPEGs smaller, and faster, as long as both sides keep so many pixels (`decoder.Decoder`).
    one_label : {"first", "only"}, optional
        What to do with photos that have several labels: take the first one, or leave these photos out. By default
        they are an error.
    crop : bool
        Whether each box that a label tool has drawn becomes a photo; the picture is its subject.
    masks : bool
        Whether masks beside photos (x_mask.png of x.jpg) are photos too; by default they are left out, and counted.

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
    data, name = _named(data)
    how = {"folders": folders, "columns": columns, "classes": classes, "any_ending": any_ending, "masks": masks}
    rows, others, places = rows_of(data, **how, lenient=skip_unreadable, one_label=one_label, crop=crop)
    said = frames, bands, levels, strict, reduce_to
    decoder = _decoder(rows, *said) if skip_unreadable else None  # without the set's range some are not readable
    if decoder:
        rows = readable(rows, others, decoder)
    else:
        check_photos(rows, others, data)
    if classes:
        rows = choose(rows, classes, places)
    _check_classes(rows, {} if classes else places, data)
    if subjects:
        rows = by_pattern(rows, subjects, data)
    elif any(row.path.suffix.lower() in DICOM_SUFFIXES for row in rows):
        rows = by_patient(rows)
    decoder = decoder or _decoder(rows, *said)
    if frames == "all":
        rows = all_frames(rows, decoder)
    photos = replace(to_photo_set(name, rows, list(classes) if classes else None), reader=Reader(decoder))
    if photos.groups is None:
        notice_subjects(photos)
    return photos


def _named(data):
    """Return data as `sources.rows_of` takes it, and what to call the set."""
    if is_frame(data):
        return Frame(data), "DataFrame"
    try:
        data = Path(os.path.expanduser(data))
    except TypeError:
        there = f"photos is a {type(data).__name__}"
        raise DataError(
            f"{there}; expected a folder, table or archive, a DataFrame, or what load_photos returns"
        ) from None
    place = Path(os.path.realpath(data))  # `Path.resolve` fails on a link that leads to itself
    return data, (stem(place) if is_archive(place) else place.stem) if data.is_file() else place.name


def _check_classes(rows, places, data):
    """Check that there are photos of two classes at least, and of each class that has a folder."""
    there = {row.label for row in rows}
    for label, place in places.items():
        if label not in there:
            raise DataError(f"{show(place)} has no photos in it; add some or remove the folder")
    if len(there) < 2:
        only = f"only the class {show(there.pop())}" if there else "no photos"
        raise DataError(f"{show(data)} needs photos of at least two classes; found {only}")


def _decoder(rows, frames, bands, levels, strict, reduce_to):
    """Return how the photos of a set are decoded, by what the user says and by what is found in all of them."""
    frame = None if frames in ("first", "all") else frames if isinstance(frames, str) else frames - 1
    bands = tuple(bands)
    if levels:
        return Decoder({ALL: tuple(map(float, levels))}, strict, reduce_to, frame, bands)
    # A JPEG has 8 bits. What has another ending may have more, and the set then says what is white.
    paths = [row.path for row in rows if row.path.suffix.lower() not in JPEG_SUFFIXES]
    return Decoder(find_levels(paths, "all" if frames == "all" else frame, bands), strict, reduce_to, frame, bands)
