"""URL to verified file: bounded in time and size, and under its final name only when it is whole."""

import hashlib
import http.client
import logging
import os
import queue
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import PurePosixPath

from catsex import __version__
from catsex.errors import DownloadError, reason
from catsex.files import replacing, show

log = logging.getLogger(__name__)

CONNECT_SECONDS = 5
STALL_SECONDS = 10  # in which at least STALL_BYTES must arrive
STALL_BYTES = 20_000
CHUNK = 64 * 1024


def offline():
    """Return whether the user forbids any network use, by `CATSEX_OFFLINE=1`."""
    return os.environ.get("CATSEX_OFFLINE", "") not in ("", "0")


def fetch(url, path, *, check=None, max_bytes=200 * 2**20):
    """Download a file, verify it, and only then put it under its name.

    Parameters
    ----------
    url : str
        An http or https address.
    path : Path
        Where the file goes. What is there is replaced only by a verified file.
    check : callable, optional
        Called with the path of the complete download; raises `DownloadError` if it is not what it should be.
    max_bytes : int
        A larger file is refused.

    Raises
    ------
    DownloadError
        If the address cannot be reached within `CONNECT_SECONDS`, is too slow, ends early, is too large or is
        not what it should be. `path` is then as it was.
    """
    try:
        with replacing(path) as temporary:
            with open(temporary, "wb") as file:
                for chunk in stream(url, max_bytes):
                    file.write(chunk)
            if check:
                check(temporary)
    except OSError as error:
        raise DownloadError(f"{show(path)} cannot be written: {reason(error)}") from error


def stream(url, max_bytes):
    """Yield the content behind an address in pieces, with a progress line if a person is watching.

    Raises
    ------
    DownloadError
        As `fetch` does.
    """
    response = _open(url)
    with response:
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else 0
        if total > max_bytes:
            raise DownloadError(f"{url} is too large: {total} bytes, the limit is {max_bytes}")
        received, window_start, window_bytes = 0, time.monotonic(), 0
        while True:
            try:
                chunk = response.read1(CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise DownloadError(f"{url} broke off after {received} bytes: {error}") from error
            if not chunk:
                break
            received += len(chunk)
            window_bytes += len(chunk)
            if received > max_bytes:
                raise DownloadError(f"{url} is too large: the limit is {max_bytes} bytes")
            if time.monotonic() - window_start > STALL_SECONDS:
                if window_bytes < STALL_BYTES:
                    raise DownloadError(f"{url} is too slow: {window_bytes} bytes in {STALL_SECONDS} s")
                window_start, window_bytes = time.monotonic(), 0
            _progress(url, received, total)
            yield chunk
    if received < total:
        raise DownloadError(f"{url} broke off after {received} of {total} bytes")


def _open(url):
    """Open an address within `CONNECT_SECONDS`.

    In a thread, because looking up a name has no timeout of its own.
    """
    if offline():
        raise DownloadError(f"{show(url)} not fetched: CATSEX_OFFLINE is set")
    if not url.lower().startswith(("http://", "https://")) or not url.isprintable():
        raise DownloadError(f"{show(url)} is not an http or https address")
    answers: queue.Queue = queue.Queue()
    given_up = threading.Event()

    def ask():
        try:
            request = urllib.request.Request(url, headers={"User-Agent": f"catsex/{__version__}"})
            answer = urllib.request.urlopen(request, timeout=CONNECT_SECONDS)
        except (OSError, ValueError, http.client.HTTPException) as error:
            answer = error
        if given_up.is_set():
            _close(answer)
        answers.put(answer)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        given_up.set()
        answer = TimeoutError()
    if isinstance(answer, Exception):
        _close(answer)
        said = getattr(answer, "reason", None) or answer
        if isinstance(said, TimeoutError):
            raise DownloadError(f"{url} did not answer within {CONNECT_SECONDS} s") from answer
        raise DownloadError(f"{url} cannot be fetched: {' '.join(str(said).split())}") from answer
    return answer


def _close(answer):
    """Close what a server answered, also where its status makes it an error."""
    if not isinstance(answer, Exception) or isinstance(answer, urllib.error.HTTPError):
        answer.close()


def _progress(url, received, total):
    """Show on a terminal how far a download is."""
    if sys.stderr.isatty():
        share = f"{100 * received / total:3.0f} %" if total else f"{received / 2**20:.1f} MB"
        end = "\n" if received == total else ""
        print(f"\r{url}  {share}", end=end, file=sys.stderr, flush=True)


def read_zip(path, sha256, max_bytes=20 * 2**20):
    """Read the files that are wanted, and nothing else, from a zip file.

    Members are looked up by the last part of their name and returned, never written, so no member can reach
    outside a folder; each is read up to `max_bytes` whatever it claims to be.

    Parameters
    ----------
    path : Path
        The zip file.
    sha256 : dict of str to str
        The names that are wanted, each with the checksum that its content must have.

    Returns
    -------
    dict of str to bytes
        All of the names in `sha256`.

    Raises
    ------
    DownloadError
        If the zip is damaged, or one of the files is missing or is not the right one.
    """
    contents = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                name = PurePosixPath(member.filename).name
                if name in sha256 and name not in contents and not member.is_dir():
                    with archive.open(member) as file:
                        data = file.read(max_bytes)
                    if hashlib.sha256(data).hexdigest() == sha256[name]:
                        contents[name] = data
    except Exception as error:  # zipfile's decoders raise nearly every built-in exception, and zlib.error
        raise DownloadError(f"{show(path)} is not a readable zip file: {error}") from error
    missing = sorted(set(sha256) - set(contents))
    if missing:
        raise DownloadError(f"{show(path)} has no correct {missing[0]} ({len(missing)} of {len(sha256)} files missing)")
    return contents
