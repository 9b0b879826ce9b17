"""Which photos are taken for near-duplicates, in sets of all kinds, and which copies of a photo are found?

For each set: pairs and groups at a cosine of 0.90, and by the threshold that the set itself gives; then how many photos
are found again once they are saved anew, mirrored, brighter, cropped or smaller. Two sets are drawn here and are all
alike: parts on one bench, half of them scratched, and spectrograms of rising and falling tones.

For example:

    python benchmarks/near_duplicates.py --photos data/cats --photos orl_faces --most 200
    python benchmarks/near_duplicates.py --many 100000 1000000

With --many, features of so many photos are made up, one in twenty nearly those of another one, and those that are
found are counted; of up to 100,000 photos also against the search that compares each with each. Sizes in ascending
order: memory is the most that the process has held so far.
"""

import io
import sys
import time
from pathlib import Path

import numpy as np
from memory import held

from catsex import backend, cli, files, network, pretrained
from catsex.constants import NEAR_DUPLICATE
from catsex.evaluation.grouping import near_duplicates
from catsex.evaluation.grouping.join import join
from catsex.network.on_disk.rows import RoomOnDisk
from catsex.photos import preprocess, read_image

SIDE = 240  # pixels of the drawn pictures
AT_ONCE = 5000  # rows that are made up
MOST_EXACT = 100_000  # rows, of more of which not each is compared with each


def part(number):
    """Draw a ring on a bench; every second one has a scratch: shape (240, 240, 3), uint8."""
    rng, (y, x) = np.random.default_rng(number), np.mgrid[:SIDE, :SIDE]
    bench = 120 + 30 * np.sin(x / 17) + 20 * np.cos(y / 31) + np.random.default_rng(0).normal(0, 10, (SIDE, SIDE))
    pixels = bench[..., None] * [1, 0.95, 0.9]
    across, down = SIDE / 2 + rng.normal(0, 6, 2)
    distance = np.hypot(x - across, y - down)
    pixels[distance < 70], pixels[distance < 25] = 200, 60
    if number % 2:
        turn, left, top = rng.uniform(0, np.pi), across + rng.uniform(-30, 30), down + rng.uniform(30, 55)
        along = (x - left) * np.cos(turn) + (y - top) * np.sin(turn)
        beside = (y - top) * np.cos(turn) - (x - left) * np.sin(turn)
        pixels[(abs(along) < 20) & (abs(beside) < 1.5)] = 90
    return np.clip((pixels + rng.normal(0, 6, pixels.shape)) * rng.uniform(0.95, 1.05), 0, 255).astype(np.uint8)


def spectrogram(number):
    """Draw the spectrogram of some rising or falling tones: shape (129, 225, 3), uint8."""
    rng, time = np.random.default_rng(number), np.arange(16_000) / 8000
    sound = rng.normal(0, 0.05, len(time))
    for _ in range(rng.integers(2, 5)):
        since, bend = time - rng.uniform(0, 1.6), 600 if number % 2 else -600
        sound += np.exp(-((since / 0.08) ** 2)) * np.sin(2 * np.pi * (rng.uniform(500, 2500) * time + bend * since**2))
    windows = np.lib.stride_tricks.sliding_window_view(sound, 256)[::70] * np.hanning(256)
    level = np.log(np.abs(np.fft.rfft(windows)) + 1e-3).T[::-1]
    return np.dstack([np.clip(255 * (level + 5) / 9, 0, 255).astype(np.uint8)] * 3)


