"""Seconds, CPU-seconds and memory of the stages of `evaluate.py --features` for more and more made-up rows.

Each size is written to a Parquet file in a temporary folder, 14 kB for four rows, and evaluated by a process of its
own. Up to 100,000 rows features are in memory, and last layers are trained; more stay on disk, unless --in-memory says
otherwise, to compare the statistic that p comes from. MB is the most that the process has held by the end of a stage.

Under BLAS stands which share of all CPU-seconds, reading and writing included, a plain product of float32 matrices
would take for as many multiplications as the test and ridge regression need, at the rate that it has on one core in the
same run. --passes measures these two alone.

For example:

    python benchmarks/features_on_disk.py --sizes 10000 100000 250000 1000000
    python benchmarks/features_on_disk.py --sizes 250000 --in-memory
    OMP_NUM_THREADS=1 python benchmarks/features_on_disk.py --passes 100000
"""

import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from memory import held

from catsex import backend, cli, files
from catsex.evaluation.permuting.permutation_test import permutation_test
from catsex.evaluation.sample import Sample
from catsex.evaluation.streaming.ridge_learner import MANY, Ridge
from catsex.network.feature_files import KEY
from catsex.network.on_disk.rows import RoomOnDisk

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "evaluate.py"
FEATURES = 1280
ROWS = 10_000  # that are made at once
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def main():
    """Write and evaluate one file after the other, and print a line for each."""
    parser = cli.parser(__doc__, "seed", "json")
    number = cli.whole_number(100, 10**8)
    parser.add_argument("--sizes", type=number, nargs="+", default=[10_000, 250_000], help="default: 10000 250000")
    parser.add_argument("--classes", type=cli.whole_number(2, 100), default=2, help="default: 2")
    parser.add_argument("--permutations", type=number, default=1000, help="default: 1000")
    parser.add_argument("--near-duplicates", default="off", help="as evaluate.py takes it (default: off)")
    parser.add_argument("--in-memory", action="store_true", help="features stay in memory, however many")
    parser.add_argument("--rate", action="store_true", help="print the rate of a plain product")
    parser.add_argument("--passes", type=number, metavar="N", help="only the BLAS share of the passes over N rows")
    parser.add_argument("--here", action="store_true", help="evaluate features.parquet in this folder; prints JSON")
    args = parser.parse_args()
    if args.here:
        print(json.dumps(stages(args)))
        return
    if args.rate:
        print(plain_rate())
        return
    if args.passes:
        for what, share in passes(args.passes, args.permutations).items():
            print(f"{what}: {share:.0%} of a plain product's rate")
        return
    print(f"{'rows':>10}  {'stage':<33}{'seconds':>9}{'CPU-s':>9}{'MB':>8}")
    rows = []
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / "features.parquet", size, args.classes, args.seed or 0)
            rows.append(row := measure(Path(folder), size, args))
        for stage, (seconds, cpu, megabytes) in row["stages"].items():
            print(f"{size:>10,}  {stage:<33}{seconds:>9.1f}{cpu:>9.1f}{megabytes:>8.0f}")
        said = f"BLAS {row['blas']:.0%}, p {row['p_value']:.3f} from {row['observed']:.6f}"
        said += f", accuracy {row['accuracy']:.2%}, page {row['page']:,} bytes"
        print(f"{'':>12}{said}", flush=True)
    files.write_json(args.json, {"seed": args.seed, "versions": backend.versions(), "rows": rows})


def write(path, n, classes, seed):
    """Write n made-up rows, as unequal and as unlike each other as a network's are."""
    import pyarrow
    from pyarrow import parquet

    rng = np.random.default_rng(seed)
    shift = rng.normal(0, 0.2 / n**0.25, (classes, FEATURES)).astype(np.float32)
    spread = np.linspace(2, 0.5, FEATURES, dtype=np.float32)
    fields = [(name, pyarrow.string()) for name in ("path", "label", "sha256")]
    schema = pyarrow.schema([*fields, ("features", pyarrow.list_(pyarrow.float32(), FEATURES))])
    schema = schema.with_metadata({KEY: json.dumps({"network": "MobileNetV2", "name": "made up"})})
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, n, ROWS):
            rows = np.arange(start, min(n, start + ROWS))
            features = rng.standard_normal((len(rows), FEATURES), np.float32) * spread + shift[rows % classes]
            values = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(np.maximum(features, 0).ravel()), FEATURES)
            keys = rng.bytes(32 * len(rows)).hex()
            digests = [keys[64 * place : 64 * place + 64] for place in range(len(rows))]
            texts = [f"/photos/{digest[:12]}x.jpg" for digest in digests], [f"class {row % classes}" for row in rows]
            columns = [pyarrow.array(column) for column in (*texts, digests)]
            writer.write_table(pyarrow.Table.from_arrays([*columns, values], schema=schema))


