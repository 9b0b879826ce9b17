"""Archives of photos (zip, tar), unpacked to the cache folder; also a folder or an archive with one for each class."""

import hashlib
import lzma
import os
import shutil
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from catsex.errors import DataError, reason
from catsex.files import cache_folder, replacing, show
from catsex.photos.decoding.images import MAX_BYTES
from catsex.photos.layouts.listing import visible

MOST_FILES = 200_000
MOST_BYTES = 20 * 2**30  # of all files in it
BLOCK = 2**20
ZIP, TAR = (".zip",), (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNREAD = (".7z", ".rar", ".gz", ".bz2", ".xz")


def is_archive(path):
    """Return whether a file has the name of an archive that can be unpacked."""
    return path.name.lower().endswith(ZIP + TAR)


def stem(path):
    """Return an archive's name without its ending or endings."""
    ending = next((ending for ending in ZIP + TAR if path.name.lower().endswith(ending)), "")
    return path.name[: len(path.name) - len(ending)]


def unpacked(path):
    """Return the folder with what is in an archive: the one in it, if there is nothing else.

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
    folder = cache_folder() / "unpacked" / checksum(path)
    fill_once(folder, path, lambda temporary: _unpack(path, temporary))
    folder = _only_folder(folder)
    return classes_in_archives(folder) or folder


def classes_in_archives(folder):
    """Unpack the archives in a folder side by side, each a class; None if there is anything else in the folder."""
    entries = [folder / entry.name for entry in visible(folder)]
    if not entries or not all(path.is_file() and is_archive(path) for path in entries):
        return None
    if len(entries) == 1:
        return unpacked(entries[0])
    digest = hashlib.sha256("".join(f"{stem(path)} {checksum(path)}\n" for path in entries).encode())
    target = cache_folder() / "unpacked" / digest.hexdigest()

    def write(temporary):
        for path in entries:
            inside = temporary / f".{stem(path)}"
            inside.mkdir()
            _unpack(path, inside)
            os.rename(_only_folder(inside), temporary / stem(path))
            shutil.rmtree(inside, ignore_errors=True)

    fill_once(target, folder, write)
    return target


def fill_once(folder, path, write):
    """Let a function fill a new folder, if it is not there yet."""
    try:
        if not folder.is_dir():
            with replacing(folder) as temporary:
                temporary.mkdir()
                write(temporary)
    except OSError as error:
        raise DataError(
            f"{show(path)} cannot be unpacked to {show(cache_folder())}: {reason(error)}; "
            "unpack it yourself, and pass the folder as --data"
        ) from error


def _only_folder(folder):
    """Return the folder in a folder, if there is nothing else in it; else the folder itself."""
    entries = [folder / entry.name for entry in visible(folder)]
    return _only_folder(entries[0]) if len(entries) == 1 and entries[0].is_dir() else folder


def checksum(path):
    """Return the SHA-256 of a file, read block by block."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _unpack(path, folder):
    """Unpack the files of an archive into a folder, and write nothing outside it."""
    try:
        files, left = 0, MOST_BYTES
        for name, size, content in _tar_members(path) if path.name.lower().endswith(TAR) else _zip_members(path):
            files, left = files + 1, left - size
            if files > MOST_FILES or left < 0:
                most = f"{MOST_FILES:,} files or {MOST_BYTES >> 30} GB"
                raise DataError(f"{show(path)} has more than {most} in it; unpack it yourself")
            with content() as source:
                _write(source, name, size, path, folder)
    except (
        *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, RuntimeError),
        *(NotImplementedError, ValueError),
    ) as error:
        kind = "tar" if path.name.lower().endswith(TAR) else "zip"
        raise DataError(f"{show(path)} is not a readable {kind} file: {reason(error)}") from error
    except OSError as error:
        if isinstance(error, FileNotFoundError | FileExistsError | PermissionError) or error.errno is not None:
            raise
        raise DataError(f"{show(path)} is not a readable tar file: {reason(error)}") from error


def _zip_members(path):
    """Yield the name, the size and what opens it of each file in a zip file."""
    with zipfile.ZipFile(path) as file:
        for member in file.infolist():
            if not member.is_dir():
                yield member.filename, member.file_size, lambda member=member: file.open(member)


def _tar_members(path):
    """Yield the same of a tar file; links and devices are no files."""
    with tarfile.open(path, "r|*") as file:
        for member in file:
            if member.isfile():
                yield member.name.removeprefix("./"), member.size, lambda member=member: file.extractfile(member)


def _write(source, filename, size, path, folder):
    """Write one file of an archive to its place in a folder."""
    name = PurePosixPath(filename.replace("\\", "/"))
    unfit = not name.parts or name.is_absolute() or ".." in name.parts or ":" in name.parts[0]
    inner = is_archive(Path(name.name))  # an archive for each class
    if unfit or size > (MOST_BYTES if inner else MAX_BYTES):
        raise DataError(f"{show(path)} contains {show(filename)}, whose path is unsafe or which is too large")
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with open(place, "xb") as photo:
        shutil.copyfileobj(source, photo, BLOCK)
