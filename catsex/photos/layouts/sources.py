"""A folder, an archive, a table or a label tool's file to rows of photos."""

import logging
import re

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.layouts.cells import Frame, read_cells
from catsex.photos.layouts.columns import NAMES, plain_column
from catsex.photos.layouts.folders import TABLE_SUFFIXES, folder_rows
from catsex.photos.layouts.label_tools.boxes import annotated_rows
from catsex.photos.layouts.label_tools.cvat import read_cvat
from catsex.photos.layouts.label_tools.folders import ANNOTATIONS, files_of_parts, read_labels_beside
from catsex.photos.layouts.label_tools.json_files import read_json_labels
from catsex.photos.layouts.listing import list_folder
from catsex.photos.layouts.named_files import NamedFiles
from catsex.photos.layouts.packed import archives, shards
from catsex.photos.layouts.rows import HELD_OUT, TRAIN
from catsex.photos.layouts.tables import table_rows

log = logging.getLogger(__name__)

LABEL_SUFFIXES = (".json", ".jsonl", ".labels", ".xml")
TABLES = (".csv", ".tsv", ".tab")


def rows_of(
    data,
    *,
    folders=None,
    columns=None,
    classes=None,
    any_ending=False,
    lenient=False,
    one_label=None,
    crop=False,
    masks=False,
):
    """Return the rows of photos, what else lies among the photos, and the folders of the classes.

    Parameters
    ----------
    data : Path or Frame
    folders, any_ending, lenient, masks
        As `folders.folder_rows` takes them (`folders` is its `levels`).
    columns, one_label
        As `tables.table_rows` takes them.
    classes : dict of str to sequence of str, or sequence of str, optional
        As `rows.choose` takes them.
    crop : bool
        As `boxes.annotated_rows` takes it.

    Returns
    -------
    (list of Row, list of Path, dict of str to Path)

    Raises
    ------
    DataError
        If there is no such folder or file, or it is not laid out in a way that can be understood.
    """
    if isinstance(data, Frame):
        if folders or crop:
            raise DataError(f"{show(data)} is a table; folders and crop are for others")
        return table_rows(data, columns, _names_of(classes), one_label), [], {}
    if not data.exists():
        raise DataError(f"no such folder: {show(data)}")
    data = shards.unpacked(data) or data
    if data.is_file() and archives.is_archive(data):
        data = archives.unpacked(data)
    if data.is_dir():
        return _folder(data, columns, crop, one_label, (folders, any_ending, lenient, masks))
    suffix = data.suffix.lower()
    if suffix in archives.UNREAD:
        raise DataError(f"{show(data)} is an archive of an unsupported kind; unpack it, and pass the folder as --data")
    if suffix not in (*TABLE_SUFFIXES, *LABEL_SUFFIXES):
        raise DataError(
            f"no such folder: {show(data)} (it is a file, but not a table, archive or file of labels that is read; "
            "a CSV with the columns file and label is)"
        )
    if folders:
        raise DataError(f"{show(data)} is a file; --folders is for folders")
    if suffix in LABEL_SUFFIXES:
        pictures = read_cvat(data) if suffix == ".xml" else read_json_labels(data)
        inside = data.parent.name.lower() == ANNOTATIONS  # the pictures then lie beside this folder
        beside = NamedFiles(data.parent.resolve().parent if inside else data.parent)
        return annotated_rows(pictures, beside, data, crop, one_label), [], {}
    if crop:
        raise DataError(f"{show(data)} is a table, whose boxes are not read; --crop takes COCO, CVAT, VIA, VOC, YOLO …")
    return _table(data, columns, _names_of(classes), one_label), [], {}


def _names_of(classes):
    """Return the classes that a user names, as they are called in a table."""
    return [old for parts in classes.values() for old in parts] if isinstance(classes, dict) else classes


def _folder(data, columns, crop, one_label, how):
    """Return the rows of a folder: of classes, of archives of classes, or of a label tool."""
    if columns:
        raise DataError(f"{show(data)} is a folder; --columns is for tables")
    data = archives.classes_in_archives(data) or data
    levels, any_ending, *_ = how
    root = list_folder(data, any_ending)
    files = {} if levels else files_of_parts(root)
    if files:
        parts = {name: rows_of(path, crop=crop, one_label=one_label)[0] for name, path in files.items()}
        together = [(name in HELD_OUT, row) for name, rows in parts.items() for row in rows]
        return [row._replace(held_out=held_out or row.held_out) for held_out, row in together], [], {}
    pictures = None if levels else read_labels_beside(root)
    if pictures is not None:
        return annotated_rows(pictures, NamedFiles(data), data, crop, one_label), [], {}
    if crop:
        raise DataError(f"{show(data)} has no readable boxes; --crop takes what label tools write")
    if not levels:
        _say_table(root)
    return folder_rows(data, *how)


def _say_table(root):
    """Say that a table in a folder of classes names labels too; refuse folders that differ by their number only."""
    tables = [path for path in root.others if path.suffix.lower() in TABLES and _has_labels(path, None)]
    if not tables or len(root.folders) < 2:
        return
    if len({re.sub(r"\d+", "", folder.path.name) for folder in root.folders}) == 1:
        raise DataError(
            f"{show(tables[0])} names labels, and the folders are {show(root.folders[0].path.name)} …; pass the table "
            "as --data, or --folders class if the folders are the classes"
        )
    log.warning("the folders are the classes; %s names labels too: pass it as --data to read these", show(tables[0]))


def _table(data, columns, classes, one_label):
    """Return the rows of a table; of train.csv together with those that are held out, in tables beside it."""
    rows = table_rows(data, columns, classes, one_label)
    if data.stem.lower() not in TRAIN or any(row.held_out for row in rows):
        return rows
    for name in HELD_OUT:
        beside = data.with_name(f"{name}{data.suffix}")
        if not beside.is_file():
            continue
        if not _has_labels(beside, columns):
            log.warning("%s beside it names no labels and is left out", show(beside))
            continue
        log.warning("%s beside it is held out; pass a copy with another name to leave it out", show(beside))
        rows += [row._replace(held_out=True) for row in table_rows(beside, columns, classes, one_label)]
    return rows


def _has_labels(path, columns):
    """Return whether the first row of a table names a column of labels."""
    header = {plain_column(cell) for cell in next(iter(read_cells(path)), [])}
    given = plain_column((columns or {}).get("label", ""))
    return given in header if given else not header.isdisjoint(NAMES["label"].split())
