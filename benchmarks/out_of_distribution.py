"""How many new photos of the same kind look like none of those known, and how many other pictures do?

Photos of cats and dogs are drawn, the new ones from every other photo of each folder, on which no constant was chosen.
Of individuals, ten or twenty are known and the photos of all others are new: new persons, not new photos of the known
ones. Told who is who, photos of one individual are not compared with each other; else they are.

For example:

    python benchmarks/out_of_distribution.py --data cats_and_dogs --people orl_faces --animals nyala --seed 3
"""

import sys
from pathlib import Path

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load

PER_CLASS = (5, 10, 20, 50, 100)
INDIVIDUALS = {  # name: (which photos, individuals known, most photos of each)
    "10 persons' faces, 5 photos each": ("people", 10, 5),
    "10 persons' faces, 10 photos each": ("people", 10, 10),
    "10 antelopes, at most 5 photos each": ("animals", 10, 5),
    "20 antelopes, at most 5 photos each": ("animals", 20, 5),
}
NAMES = ("astronaut", "brick", "camera", "coffee", "coins", "grass", "gravel", "moon", "page", "rocket", "text")
GREYS = (0, 64, 128, 200, 255)


def main():
    """Draw what is known, and count what is flagged."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--people", metavar="FOLDER", required=True, help="a folder for each of 20 persons or more")
    parser.add_argument("--animals", metavar="FOLDER", required=True, help="a folder for each of 30 animals or more")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=200, help="default: 200")
    args = parser.parse_args()
    sets = {"kinds": load.load_photos(args.data).as_one_set()}
    sets |= {
        "people": load.load_photos(args.people).as_one_set(),
        "animals": load.load_photos(args.animals).as_one_set(),
    }
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    network = frozen_part(weights.load_mobilenet(args.weights).model)
    vectors = {name: features.extract(network, photos, cache=args.cache) for name, photos in sets.items()}
    others = np.asarray(network(other_pictures(np.random.default_rng(seed))))
    print(f"{args.draws} draws; seed {seed}")
    print("| known | new ones of the same kind flagged | other pictures flagged |\n| --- | --- | --- |")
    results = {"seed": seed, "draws": args.draws, "versions": backend.versions()}
    for per_class in PER_CLASS:
        found = [
            of_kinds(np.random.default_rng([seed, i]), sets["kinds"], vectors["kinds"], per_class, others)
            for i in range(args.draws)
        ]
        show(results, f"{per_class} cats and {per_class} dogs", found)
    for name, (kind, known, most) in INDIVIDUALS.items():
        for told in (True, False):
            found = [
                of_individuals(
                    np.random.default_rng([seed, i]), sets[kind].labels, vectors[kind], known, most, told, others
                )
                for i in range(args.draws)
            ]
            show(results, f"{name}{', told who is who' if told else ', told nothing'}", found)
    files.write_json(args.json, results)


def show(results, name, found):
    """Print a row of the table, and keep it."""
    new, other = np.mean(found, axis=0)
    print(f"| {name} | {new:.1%} | {other:.0%} |", flush=True)
    results[name] = {"new": float(new), "other": float(other)}


def other_pictures(rng):
    """Return photos of quite other things, noise and single greys: (22, size, size, 3), float32, -1 to 1."""
    import skimage.data

    from catsex.photos.preprocessing import preprocess

    pictures = [getattr(skimage.data, name)() for name in NAMES]
    pictures = [np.stack([one] * 3, axis=2) if one.ndim == 2 else one for one in pictures]
    pictures += [rng.integers(0, 256, (240, 320, 3), dtype=np.uint8) for _ in range(6)]
    pictures += [np.full((240, 320, 3), grey, np.uint8) for grey in GREYS]
    return np.stack([preprocess(one) for one in pictures])


def of_kinds(rng, photos, vectors, per_class, others):
    """Return which shares are flagged if so many photos of each class are known."""
    from catsex.prediction.out_of_distribution import OutOfDistribution

    known, new = [], []
    order = sorted(range(len(photos)), key=lambda i: str(Path(photos.paths[i])))
    for label in range(len(photos.class_names)):
        of_class = rng.permutation([i for i in order if photos.labels[i] == label][1::2])
        known.extend(of_class[:per_class])
        new.extend(of_class[per_class:])
    detector = OutOfDistribution(vectors[known])
    return detector.flags(vectors[new]).mean(), detector.flags(others).mean()


def of_individuals(rng, who, vectors, known, most, told, others):
    """Return which shares are flagged if some photos of so many individuals are known, and all new ones are others'."""
    from catsex.prediction.out_of_distribution import OutOfDistribution

    order = rng.permutation(who.max() + 1)
    chosen = np.concatenate([rng.permutation(np.flatnonzero(who == one))[:most] for one in order[:known]])
    detector = OutOfDistribution(vectors[chosen], who[chosen] if told else None)
    return detector.flags(vectors[~np.isin(who, order[:known])]).mean(), detector.flags(others).mean()


if __name__ == "__main__":
    sys.exit(cli.run(main))
