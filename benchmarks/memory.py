"""How much memory processes have held."""

import re
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")  # on Linux

MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss is in bytes there, in kB elsewhere


def held():
    """Return the most memory that this process has held, in MB."""
    if STATUS.exists():  # where ru_maxrss begins with what the parent held as it started this process
        return int(re.search(r"VmHWM:\s*(\d+) kB", STATUS.read_text(encoding="utf-8"))[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
