"""Fills in, when the site is built, what the code itself says: the options of every script."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = "<!-- options of every script -->"


def on_page_markdown(markdown, page, config, files):
    """Put each script's help in the place of `MARK`; MkDocs calls this for every page."""
    if MARK not in markdown:
        return markdown
    return markdown.replace(MARK, "\n".join(section(path) for path in sorted((ROOT / "scripts").glob("*.py"))))


def section(path):
    """Return a script's help as a section."""
    done = subprocess.run([sys.executable, path, "--help"], capture_output=True, text=True, check=True)
    return f"## {path.name}\n\n```text\n{done.stdout.rstrip()}\n```\n"
