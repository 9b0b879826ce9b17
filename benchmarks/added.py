"""How much longer do training and evaluating take with calibration and the search for wrong labels?

Whole processes, in CPU-seconds, in turns: `catsex.train` with and without its calibration, `catsex.evaluate` with and
without its search for wrong labels. With "nothing cached" the features are computed; else they are in the cache.

For example:

    python benchmarks/added.py --runs 5
    python benchmarks/added.py --data cats_and_dogs/train --runs 5
"""

import statistics
import subprocess
import sys

from catsex import cli, files

# What a process runs; it prints its CPU-seconds. `{skip}` takes the part out.
PROGRAM = """
import time, warnings
{skip}
import catsex
catsex.{what}({data!r}, seed=1, cache={cache})
print(time.process_time())
"""
PARTS = {
    "train": "from catsex.api import training; training._calibrate = lambda *_: None",
    "evaluate": """
import numpy as np
from catsex.evaluation import learners
nothing = learners.wrong_labels.WrongLabels
learners.Heads.wrong_labels = lambda self: nothing(np.eye(self._sample.classes)[self._sample.labels], np.arange(0), 0.0)
""",
}


def main():
    """Run each with and without its part, in turns, and print the ratios."""
    parser = cli.parser(__doc__, "json")
    parser.add_argument("--data", metavar="FOLDER", help="photos in a folder for each class (default: the 40 cats)")
    parser.add_argument("--runs", type=cli.whole_number(1, 1000), default=5, help="default: 5")
    args = parser.parse_args()
    results = {}
    print("| what | without (CPU-seconds) | with | ratio |\n| --- | --- | --- | --- |")
    for what, skip in PARTS.items():
        for cache in (True, False):
            times = {name: [] for name in ("without", "with")}
            for run in range(args.runs + cache):  # the first fills the cache
                for name, line in (("without", skip), ("with", "")):
                    program = PROGRAM.format(skip=line, what=what, data=args.data, cache=cache)
                    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
                    if run or not cache:
                        times[name].append(float(done.stdout.split()[-1]))
            without, together = (statistics.median(values) for values in times.values())
            label = f"{what}, {'features cached' if cache else 'nothing cached'}"
            print(f"| {label} | {without:.1f} | {together:.1f} | {together / without:.2f} |", flush=True)
            results[label] = times
    files.write_json(args.json, results)


if __name__ == "__main__":
    sys.exit(cli.run(main))
