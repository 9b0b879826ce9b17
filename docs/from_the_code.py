"""Fills in, when the site is built, what the code itself says: the scripts, and the options of each."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = "<!-- options of every script -->"
SCRIPT = r"<!-- (scripts/\w+\.py) -->"


def on_page_markdown(markdown, page, config, files):
    """Put each script's help in the place of `OPTIONS`, and a script in that of its name; MkDocs calls this."""
    if OPTIONS in markdown:
        markdown = markdown.replace(OPTIONS, "\n".join(map(options, sorted((ROOT / "scripts").glob("*.py")))))
    return re.sub(SCRIPT, lambda found: f"```python\n{(ROOT / found[1]).read_text(encoding='utf-8')}```", markdown)


def options(path):
    """Return a script's help as a section."""
    done = subprocess.run([sys.executable, path, "--help"], capture_output=True, text=True, check=True)
    return f"## {path.name}\n\n```text\n{done.stdout.rstrip()}\n```\n"
