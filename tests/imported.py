"""What a command imports, by Python's own list: what is said at once imports nothing that takes seconds."""

import subprocess
import sys

HEAVY = {"keras", "tensorflow", "skimage", "matplotlib"}


def run(*command, cwd=None):
    """Run Python; return the finished process, its stderr without that list, and the names of the modules."""
    command = [sys.executable, "-X", "importtime", *map(str, command)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    lines = done.stderr.splitlines(keepends=True)
    listed = [line for line in lines if line.startswith("import time:")]
    done.stderr = "".join(line for line in lines if not line.startswith("import time:"))
    return done, [line.rpartition("|")[2].strip() for line in listed]
