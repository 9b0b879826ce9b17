"""Which photos show the same subject, by their names."""

import logging
import re

from catsex.errors import DataError
from catsex.files import show
from catsex.photos.decoding.kinds.dicom import is_dicom, patient

log = logging.getLogger(__name__)

# How cameras, telephones and programs begin the names of photos, which says nothing of what is in them.
CAMERA_WORDS = frozenset(
    [
        *("img", "imag", "image", "images", "dsc", "dscn", "dscf", "pict", "pic", "picture", "photo", "foto", "p"),
        *("pxl", "wp", "wa", "whatsapp", "mvimg", "vid", "video", "frame", "scan", "screenshot", "burst", "cam"),
        *("gopr", "dji", "sam", "download", "unbenannt", "untitled", "unnamed", "copy", "edit"),
    ]
)


def by_pattern(rows, pattern, folder):
    """Set the subject of each row by the name of its file.

    Parameters
    ----------
    rows : list of Row
    pattern : str
        As `compiled` takes it. One with a slash is compared with the path below `folder`, else with the file's name.
    folder : Path

    Returns
    -------
    list of Row

    Raises
    ------
    DataError
        If the pattern is none, or a name does not fit it.
    """
    expression, template = compiled(pattern)
    result, unfit = [], []
    for row in rows:
        name = row.path.name
        if "/" in pattern:
            name = row.path.relative_to(folder).as_posix() if row.path.is_relative_to(folder) else row.path.as_posix()
        match = expression.fullmatch(name) if template else expression.search(name)
        if match and match[1]:
            result.append(row._replace(subject=match[1]))
        else:
            unfit.append(name)
    if unfit:
        count = f" ({len(unfit)} of {len(rows)} do not)" if len(unfit) > 1 else ""
        raise DataError(f"--subjects {show(pattern)} does not fit the name {show(unfit[0])}{count}")
    return result


def by_patient(rows):
    """Set the subject of DICOM files without one to their PatientID, with one notice.

    Parameters
    ----------
    rows : list of Row

    Returns
    -------
    list of Row

    Raises
    ------
    ImageError
        If there are such files and the extra that reads them is not installed.
    """
    result, found = [], set()
    for row in rows:
        name = patient(row.path) if row.subject is None and is_dicom(row.path) else ""
        found |= {name} - {""}
        result.append(row._replace(subject=name) if name else row)
    if found:
        log.warning("The subject of a DICOM file is its PatientID: %d patients", len(found))
    return result


def compiled(pattern):
    """Return the regular expression that finds a subject in a name, and whether it must fit the whole name.

    Parameters
    ----------
    pattern : str
        Plain, with `{subject}` for the subject and `{}` for what differs between its photos, such as
        `{subject}_{}.jpg` (the ending may be left out); or a regular expression with one group, such as `^([a-z]+)`.

    Raises
    ------
    DataError
        If it is neither.
    """
    if "{subject}" in pattern:
        plain = re.escape(pattern).replace(re.escape("{subject}"), "(.+)", 1).replace(re.escape("{}"), ".*?")
        if re.escape("{subject}") in plain:
            raise DataError(f"--subjects {show(pattern)} has {{subject}} in it twice")
        return re.compile(plain.replace("(.+)", "(.+?)") + r"(?:\.\w+)?", re.IGNORECASE), True
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise DataError(f"--subjects {show(pattern)} is not a regular expression: {error}") from error
    if expression.groups != 1:
        raise DataError(
            f"--subjects {show(pattern)} needs {{subject}} in it, as in {{subject}}_{{}}.jpg, or exactly one (group)"
        )
    return expression, False


def notice_subjects(photos):
    """Log which option would set the subjects, if names look like several photos of each. Nothing is changed.

    They do if in some class there are several beginnings, before a number at the end, and most of them recur.
    """
    seen: dict = {}
    for path, label in zip(photos.paths, photos.labels.tolist(), strict=True):
        match = re.fullmatch(r"(.*[^\W\d_].*?|\d{1,4})([-_ .#]*)\(?\d{1,4}\)?", path.stem)
        words = re.findall(r"[^\W\d_]+", match[1].lower()) if match else []
        if not match or (words and set(words) <= CAMERA_WORDS) or not (words or match[2]):
            return
        seen.setdefault((label, match[1]), []).append((path.name, match[2]))
    several = [found for found in seen.values() if len(found) > 1]
    if len(seen) < 2 * len(set(photos.labels.tolist())) or 2 * len(several) < len(seen):
        return
    examples = several[0]
    log.warning(
        "names like %s and %s look like several photos of one subject (%d in all); if they are, pass --subjects %s",
        *(show(examples[0][0]), show(examples[1][0]), len(seen)),
        f"'{{subject}}{examples[0][1]}{{}}'" if examples[0][1] else r"'^(.*?)\d+\.'",
    )
