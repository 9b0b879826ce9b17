"""The files that the names in a table refer to, even if they were written on another computer."""

import logging
import re
import unicodedata
from pathlib import Path

from catsex.errors import DataError, DownloadError
from catsex.files import show
from catsex.photos.layouts.listing import PHOTO_SUFFIXES, list_folder
from catsex.photos.layouts.packed.web_photos import fetched, is_web_address, path_of

log = logging.getLogger(__name__)

UPLOAD = re.compile(r"^[0-9a-f]{8}-")  # what Label Studio puts before the name of an uploaded file


class NamedFiles:
    """Photos in and below a folder, found by names that may be incomplete or of another computer.

    Parameters
    ----------
    folder : Path
        Names are relative to it.
    """

    def __init__(self, folder):
        self.folder, self.by_name, self.exact, self.moved, self.fetched = folder, None, {}, {}, {}

    def fetch(self, names):
        """Fetch the photos that are named by their web addresses and are not below the folder."""
        self.fetched = fetched({name for name in names if is_web_address(name) and not self._candidates(name)})

    def find(self, name, where):
        r"""Return the path of the photo that a name refers to.

        Case, the kind of slash and the ending need not be exact. A path that is not there, such as
        `C:\Users\me\\x.jpg` or `gs://bucket/x.jpg`, is looked for by its end, at any depth below the folder; and
        what `fetch` has fetched.

        Parameters
        ----------
        name : str
        where : str
            Which row says so, for messages.

        Returns
        -------
        Path

        Raises
        ------
        DataError
            If there is no such photo, or several could be meant.
        """
        text = name.replace("\\", "/")
        for exact in dict.fromkeys((name, text)):
            if self._is_file(self.folder / exact):
                return self.folder / exact
        if name in self.fetched:
            if isinstance(self.fetched[name], DownloadError):
                raise DataError(f"{where}: {self.fetched[name]}")
            return self.fetched[name]
        parts, found = self._parts(text), self._candidates(text)
        if not found:
            raise DataError(f"{where}: no such photo: {show(name)} (looked for in {show(self.folder)} and below)")
        if len(found) > 1:
            raise DataError(f"{where}: {show(name)} may be {show(found[0])} or {show(found[1])}; write the folder too")
        relative = found[0].relative_to(self.folder).as_posix()
        if plain(relative) != plain("/".join(parts)) and plain(Path(relative).stem) != plain(parts[-1]):
            self.moved.setdefault(name, found[0])
        return found[0]

    def _parts(self, text):
        text = path_of(text) if is_web_address(text) else text
        return [part for part in re.sub(r"^\w+:/*", "", text).split("/") if part not in ("", ".", "..")]

    def _candidates(self, text):
        """Return the photos below the folder that a path of this or another computer may mean."""
        parts, anywhere = self._parts(text), bool(re.match(r"\w+:|/", text))
        found = self._by_end(parts, anywhere)
        if not found and parts and UPLOAD.match(parts[-1]):
            found = self._by_end([*parts[:-1], UPLOAD.sub("", parts[-1])], anywhere)
        return found

    def say_moved(self):
        """Log, once, that photos were found elsewhere than the table says."""
        if self.moved:
            name, path = next(iter(self.moved.items()))
            log.warning(
                "%d photos are not where the table says and were found by their names, such as %s for %s",
                *(len(self.moved), show(path), show(name)),
            )

    def _is_file(self, path):
        """Return whether a photo is at this very place; each folder is asked once."""
        folder = path.parent
        if folder not in self.exact:
            self.exact[folder] = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
        return path.name in self.exact[folder] and path.is_file()

    def _by_end(self, parts, anywhere):
        """Return the photos whose path ends most like the parts of a name.

        A name that leads through other folders than the photo's counts only if it is of another computer (`anywhere`).
        """
        if self.by_name is None:
            self.by_name = self._listed()
        candidates = self.by_name.get(plain(parts[-1]), []) if parts else []
        same_name = [path for path in candidates if plain(path.name) == plain(parts[-1])]
        found = {path: self._common_end(path, parts) for path in same_name or candidates}
        best = max(found.values(), default=0)
        fits = anywhere or best or len(parts) == 1
        return [path for path, end in found.items() if end == best and (fits or path.parent == self.folder)]

    def _listed(self):
        """Return {plain name: paths} of all files below the folder; photos by their stem too."""
        found: dict = {}
        for place in list_folder(self.folder).below():
            for path in (*place.photos, *place.others):
                keys = {plain(path.name)} | ({plain(path.stem)} if path.suffix.lower() in PHOTO_SUFFIXES else set())
                for key in keys:
                    found.setdefault(key, []).append(path)
        return found

    def _common_end(self, path, parts):
        """Return how many folders, from the last one on, a path has in common with the parts of a name."""
        own, named = path.relative_to(self.folder).parts[:-1], parts[:-1]
        if list(map(plain, own)) == list(map(plain, named)):
            return len(named) + 1  # the very path, but for case and ending
        count = 0
        for here, there in zip(reversed(own), reversed(named), strict=False):
            if plain(here) != plain(there):
                break
            count += 1
        return count


def plain(name):
    """Return a file's name as it is compared: without case, and with accents in one spelling."""
    return unicodedata.normalize("NFC", name).casefold()
