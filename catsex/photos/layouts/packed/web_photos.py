"""Photos that a table names by their web addresses, fetched once into the cache folder."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from catsex import downloads
from catsex.errors import DownloadError
from catsex.files import cache_folder
from catsex.photos.decoding.images import MAX_BYTES
from catsex.progress import progress

log = logging.getLogger(__name__)

AT_ONCE = 8  # connections


def is_web_address(name):
    """Return whether a name is an http or https address."""
    return name.lower().startswith(("http://", "https://"))


def path_of(address):
    """Return the path in a web address, as text."""
    return unquote(urlsplit(address).path)


def fetched(addresses):
    """Fetch what is behind web addresses, several at once.

    Parameters
    ----------
    addresses : collection of str

    Returns
    -------
    dict of str to (Path or DownloadError)
        What was fetched before, or now; or why it could not be.
    """
    places = {address: _place(address) for address in addresses}
    missing = [address for address, path in places.items() if not path.is_file()]
    hosts = sorted({urlsplit(address).hostname or "" for address in missing})
    if missing and not downloads.offline():
        log.warning("Fetching %d photos from %s", len(missing), ", ".join(hosts[:3]) + (" …" if hosts[3:] else ""))

    def fetch(address):
        try:
            downloads.fetch(address, places[address], max_bytes=MAX_BYTES)
        except DownloadError as error:
            return address, error
        return address, places[address]

    found: dict = dict(places)
    with ThreadPoolExecutor(AT_ONCE) as pool, progress(len(missing)) as show_progress:
        for number, (address, result) in enumerate(pool.map(fetch, missing), start=1):
            found[address] = result
            show_progress(number)
    return found


def _place(address):
    """Return where a photo is kept: under the checksum of its address, with its name."""
    name = PurePosixPath(path_of(address)).name[-100:].lstrip(".") or "photo"
    return cache_folder() / "fetched" / hashlib.sha256(address.encode()).hexdigest()[:32] / name