def changes(pixels):
    """Return {what was done: pixels} of a photo, changed as people and programs do."""
    from PIL import Image, ImageEnhance, ImageOps

    image, file = Image.fromarray(pixels), io.BytesIO()
    image.save(file, "JPEG", quality=75)
    width, height = image.size
    changed = {
        "saved at 75": Image.open(file),
        "mirrored": ImageOps.mirror(image),
        "brighter": ImageEnhance.Brightness(image).enhance(1.2),
        "cropped": image.crop((width // 20, height // 20, width - width // 20, height - height // 20)),
        "half size": image.resize((width // 2, height // 2), Image.Resampling.LANCZOS),
    }
    return {name: np.array(picture.convert("RGB")) for name, picture in changed.items()}


class MadeUp:
    """Rows of features on disk, with nearly the same ones planted among them.

    Before negative numbers are cut off, rows vary along the k-th of 600 directions by ``k ** -0.4``, about as
    MobileNetV2's features of cats and dogs do: 128 directions leave 13 % of a row's squared length.

    Parameters
    ----------
    n : int
        One row in twenty is nearly another one.
    """

    def __init__(self, n, d=1280):
        rng, room, planted = np.random.default_rng(n), RoomOnDisk((n, d)), []
        ways = rng.standard_normal((600, d), np.float32) * np.arange(1, 601, dtype=np.float32)[:, None] ** -0.4
        ways /= np.sqrt(np.square(ways).sum(axis=0).mean())
        middle = rng.gamma(0.5, size=d).astype(np.float32)
        for start in range(0, n, AT_ONCE):
            rows = np.maximum(middle + rng.standard_normal((min(AT_ONCE, n - start), 600), np.float32) @ ways, 0)
            some = len(rows) // 20
            noise = rng.uniform(0.05, 0.6, (some, 1)) * rng.standard_normal((some, d))
            one, other = rows[:some], rows[some : 2 * some]
            other[:] = one * np.exp(noise)
            lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
            near = np.flatnonzero((one * other).sum(axis=1) > (NEAR_DUPLICATE + 1e-6) * lengths)
            planted.append(start + np.stack([near, near + some]))
            room.write(rows)
        order = rng.permutation(n)
        place = np.argsort(order)
        self.features = room.rows().reordered(order)
        pairs = np.sort(place[np.concatenate(planted, axis=1)], axis=0)
        self.planted = set(zip(*pairs.tolist(), strict=True))


def search(features, most):
    """Return the pairs of near-duplicates, up to `most` rows by comparing each with each, and what that took."""
    near_duplicates.TOO_MANY, began, cpu = most, time.perf_counter(), time.process_time()
    found = near_duplicates.find_duplicates(features, range(len(features)), NEAR_DUPLICATE)
    took = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "pairs": len(found)}
    return {pair[:2] for pair in found}, took | {"megabytes": held()}


def search_many(n):
    """Search near-duplicates among n rows, and count how many of those that are there are found."""
    made, usual = MadeUp(n), near_duplicates.TOO_MANY
    found, row = search(made.features, usual)
    row |= {"photos": n, "planted": len(made.planted), "planted found": len(made.planted & found)}
    said = f"{n:,} photos: {row['cpu']:.0f} CPU-s, {row['seconds']:.0f} s, {row['megabytes']:.0f} MB; of "
    said += f"{row['planted']:,} planted pairs {row['planted found'] / row['planted']:.3%} found"
    if usual < n <= MOST_EXACT:
        exact, took = search(made.features, n)
        row |= {"each with each": took, "found again": len(exact & found) / len(exact)}
        said += f"; each with each: {took['cpu']:.0f} CPU-s, of {len(exact):,} pairs {row['found again']:.3%} found"
    near_duplicates.TOO_MANY = usual
    print(said, flush=True)
    return row


def main():
    """Extract the features of each set and of its changed photos, and count."""
    parser = cli.parser(__doc__, "weights", "json")
    parser.add_argument("--photos", metavar="FOLDER", action="append", default=[], help="all files in it are photos")
    parser.add_argument(
        "--most", type=cli.whole_number(4, 10**6), default=200, help="photos of a folder (default: 200)"
    )
    parser.add_argument("--many", type=cli.whole_number(100, 10**7), nargs="+", metavar="N", help="made-up photos")
    args = parser.parse_args()
    if args.many:
        files.write_json(args.json, [search_many(n) for n in args.many])
        return
    backend.start_keras(0)
    frozen = network.frozen_part(pretrained.load_mobilenet(args.weights).model)

    def features(photos):
        return network.extract(frozen, np.stack([preprocess(pixels) for pixels in photos]), cache=False)

    sets = {"parts": map(part, range(60)), "spectrograms": map(spectrogram, range(60))}
    for folder in map(Path, args.photos):
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".md", ".txt"))
        sets[folder.name] = map(read_image, paths[:: -(-len(paths) // args.most)])
    results = {}
    for name, drawn in sets.items():
        photos = list(drawn)
        vectors, changed = features(photos), [changes(pixels) for pixels in photos]
        found = {}
        for what, threshold in (("0.90", NEAR_DUPLICATE), ("by the set", None)):
            pairs = near_duplicates.find_duplicates(vectors, range(len(photos)), threshold)
            found[what] = [len(pairs), len(np.unique(join(len(photos), pairs)))]
        again = {}
        for what in changed[0]:
            both = np.concatenate([vectors, features([pictures[what] for pictures in changed])])
            pairs = near_duplicates.find_duplicates(both, range(len(both)))
            again[what] = sum(second == first + len(photos) for first, second, _ in pairs)
        results[name] = {"photos": len(photos), "pairs and groups": found, "found again": again}
        shown = "; ".join(f"{what}: {pairs} pairs, {groups} groups" for what, (pairs, groups) in found.items())
        print(f"{name}, {len(photos)} photos. {shown}. Found again: {again}", flush=True)
    files.write_json(args.json, results)


if __name__ == "__main__":
    sys.exit(cli.run(main))
