"""Time the plain way and ours side by side, and print the table in docs/speed.md.

For example:

    python benchmarks/speed.py --photos cats_and_dogs
    python benchmarks/speed.py --only fit preprocess --runs 9 --json speed.json
    python benchmarks/speed.py --only scripts preprocess --busy

The plain way is that of the tutorial, in plain_tutorial.py. Each run of each way is a process of its own, and the
two take turns, so that whatever else the machine is doing happens to both. All figures are medians. A cold cache is
an empty one; a warm one is that of the run before. With --busy, another program works beside both ways. Needs the
tutorial's photos in data/cats, and Keras' own weights and class names in KERAS_HOME or ~/.keras; uses no network. All
of it takes an hour on 2 cores, nearly all of that for the plain way's 6,400 photos.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from side_by_side import Row, circumstances, column, run, take_turns

from catsex import cli, files
from catsex.datasets import cats
from catsex.errors import CatsexError
from catsex.pretrained import weights

HERE = Path(__file__).resolve().parent
PARTS = HERE / "parts.py"
SCRIPTS = ("sanity_check", "train_full", "train_validate")
SIZES = (400, 1600, 6400)


def scripts(args):
    """Return the rows of whole processes, from their start to their end."""
    rows = []
    for script in SCRIPTS:
        plain = [HERE / "plain_tutorial.py", script]
        ours = [HERE.parent / "scripts" / f"{script}.py", "--no-record"]  # the plain way leaves none either
        found = take_turns(plain, ours, args.runs)
        for state in ("cold", "warm"):
            walls, peaks = ([column(found[way], key) for way in ("plain", state)] for key in ("wall", "peak"))
            rows.append(Row(f"`{script}`, whole process, {state} cache", "s", *walls))
            rows.append(Row(f"`{script}`, peak memory, {state} cache", "MB", *peaks))
    return rows


def fit(args):
    """Return the row of what `train_full` does once the photos are loaded."""
    found = take_turns([PARTS, "plain", "fit"], [PARTS, "ours", "fit"], args.runs)
    return [
        Row(f"fit of 20 epochs, then predictions, {state} cache", "s", *(column(found[w], "seconds") for w in pair))
        for state, pair in (("cold", ("plain", "cold")), ("warm", ("plain", "warm")))
    ]


def preprocess(args):
    """Return the row of one photo's way from pixels to the network's input."""
    found = take_turns([PARTS, "plain", "preprocess"], [PARTS, "ours", "preprocess"], args.runs)
    times = (column(found[way], "seconds", 1000) for way in ("plain", "cold"))
    return [Row("preprocessing one 300 × 400 photo", "ms", *times)]


def extract(args):
    """Return the rows of many photos' way from the disk to their features."""
    with tempfile.TemporaryDirectory() as folder:
        prepared, photos = Path(folder) / "cache", Path(folder) / "photos"
        multiply(jpegs(args.photos), photos, max(SIZES))
        export = run([PARTS, "ours", "export"], prepared)["seconds"]
        found = {}
        for size in SIZES:
            plain, ours = ([PARTS, way, "extract", photos, str(size)] for way in ("plain", "ours"))
            found[size] = take_turns(plain, ours, args.runs, prepared)
    rows, speeds, peaks = [Row("making LiteRT ready, once for a network", "s", [], [export], ratio="")], {}, {}
    for size, results in found.items():
        speeds[size] = {way: [size / seconds for seconds in column(results[way], "seconds")] for way in results}
        peaks[size] = {way: column(results[way], "peak") for way in results}
        for state in ("cold", "warm"):
            what = f"{size:,} photos from disk to features, {state} cache"
            rows.append(Row(what, "images/s", speeds[size]["plain"], speeds[size][state], ratio="{:.1f} ×"))
        rows.append(Row(f"{size:,} photos, peak memory, cold cache", "MB", peaks[size]["plain"], peaks[size]["cold"]))
    least, most = min(SIZES), max(SIZES)
    growth = ([b - a for a, b in zip(peaks[least][w], peaks[most][w], strict=True)] for w in ("plain", "cold"))
    steady = ([b / a for a, b in zip(speeds[least][w], speeds[most][w], strict=True)] for w in ("plain", "cold"))
    rows.append(Row(f"peak memory at {most:,} photos minus that at {least}", "MB", *growth, ratio=""))
    rows.append(Row(f"images a second at {most:,} photos over those at {least}", "", *steady, ratio=""))
    return rows


def multiply(originals, folder, number):
    """Fill a folder with a number of different photos: copies of some, with a few bytes after their end."""
    folder.mkdir()
    for i in range(number):
        content = originals[i % len(originals)].read_bytes()
        (folder / f"{i:06d}.jpg").write_bytes(content + i.to_bytes(4, "big"))


def jpegs(folder):
    """Return the paths of all .jpg photos in a folder and those below it."""
    return sorted(Path(folder).rglob("*.jpg"))


@contextlib.contextmanager
def another_program():
    """Keep one core busy until the block ends."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as program:
        try:
            yield
        finally:
            program.kill()


def check(args):
    """Raise `CatsexError` if something that will be needed is not there."""
    if "extract" in args.only and not (args.photos and jpegs(args.photos)):
        raise CatsexError("`extract` needs .jpg photos: name a folder of them by --photos, or choose others by --only")
    for name in (weights.KERAS_FILE, "imagenet_class_index.json"):
        if not (weights.keras_cache() / name).is_file():
            raise CatsexError(f"the plain way needs {name} in {weights.keras_cache()}: any Keras program puts it there")
    cats.open_cats(urls=())


def main():
    """Measure what is asked for and print it as a Markdown table."""
    sections = {"scripts": scripts, "fit": fit, "preprocess": preprocess, "extract": extract}
    parser = cli.parser(__doc__, "json")
    parser.add_argument("--only", nargs="+", choices=sections, default=list(sections), help="what to measure")
    parser.add_argument("--runs", type=cli.whole_number(1, 1000), default=5, help="how often (default: 5)")
    parser.add_argument(
        "--photos",
        metavar="DIR",
        default=os.environ.get("CATSEX_CATS_DOGS"),
        help="photos to repeat for `extract` (default: CATSEX_CATS_DOGS)",
    )
    parser.add_argument("--busy", action="store_true", help="let another program work beside both ways")
    args = parser.parse_args()
    check(args)
    with another_program() if args.busy else contextlib.nullcontext():
        rows = [row for part in args.only for row in sections[part](args)]
    print("| what | the plain way | ours | ratio |\n| --- | --- | --- | --- |")
    print("\n".join(row.markdown() for row in rows))
    where = circumstances()
    versions = ", ".join(f"{name} {version}" for name, version in where["versions"].items())
    print(f"\nMedians of {args.runs} runs, {where['date']}, {where['processor']}, {where['cores']} cores; {versions}")
    files.write_json(args.json, where | {"runs": args.runs, "busy": args.busy, "rows": [asdict(row) for row in rows]})


if __name__ == "__main__":
    sys.exit(cli.run(main))
