"""Photos copied into a folder for each answer."""

import logging
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from catsex.errors import CatsexError, reason
from catsex.files import replacing, show

log = logging.getLogger(__name__)


def sort_into(folder: Path, found: Sequence[dict]) -> None:
    """Copy photos into a folder with a folder for each answer, whole or not at all.

    Parameters
    ----------
    folder : Path
        Must not be there yet, or be empty.
    found : list of dict
        As `saying.say_of_each` yields them. Photos that could not be used, or that came from an address, are left out.

    Raises
    ------
    CatsexError
        If it cannot be written.
    """
    taken: set[str] = set()
    try:
        if folder.is_dir():
            folder.rmdir()  # an empty one is as good as none
        with replacing(folder) as temporary:
            temporary.mkdir()
            for photo in found:
                if "error" in photo:
                    continue
                source = Path(photo["path"])
                if not source.is_file():
                    log.warning("not copied, since it is no file here: %s", show(photo["path"]))
                    continue
                place = _free(f"{_plain(photo.get('answer', photo['class']))}/{source.name}", taken)
                (temporary / place).parent.mkdir(exist_ok=True)
                shutil.copy2(source, temporary / place)
    except OSError as error:
        raise CatsexError(f"{show(folder)} cannot be written: {reason(error)}") from error


def _plain(name):
    """Return a class's name as that of a folder, on any system."""
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name).strip(". ") or "_"


def _free(place, taken):
    """Return where a photo goes: of two with the same name, one gets a number. Case does not tell names apart."""
    path, number, free = Path(place), 1, place
    while free.casefold() in taken:
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}").as_posix()
    taken.add(free.casefold())
    return free