def plain_rate():
    """Return how many multiplications a plain product of a block with labellings makes in a CPU-second."""
    rng, took = np.random.default_rng(0), []
    one, other = (rng.standard_normal(shape, np.float32) for shape in ((4096, FEATURES), (FEATURES, 1000)))
    for _ in range(10):
        began = time.process_time()
        np.matmul(one, other)
        took.append(time.process_time() - began)
    return one.size * other.shape[1] / np.median(took)


def multiplications(n, classes, permutations):
    """Return how many multiplications sums over n rows take: three times the products of all columns, or labellings."""
    if n <= MANY:
        return np.nan  # last layers are trained step by step
    labellings = (1 + permutations) * (1 if classes == 2 else classes)
    return 3 * n * FEATURES * (FEATURES + labellings)


def passes(n, permutations):
    """Return the share of a plain product's rate that the test and ridge regression reach, of n rows on disk."""
    rng, room = np.random.default_rng(0), RoomOnDisk((n, FEATURES))
    for start in range(0, n, ROWS):
        room.write(np.maximum(rng.standard_normal((min(ROWS, n - start), FEATURES), np.float32), 0))
    sample, rate, took = Sample(room.rows(), np.arange(n) % 2), plain_rate(), []
    for work in (lambda: permutation_test(sample, seed=1, permutations=permutations), lambda: Ridge(rng, sample, 5)):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    rate = (rate + plain_rate()) / 2
    counted = n * FEATURES * np.array([2 * FEATURES + 3 * (1 + permutations), FEATURES])
    shares = counted / rate / took
    return {"permutation test": shares[0], "ridge regression": shares[1], "both": counted.sum() / rate / sum(took)}


def measure(folder, size, args):
    """Evaluate a file in a process of its own, and return what that took and said."""
    command = [sys.executable, Path(__file__).resolve(), "--here", "--near-duplicates", args.near_duplicates]
    command += ["--permutations", str(args.permutations), "--seed", str(args.seed or 0)]
    command += ["--in-memory"] * args.in_memory
    plain = {"env": os.environ | ONE_THREAD, "stdout": subprocess.PIPE}  # as catsex asks for by itself
    done = subprocess.run(command, check=True, cwd=folder, stderr=subprocess.DEVNULL, **plain)
    found = json.loads(done.stdout.splitlines()[-1])
    rate = subprocess.run([sys.executable, __file__, "--rate"], check=True, **plain)
    needed = multiplications(size, args.classes, args.permutations) / float(rate.stdout)
    page = (folder / "record" / "report.html").stat().st_size
    return found | {"blas": needed / found["stages"]["all"][1], "page": page, "size": size}


def stages(args):
    """Run evaluate.py in this process, and return seconds, CPU-seconds and memory of its stages, and its result."""
    from catsex import network
    from catsex.evaluation import learners, protocol, vectors
    from catsex.network.on_disk import reading

    if args.in_memory:
        reading.MOST_BYTES = 2**60
    row, found = {}, {}

    def now():
        return np.array([time.perf_counter(), time.process_time()])

    def timed(stage, owner, name):
        function = getattr(owner, name)

        def measured(*given, **options):
            before = now()
            result = function(*given, **options)
            row[stage] = [*(now() - before + row.get(stage, [0, 0])[:2]), held()]
            return result

        setattr(owner, name, measured)

    def keep(options, result):
        found.update({name: result.to_dict()[name] for name in ("p_value", "observed", "accuracy")})
        kept(options, result)

    timed("reading and checking", network, "read_features")
    timed("near-duplicates", vectors, "alike_in_table")
    timed("permutation test", protocol, "permutation_test")
    timed("ridge regression or last layers", protocol, "learner_for")
    for learner in (learners.Heads, learners.Ridge):
        for name in ("predictions", "learning_curve", "wrong_labels"):
            timed("ridge regression or last layers", learner, name)
    timed("record", cli, "keep")
    kept, cli.keep = cli.keep, keep
    began = now()
    sys.argv = [str(SCRIPT), "--features", "features.parquet", "--no-cache", "--near-duplicates", args.near_duplicates]
    sys.argv += ["--permutations", str(args.permutations), "--seed", str(args.seed or 0), "--out", "record"]
    try:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    except SystemExit as done:
        if done.code:
            raise
    whole = now() - began
    row["all else"] = [*(whole - sum(np.array(spent[:2]) for spent in row.values())), held()]
    return found | {"stages": row | {"all": [*whole, held()]}}


if __name__ == "__main__":
    sys.exit(cli.run(main))
