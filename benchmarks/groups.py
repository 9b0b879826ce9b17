"""How often is a network said to have learned something, when labels are dealt to individuals at random?

There are several photos of each person, or animal, and each individual's photos get one label, drawn by lot. So
there is nothing to learn, but individuals can be recognised. Three tests at 5 %: scripts/evaluate.py's told nothing of
the individuals, so that it knows only of the near-duplicates that it finds by itself; the same told which photos show
whom; and told, where one pair of near-duplicates joins two individuals of different classes.

The photos are a folder of people and a folder of animals, a folder for each individual in it.

For example:

    python benchmarks/groups.py --people orl_faces --animals nyala --draws 400
"""

import sys
from pathlib import Path

import numpy as np

from catsex import backend, cli, files
from catsex.errors import DataError
from catsex.photos.layouts import listing

LEVELS = (0.05, 0.01)
SETS = {  # name: (which photos, photos of each individual, whether those of one class are the first half)
    "20 people, 5 photos each": ("people", [5] * 20, False),
    "20 animals, 5 photos each": ("animals", [5] * 20, False),
    "10 people, 10 photos each": ("people", [10] * 10, False),
    "sizes unequal: 3 or 9": ("people", [3] * 10 + [9] * 10, False),
    "every size another: 1 to 10": ("people", list(range(1, 11)), False),
    "sizes differ by class": ("people", [3] * 10 + [9] * 10, True),
}


def main():
    """Draw sets, and count how often each test finds something."""
    parser = cli.parser(__doc__, "weights", "seed", "cache", "json")
    parser.add_argument("--people", metavar="FOLDER", required=True, help="20 individuals or more, with 10 photos each")
    parser.add_argument("--animals", metavar="FOLDER", required=True, help="20 individuals or more with 5 photos")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=400, help="default: 400")
    parser.add_argument("--permutations", type=cli.whole_number(19, 10**6), default=999, help="default: 999")
    args = parser.parse_args()
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    network = frozen_part(pretrained.model)
    photos = {kind: individuals(folder) for kind, folder in (("people", args.people), ("animals", args.animals))}
    vectors = {kind: features.extract(network, paths, cache=args.cache) for kind, (paths, _) in photos.items()}

    print(f"share of {args.draws} draws (told nothing: of every fourth) with p < 0.05, p < 0.01; seed {seed}")
    print(f"{'set':<30}{'told nothing':>16}{'told who is who':>18}{'two joined':>18}")
    results, rng = {}, np.random.default_rng(seed)
    for name, (kind, sizes, by_class) in SETS.items():
        who = photos[kind][1]
        p_values = [
            p_values_of_a_draw(rng, vectors[kind], who, sizes, by_class, args, ignorant=number % 4 == 0)
            for number in range(args.draws)
        ]
        results[name] = np.array(p_values)
        columns = [column[~np.isnan(column)] for column in results[name].T]
        cells = [" ".join(f"{np.mean(column < level):.1%}" for level in LEVELS) for column in columns]
        print(f"{name:<30}{cells[0]:>16}{cells[1]:>18}{cells[2]:>18}", flush=True)
    common = {"weights": pretrained.source, "seed": seed, "versions": backend.versions(), "draws": args.draws}
    files.write_json(
        args.json,
        common | {name: np.where(np.isnan(values), None, values).tolist() for name, values in results.items()},
    )


def individuals(folder):
    """Return the photos in a folder of folders, and the number of the individual that each shows."""
    entries = [entry for entry in listing.visible(Path(folder)) if entry.is_dir()]
    paths = [(path, number) for number, entry in enumerate(entries) for path in listing.visible(entry)]
    if not paths:
        raise DataError(f"{folder} needs a folder of photos for each individual")
    return [path for path, _ in paths], np.array([number for _, number in paths])


def draw(rng, who, sizes):
    """Draw individuals with so many photos each: which photos, and the number of each photo's group."""
    available, taken, chosen = np.bincount(who), set(), {}
    for group in np.argsort(-np.array(sizes), kind="stable"):  # the largest first, for fewest have so many photos
        enough = [one for one in np.flatnonzero(available >= sizes[group]) if one not in taken]
        if not enough:
            raise DataError(f"too few individuals with {sizes[group]} photos")
        taken.add(one := rng.choice(enough))
        chosen[group] = rng.choice(np.flatnonzero(who == one), sizes[group], replace=False)
    return np.concatenate([chosen[group] for group in range(len(sizes))]), np.repeat(np.arange(len(sizes)), sizes)


def p_values_of_a_draw(rng, vectors, who, sizes, by_class, args, ignorant):
    """Return the three p-values for one set with labels dealt to its individuals; the first only if `ignorant`."""
    from catsex.evaluation import Alike
    from catsex.evaluation.grouping.near_duplicates import find_duplicates
    from catsex.evaluation.permuting.permutation_test import permutation_test
    from catsex.evaluation.sample import Sample

    photos, individual = draw(rng, who, sizes)
    dealt = np.arange(len(sizes)) * 2 // len(sizes)
    labels = (dealt if by_class else rng.permutation(dealt))[individual]
    features, n, seed = vectors[photos], len(photos), rng.integers(2**32)
    found = Alike(find_duplicates(features, range(n)))
    joined = found._replace(duplicates=[*found.duplicates, (int(np.argmin(labels)), int(np.argmax(labels)), 1.0)])

    def p_value(alike, told):
        together, units = alike.together(n, told), alike.units(labels, told)
        sample = Sample(features, labels, together, units)
        return permutation_test(sample, seed=seed, permutations=args.permutations).p_value

    return [p_value(found, None) if ignorant else np.nan, p_value(found, individual), p_value(joined, individual)]


if __name__ == "__main__":
    sys.exit(cli.run(main))
