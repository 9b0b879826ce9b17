"""Seconds, CPU-seconds and memory that each stage of an evaluation takes for more and more photos, and how both grow.

Each size runs in a process of its own, on as many small photos drawn here. The network has random weights, 96 pixels
and a third of the width, because it is the stages around it that may grow faster than the photos do. Stages after it
work on made-up features (as in evaluation_scale.py), since drawn photos are more alike than any real ones.

Growth is CPU-seconds per photo in relation to the size before: 1 is linear. MB is the most that the process has held by
the end of a stage, beyond what it held before the first.

For example:

    python benchmarks/scale.py --sizes 1000 4000 16000 --permutations 99
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from memory import held

from catsex import backend, cli, files

STAGES = ("list and check", "hash and extract", "near-duplicates", "candidates", "evaluation", "record")
FEATURES = 1280


def main():
    """Start a process for each size, and print its lines."""
    parser = cli.parser(__doc__, "seed", "json")
    number = cli.whole_number(100, 10**7)
    parser.add_argument(
        "--sizes", type=number, nargs="+", default=[1000, 4000, 16_000], help="default: 1000 4000 16000"
    )
    shuffles = cli.whole_number(19, 10**6)
    parser.add_argument("--permutations", type=shuffles, default=99, help="of the evaluation (default: 99)")
    parser.add_argument("--one-size", type=number, help="prints JSON")
    args = parser.parse_args()
    if args.one_size:
        print(json.dumps(measure(args.one_size, backend.start_keras(args.seed), args.permutations)))
        return
    print(f"{'photos':>9}  {'stage':<18}{'seconds':>9}{'CPU-s':>9}{'growth':>8}{'MB':>8}")
    rows = []
    for size in args.sizes:
        command = [sys.executable, __file__, "--one-size", str(size), "--seed", str(args.seed or 0)]
        command += ["--permutations", str(args.permutations)]
        rows.append(row := json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
        before = rows[-2] if len(rows) > 1 else None
        for stage in STAGES:
            seconds, cpu, megabytes = row[stage]
            grown = before and cpu / before[stage][1] * before["photos"] / size
            print(f"{size:>9,}  {stage:<18}{seconds:>9.2f}{cpu:>9.2f}{grown or 1:>8.2f}{megabytes:>8.0f}")
        print(f"{'':>11}page: {row['page']:,} bytes, results.json: {row['results']:,} bytes", flush=True)
    files.write_json(args.json, {"seed": args.seed, "versions": backend.versions(), "rows": rows})


def draw_photos(folder, n, seed):
    """Draw n JPEGs of 128 x 96 pixels, half of them into a folder of each of two classes."""
    from PIL import Image

    rng = np.random.default_rng(seed)
    for name in ("dark", "light"):
        (folder / name).mkdir(parents=True)
    for number in range(n):
        blocks = rng.integers(0, 200 + 55 * (number % 2), (6, 8, 3), np.uint8)
        picture = Image.fromarray(blocks).resize((128, 96), Image.Resampling.BILINEAR)
        picture.save(folder / ("dark", "light")[number % 2] / f"{rng.integers(2**40):x}.jpg", quality=80)


def made_up(n, rng):
    """Return features, shape (n, 1280), float32, as unequal and as unlike each other as a network's are."""
    features = np.empty((n, FEATURES), np.float32)
    shift = rng.normal(0, 0.1, (2, FEATURES))
    for rows in np.array_split(np.arange(n), 1 + n // 5000):
        noise = rng.normal(0, 1, (len(rows), FEATURES)) * np.linspace(2, 0.5, FEATURES)
        features[rows] = np.maximum(noise + shift[rows % 2], 0)
    return features


def measure(n, seed, permutations):
    """Return seconds and megabytes of each stage, and the size of what is left of it."""
    import keras

    from catsex import evaluation, network
    from catsex.api.results import of_run
    from catsex.datasets import load_photos
    from catsex.evaluation.grouping import alike
    from catsex.evaluation.shortcuts import candidates
    from catsex.pretrained import Pretrained
    from catsex.report import record

    row = {"photos": n}

    def timed(stage, function):
        started, cpu = time.perf_counter(), time.process_time()
        result = function()
        row[stage] = time.perf_counter() - started, time.process_time() - cpu, held() - at_first
        return result

    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")
        draw_photos(Path(folder) / "photos", n, seed)
        model = keras.applications.MobileNetV2((96, 96, 3), 0.35, include_top=False, weights=None, pooling="avg")
        at_first = held()
        photos = timed("list and check", lambda: load_photos(Path(folder) / "photos").as_one_set())
        timed("hash and extract", lambda: network.extract(model, photos, engine="keras"))
        features = made_up(n, np.random.default_rng(seed))
        found = timed("near-duplicates", lambda: alike.find_alike(photos, features))
        known = timed("candidates", lambda: candidates.find_candidates(photos))
        options = {"entries": photos.entries, "candidates": known, "alike": found, "seed": seed}
        options["permutations"] = permutations
        sample = evaluation.Sample(features, photos.labels, class_names=photos.class_names)
        results = timed("evaluation", lambda: evaluation.evaluate_sample(sample, **options))
        left = Path(folder) / "run"
        run = of_run(results, photos, Pretrained(model, "random", False, "none"), seed)
        timed("record", lambda: record.keep(run["_results"], run["_pictures"], ["evaluate.py"], left))
        row["page"], row["results"] = ((left / name).stat().st_size for name in ("report.html", "results.json"))
    return row


if __name__ == "__main__":
    sys.exit(cli.run(main))
