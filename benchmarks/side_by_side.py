"""Runs the plain way and ours in turns, each time in a process of its own, and lays the figures side by side."""

import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from memory import MEGABYTE

from catsex.backend import versions
from catsex.errors import CatsexError

FORMATS = {"s": "{:.1f} s", "ms": "{:.2f} ms", "MB": "{:,.0f} MB", "images/s": "{:,.0f} images/s", "": "{:.2f}"}


@dataclass
class Row:
    """One line of the table.

    Attributes
    ----------
    what : str
    unit : str
        A key of `FORMATS`.
    plain, ours : list of float
        What each run gave; of the plain way maybe nothing.
    ratio : str
        How to show the ratio of the medians, ours to plain; "" if it says nothing.
    """

    what: str
    unit: str
    plain: list
    ours: list
    ratio: str = "{:.2f}"

    def markdown(self):
        """Return the line."""
        medians = [statistics.median(runs) if runs else None for runs in (self.plain, self.ours)]
        plain, ours = ("" if median is None else FORMATS[self.unit].format(median) for median in medians)
        ratio = self.ratio and self.ratio.format(medians[1] / medians[0])
        return f"| {self.what} | {plain} | {ours} | {ratio} |"


def take_turns(plain, ours, runs, prepared=None):
    """Run the plain way, ours with a cold cache and ours with a warm one, again and again.

    Parameters
    ----------
    plain, ours : list of str or Path
        A program and its arguments.
    runs : int
    prepared : Path, optional
        What a cold cache has in it. By default nothing.

    Returns
    -------
    dict of str to list of dict
        What `run` returned each time, for "plain", "cold" and "warm".
    """
    results = {"plain": [], "cold": [], "warm": []}
    for number in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder) / "cache"
            if prepared:
                shutil.copytree(prepared, cache)
            for way, program in (("plain", plain), ("cold", ours), ("warm", ours)):
                results[way].append(run(program, cache))
        walls = ", ".join(f"{way} {results[way][-1]['wall']:.1f} s" for way in results)
        print(f"{' '.join([Path(ours[0]).stem, *map(str, ours[1:])])}, run {number + 1}: {walls}", file=sys.stderr)
    return results


def run(program, cache):
    """Run a Python program with a cache folder of its own and no network.

    Returns
    -------
    dict of str to float
        `wall` (seconds), `peak` (the most memory it ever had, in MB), and what it printed as JSON in its last line.

    Raises
    ------
    CatsexError
        If the program fails.
    """
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "CATSEX_OFFLINE": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, *program], stdout=output, stderr=output, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().splitlines() or [""]
    if status:
        raise CatsexError(f"{' '.join(map(str, program))} failed: {lines[-1]}")
    printed = json.loads(lines[-1]) if lines[-1].startswith("{") else {}
    return {"wall": wall, "peak": usage.ru_maxrss / MEGABYTE} | printed


def column(results, key, scale=1):
    """Return one figure of each run."""
    return [result[key] * scale for result in results]


def circumstances():
    """Return when and on what this is measured."""
    litert = "ai-edge-litert"
    try:
        extra = {litert: importlib.metadata.version(litert)}
    except importlib.metadata.PackageNotFoundError:
        extra = {litert: "not installed"}
    return {
        "date": datetime.now().date().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "versions": versions() | extra,
    }


def processor():
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
