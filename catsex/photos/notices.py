"""What is said about a photo once, however often it is read."""

import logging
import threading
from functools import lru_cache

from catsex.files import show

log = logging.getLogger(__name__)
_lock = threading.Lock()


def say_once(message, name):
    """Log a warning about a photo, unless this process has done so among its last thousands.

    Parameters
    ----------
    message : str
        With one ``%s``, for the name.
    name : str or Path
    """
    with _lock:  # the cache alone may let two threads through
        _say(message, show(name))


@lru_cache(maxsize=10_000)
def _say(message, name):
    log.warning(message, name)
