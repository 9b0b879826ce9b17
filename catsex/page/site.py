"""The finished page: what npm builds of `web/`, and what Python gives, as one table of files."""

import contextlib
import hashlib
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

from catsex.errors import CatsexError, reason
from catsex.files import remove_leftovers, replacing, show
from catsex.page.network_file import FILES, NETWORK, PLACES

SOURCES = Path(__file__).resolve().parents[2] / "web"
BUILT = Path(str(files("catsex.page"))) / "site"  # in a wheel too, so that Node is not needed there
BUILD_SECONDS = 600


def site(network):
    """Return the page's files, built first if they are not there yet.

    Parameters
    ----------
    network : Path
        The folder of the network's files, as `network_files` and `files_of_weights` return it.

    Returns
    -------
    dict of str to bytes or Path
        By name; those that end with .br or .gz are others of them, compressed.

    Raises
    ------
    CatsexError
        If Node.js is needed and missing, or the build fails.
    """
    found = {path.name: path for path in sorted(_built().iterdir()) if path.is_file()}
    content = b"".join((network / name).read_bytes() for name in (NETWORK, PLACES))
    called = f"{Path(NETWORK).stem}-{hashlib.sha256(content).hexdigest()[:8].upper()}"
    # A page with other weights is another version.
    for name in ("index.html", "service_worker.js"):
        found[name] = found[name].read_bytes().replace(b"NETWORK_NAME", called.encode())
    return found | {name.replace(Path(NETWORK).stem, called): network / name for name in FILES}


def write(files, folder):
    """Write the page's files into a new or empty folder, or over an older version of the page: all, or none.

    What only the older version had stays, since pages that are open may still ask for it.

    Parameters
    ----------
    files : dict of str to bytes or Path
    folder : Path

    Raises
    ------
    CatsexError
        If there are other files in the folder, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        strangers = sorted({path.name for path in folder.iterdir()} - set(files) - {".nojekyll"})
        if strangers and not (folder / "service_worker.js").is_file():
            raise CatsexError(f"{show(folder)} has other files in it, such as {show(strangers[0])}; name a new folder")
        with contextlib.ExitStack() as finished:  # all are written before the first is given its name
            for name, content in files.items():
                temporary = finished.enter_context(replacing(folder / name))
                temporary.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    except OSError as error:
        raise CatsexError(f"{show(folder)} cannot be written: {reason(error)}") from error


def _built():
    """Return the folder of the built page; build it if it is missing or older than its sources."""
    if (SOURCES / "package.json").is_file():
        if not _up_to_date(BUILT / "service_worker.js"):
            build()
    elif not (BUILT / "service_worker.js").is_file():
        raise CatsexError("this installation has no page in it; run scripts/page.py in a clone of the project")
    return BUILT


def _up_to_date(product):
    """Return whether a built file is newer than all that it is made from."""
    if not product.is_file():
        return False
    made_from = [SOURCES / name for name in ("build.mjs", "index.html", "page.css", "package-lock.json")]
    made_from += [path for path in (SOURCES / "src").rglob("*") if path.is_file()]
    made_from += [SOURCES.parent / "catsex" / name for name in ("sentences.en.json", "evaluation/references.bib")]
    return max(path.stat().st_mtime for path in made_from) <= product.stat().st_mtime


def build():
    """Run the npm build in `web/`.

    Raises
    ------
    CatsexError
        If Node.js is missing, or the build fails.
    """
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        raise CatsexError("the page is not built yet; install Node.js 20 or newer with npm: https://nodejs.org")
    commands = [[npm, "run", "build"]]
    if not (SOURCES / "node_modules" / "esbuild").is_dir():
        commands.insert(0, [npm, "ci", "--no-audit", "--no-fund"])
    for command in commands:
        try:
            done = subprocess.run(
                command, cwd=SOURCES, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CatsexError(f"npm {' '.join(command[1:3])} in web/ failed: {error}") from error
        if done.returncode:
            last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "no reason given")
            raise CatsexError(f"npm {' '.join(command[1:3])} in web/ failed: {last.strip()[:300]}")
