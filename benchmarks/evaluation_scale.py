"""CPU-seconds and memory that the parts of scripts/evaluate.py take for more and more photos, of made-up features.

Each row runs in a process of its own. The classes differ a little.

For example:

    python benchmarks/evaluation_scale.py --sizes 400 2000 10000 100000 --classes 2 10
"""

import json
import subprocess
import sys
import time

import numpy as np
from memory import held

from catsex import backend, cli, files

PARTS = ("near-duplicates", "permutations", "cross-validation", "learning curve", "interval", "shortcuts")
FEATURES = 1280


def main():
    """Start a process for each row, and print its line."""
    parser = cli.parser(__doc__, "seed", "json")
    number = cli.whole_number(1, 10**7)
    parser.add_argument("--sizes", type=number, nargs="+", default=[400, 2000, 10_000], help="default: 400 2000 10000")
    parser.add_argument("--classes", type=number, nargs="+", default=[2, 10], help="default: 2 10")
    parser.add_argument("--one-row", nargs=2, type=number, metavar="N", help="photos and classes; prints JSON")
    args = parser.parse_args()
    if args.one_row:
        print(json.dumps(measure(*args.one_row, backend.start_keras(args.seed))))
        return
    print(f"{'photos':>8}{'classes':>9}" + "".join(f"{part:>17}" for part in PARTS) + "      MB       p")
    rows = []
    for classes in args.classes:
        for size in args.sizes:
            command = [sys.executable, __file__, "--one-row", str(size), str(classes)]
            command += ["--seed", str(args.seed or 0)]
            rows.append(row := json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
            cells = "".join(f"{row[part]:>15.1f} s" for part in PARTS)
            print(f"{size:>8,}{classes:>9}{cells}{row['megabytes']:>8,.0f}{row['p']:>8.3f}", flush=True)
    files.write_json(args.json, {"seed": args.seed, "versions": backend.versions(), "rows": rows})


def measure(n, classes, seed):
    """Return CPU-seconds and memory of each part."""
    from catsex.evaluation import cross_validation, metrics
    from catsex.evaluation.grouping import near_duplicates
    from catsex.evaluation.permuting.permutation_test import permutation_test
    from catsex.evaluation.sample import Sample
    from catsex.evaluation.shortcuts import scoring

    rng = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    shift = rng.normal(0, 1, (classes, FEATURES)) / np.sqrt(FEATURES) * 4 / n**0.25
    features = np.empty((n, FEATURES), np.float32)
    for rows in np.array_split(np.arange(n), 1 + n // 5000):  # as unequal and as unlike each other as a network's are
        noise = rng.normal(0, 1, (len(rows), FEATURES)) * np.linspace(2, 0.5, FEATURES)
        features[rows] = np.maximum(noise + shift[labels[rows]], 0)
    row = {"photos": n, "classes": classes}
    repeats = max(1, min(10, 4000 // n))

    def timed(part, function):
        started = time.process_time()
        result = function()
        row[part] = time.process_time() - started
        return result

    sample = Sample(features, labels)
    timed("near-duplicates", lambda: near_duplicates.find_duplicates(features, range(n)))
    test = timed("permutations", lambda: permutation_test(sample, seed=seed))
    row["p"] = test.p_value
    labellings = np.tile(labels, (repeats, 1))
    predictions = timed("cross-validation", lambda: cross_validation.out_of_fold(rng, sample, labellings))
    timed("learning curve", lambda: cross_validation.learning_curve(rng, sample, folds=5, repeats=repeats))
    timed("interval", lambda: metrics.interval(predictions, sample))
    candidates = {f"candidate {number}": rng.normal(0, 1, (n, 9)).astype(np.float32) for number in range(9)}
    timed("shortcuts", lambda: scoring.cross_validate(rng, candidates, sample))
    row["megabytes"] = held()
    return row


if __name__ == "__main__":
    sys.exit(cli.run(main))
