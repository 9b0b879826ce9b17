"""Notices about a photo that are logged once, however often it is read."""

import logging
import threading

from catsex.files import show

log = logging.getLogger(__name__)
_said: set[tuple[str, str]] = set()
_lock = threading.Lock()

MOST = 10_000  # notices that are remembered


def say_once(message, name, about=None, *values):
    """Log a warning about a photo, unless this process has done so among its last thousands.

    Parameters
    ----------
    message : str
        With a ``%s`` for the name, and one for each of the values.
    name : str or Path
    about : str or Path, optional
        What the photo stands for, such as its folder: of the others in it nothing more is said.
    *values
        Which differ from photo to photo.
    """
    key = message, str(name if about is None else about)
    with _lock:
        if key in _said:
            return
        if len(_said) >= MOST:
            _said.clear()
        _said.add(key)
    log.warning(message, show(name), *values)
