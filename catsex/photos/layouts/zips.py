"""A zip file of photos, unpacked to where what can be had again is kept."""

import hashlib
import shutil
import zipfile
import zlib
from pathlib import PurePosixPath

from catsex.errors import DataError
from catsex.files import cache_folder, replacing, show
from catsex.photos.decoding.images import MAX_BYTES
from catsex.photos.layouts.listing import visible

MOST_FILES = 200_000
MOST_BYTES = 20 * 2**30  # of all files in it
BLOCK = 2**20


def unpacked(path):
    """Return the folder with what is in a zip file: the one in it, if there is nothing else.

    It is unpacked once, to the cache folder, under the checksum of its content.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Path

    Raises
    ------
    DataError
        If it is damaged, encrypted or too large, would write outside its folder, or there is no room for it.
    """
    try:
        folder = cache_folder() / "unpacked" / _checksum(path)
        if not folder.is_dir():
            with replacing(folder) as temporary:
                temporary.mkdir()
                _unpack(path, temporary)
    except OSError as error:
        raise DataError(
            f"{show(path)} cannot be unpacked to {show(cache_folder())}: {error.strerror or error}; "
            "unpack it yourself, and pass the folder as --data"
        ) from error
    entries = [folder / entry.name for entry in visible(folder)]
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else folder


def _checksum(path):
    """Return the SHA-256 of a file, read block by block."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _unpack(path, folder):
    """Write the files in a zip file to a folder, and nothing to anywhere else."""
    try:
        with zipfile.ZipFile(path) as file:
            members = [member for member in file.infolist() if not member.is_dir()]
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
                most = f"{MOST_FILES:,} files or {MOST_BYTES >> 30} GB"
                raise DataError(f"{show(path)} has more than {most} in it; unpack it yourself")
            for member in members:
                _write(file, member, path, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise DataError(f"{show(path)} is not a zip file that can be read: {error}") from error


def _write(file, member, path, folder):
    """Write one file of a zip file to its place in a folder."""
    name = PurePosixPath(member.filename.replace("\\", "/"))
    unfit = not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]
    if unfit or member.file_size > MAX_BYTES:
        raise DataError(f"{show(path)} has {show(member.filename)} in it, which is no photo's name or too large")
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with file.open(member) as content, open(place, "xb") as photo:
        shutil.copyfileobj(content, photo, BLOCK)
