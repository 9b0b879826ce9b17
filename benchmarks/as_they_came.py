"""Does evaluate.py --as-they-came keep its promise, looked at after every photo, and what does it see?

Alarms: labels dealt by lot to photos, persons or animals, so that there is nothing to learn; in how many sets did the
capital ever reach 20? Power: photos of two classes, as they are and with half of what tells them apart taken away; in
how many draws had it reached 20 after so many pairs, beside bettors that stake the same on every guess? With --choose,
other stakes are counted on the same draws.

The folders of people and animals have a folder for each individual.

For example:

    python benchmarks/as_they_came.py --data cats_and_dogs/train --choose --seed 1
    python benchmarks/as_they_came.py --data cats_and_dogs/test --draws 200 --seed 2
    python benchmarks/as_they_came.py --orders 100 --seed 1
    python benchmarks/as_they_came.py --data cats_and_dogs/train --people orl_faces --animals nyala --sets 1000 --seed 1
"""

import sys

import numpy as np
from groups import individuals

from catsex import backend, cli, files
from catsex.datasets import load

ENOUGH = 20
UNEQUAL, SHIFT = ((20, 20), (10, 40), (6, 24)), 0.3
PAIRS, SIGNALS = (10, 20, 40), {"as they are": 1.0, "half of the signal": 0.5, "nothing": None}
FIXED = np.array([0.1, 0.2, 0.4, 0.6, 0.8, 0.95])  # stakes on every guess, whatever its score
STEEPNESS = ((1, 2, 4), (0.5, 1, 2, 4), (1, 2, 4, 8), (2, 4), (1,), (2,), (4,))
SEEN_FOR_HALF = (0, 3, 5, 10)


def main():
    """Count alarms, or draws in which something was seen."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=100, help="default: 100")
    parser.add_argument("--choose", action="store_true", help="count other stakes too")
    parser.add_argument("--orders", type=cli.whole_number(1, 10**6), help="so many random orders of the photos instead")
    parser.add_argument("--people", metavar="FOLDER", help="20 individuals or more, with 10 photos each")
    parser.add_argument("--animals", metavar="FOLDER", help="20 individuals or more")
    parser.add_argument("--sets", type=cli.whole_number(1, 10**6), default=1000, help="of each kind, default: 1000")
    args = parser.parse_args()
    photos = load.load_photos(args.data)
    seed = backend.start_keras(args.seed)
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    pretrained = weights.load_mobilenet(args.weights)
    network = frozen_part(pretrained.model)
    vectors = features.extract(network, photos, cache=args.cache)
    results = {"weights": pretrained.source, "seed": seed, "versions": backend.versions()}
    if args.people and args.animals:
        known = {"photos": (vectors, np.arange(len(vectors)))}
        for kind, folder in (("people", args.people), ("animals", args.animals)):
            paths, who = individuals(folder)
            known[kind] = (features.extract(network, paths, cache=args.cache), who)
        results["alarms"] = alarms(seed, known, args.sets)
        results["planted"] = alarms(seed, known, args.draws, PLANTED)
    elif args.orders:
        results["orders"] = orders(np.random.default_rng(seed), vectors, photos.labels, args.orders)
    else:
        results["power"] = power(seed, vectors, photos.labels, args.draws, args.choose)
    files.write_json(args.json, results)


def alarms(seed, known, sets, planted=()):
    """Count in how many sets the capital ever reached 20: with nothing to learn, or with a difference planted."""
    what = f"a difference of {SHIFT} standard deviations planted" if planted else "nothing to learn"
    print(f"share of {sets} sets in which the capital ever reached {ENOUGH}, {what}; seed {seed}")
    found = {}
    for number, (name, (kind, counts, draw)) in enumerate(NOTHING.items()):
        if planted and name not in planted:
            continue
        rng, highest = np.random.default_rng([seed, number]), []
        for _ in range(sets):
            vectors, labels, groups = draw(rng, *known[kind], counts)
            if planted:
                directions = vectors.std(axis=0) * rng.normal(size=(len(counts), vectors.shape[1]))
                vectors = vectors + SHIFT * directions[labels]
            highest.append(bettor(vectors, labels, groups, len(counts)).capital.max())
        found[name] = float(np.mean(np.array(highest) >= ENOUGH))
        print(f"{name:<60}{found[name]:>8.3f}", flush=True)
    return found


def bettor(vectors, labels, groups, classes):
    """Show a bettor all photos, in their order."""
    from catsex.evaluation.sequential.betting import Bettor

    one = Bettor(classes)
    for name, photo in enumerate(zip(vectors, labels.tolist(), groups.tolist(), strict=True)):
        one.add(name, *photo)
    return one


def dealt(rng, vectors, who, counts, in_order=False, by_subject=False):
    """Deal labels to so many individuals for each class: their photos in any order, class by class or one by one."""
    chosen = rng.choice(np.unique(who), sum(counts), replace=False)
    label = dict(zip(chosen.tolist(), np.repeat(np.arange(len(counts)), counts).tolist(), strict=True))
    rows = rng.permutation(np.flatnonzero(np.isin(who, chosen)))
    labels = np.array([label[one] for one in who[rows].tolist()])
    if in_order:
        rows, labels = (values[np.argsort(labels, kind="stable")] for values in (rows, labels))
    if by_subject:
        place = dict(zip(rng.permutation(chosen).tolist(), range(len(chosen)), strict=True))
        order = np.argsort([place[one] for one in who[rows].tolist()], kind="stable")
        rows, labels = rows[order], labels[order]
    return vectors[rows], labels, who[rows]


def class_by_class(rng, vectors, who, counts):
    """Deal labels to individuals; all photos of one class come first."""
    return dealt(rng, vectors, who, counts, in_order=True)


def one_by_one(rng, vectors, who, counts):
    """Deal labels to individuals; all photos of one come together."""
    return dealt(rng, vectors, who, counts, by_subject=True)


def within(rng, vectors, who, counts):
    """Deal labels to the photos of each individual, so that all individuals are in all classes."""
    rows = rng.permutation(len(who))
    return vectors[rows], rng.choice(np.repeat(np.arange(len(counts)), counts), len(rows)), who[rows]


def copies(rng, vectors, who, counts):
    """Deal labels to photos with undeclared copies, which are grouped only if found as near-duplicates."""
    from catsex.evaluation.grouping.alike import Alike
    from catsex.evaluation.grouping.near_duplicates import find_duplicates

    again, labels, _ = dealt(rng, vectors, who, counts)
    twice = rng.permutation(np.repeat(np.arange(len(labels)), rng.integers(1, 4, len(labels))))
    noisy = again[twice] + rng.normal(0, 0.1, (len(twice), 1)) * vectors.std(axis=0)
    noisy = (noisy + 0.1 * vectors.std(axis=0) * rng.normal(size=noisy.shape)).astype(np.float32)
    return noisy, labels[twice], Alike(find_duplicates(noisy, range(len(twice)))).together(len(twice))


NOTHING = {  # name: (of which photos, subjects of each class, how labels are dealt and photos come)
    "photos, 20 and 20": ("photos", (20, 20), dealt),
    "photos, 20 and 20, one class after the other": ("photos", (20, 20), class_by_class),
    "photos, 6 and 24": ("photos", (6, 24), dealt),
    "photos, 12 of each of 3": ("photos", (12,) * 3, dealt),
    "photos, 8 of each of 5": ("photos", (8,) * 5, dealt),
    "photos, 5, 10 and 30": ("photos", (5, 10, 30), dealt),
    "photos with up to 3 near copies, 20 and 20": ("photos", (20, 20), copies),
    "people told, 10 and 10, photos mixed": ("people", (10, 10), dealt),
    "people told, 10 and 10, person by person": ("people", (10, 10), one_by_one),
    "people told, 4 and 16": ("people", (4, 16), dealt),
    "people told, 4 of each of 5": ("people", (4,) * 5, dealt),
    "people told, each in both classes": ("people", (1, 1), within),
    "people told, each in three classes": ("people", (1, 1, 1), within),
    "animals told, 18 and 18, photos mixed": ("animals", (18, 18), dealt),
    "animals told, 18 and 18, one class after the other": ("animals", (18, 18), class_by_class),
    "animals told, 7 and 28, animal by animal": ("animals", (7, 28), one_by_one),
    "animals told, 12 of each of 3": ("animals", (12,) * 3, dealt),
}
PLANTED = (
    "people told, 10 and 10, photos mixed",
    "people told, 10 and 10, person by person",
    "people told, 4 and 16",
    "people told, 4 of each of 5",
    "animals told, 18 and 18, photos mixed",
    "animals told, 7 and 28, animal by animal",
    "animals told, 12 of each of 3",
)


def power(seed, vectors, labels, draws, choose):
    """Count in how many draws the capital had reached 20 after 10, 20 and 40 pairs."""
    print(f"share of {draws} draws in which the capital had reached {ENOUGH} by so many pairs; seed {seed}")
    print(f"{'':<34}" + "".join(f"{name:>24}" for name in SIGNALS))
    print(f"{'pairs':<34}" + "".join(f"{count:>8}" for _ in SIGNALS for count in PAIRS))
    found = {}
    for number, (name, signal) in enumerate(SIGNALS.items()):
        rng = np.random.default_rng([seed, number])
        for _ in range(draws):
            for way, capital in capitals(bettor(*pairs(rng, vectors, labels, signal), 2), choose).items():
                reached = [bool(capital[:count].max() >= ENOUGH) for count in PAIRS]
                found.setdefault(way, {}).setdefault(name, []).append(reached)
    shares = {way: {name: np.mean(rows, axis=0).tolist() for name, rows in by.items()} for way, by in found.items()}
    for way, by in shares.items():
        print(f"{way:<34}" + "".join(f"{share:>8.2f}" for name in SIGNALS for share in by[name]))
    return shares | {"unequal": unequal(np.random.default_rng([seed, 9]), vectors, labels, draws)}


def unequal(rng, vectors, labels, draws):
    """Count in how many draws of unequal numbers, in any order, the capital ever reached 20."""
    print(f"{'unequal numbers, in any order':<34}" + "".join(f"{name:>24}" for name in list(SIGNALS)[:2]))
    found = {}
    for counts in UNEQUAL:
        name = " and ".join(map(str, counts))
        for signal in list(SIGNALS.values())[:2]:
            highest = []
            for _ in range(draws):
                photos = some(rng, vectors, labels, counts, signal)
                highest.append(bettor(*photos, np.arange(sum(counts)), 2).capital.max())
            found.setdefault(name, []).append(float(np.mean(np.array(highest) >= ENOUGH)))
        print(f"{name:<34}" + "".join(f"{share:>24.2f}" for share in found[name]), flush=True)
    return found


def orders(rng, vectors, labels, number):
    """Let the same photos come in many orders: the highest capital in each."""
    alone, found = np.arange(len(labels)), []
    for _ in range(number):
        order = rng.permutation(len(labels))
        found.append(float(bettor(vectors[order], labels[order], alone, labels.max() + 1).capital.max()))
    low, middle, high = np.quantile(found, [0.1, 0.5, 0.9])
    reached = np.mean(np.array(found) >= ENOUGH)
    print(f"{number} orders of {len(labels)} photos: reached {ENOUGH} in {reached:.2f}; highest capital, median")
    print(f"{middle:.3g}, middle 80 % {low:.3g} to {high:.3g}")
    return found


def some(rng, vectors, labels, counts, signal):
    """Draw so many photos of each class in any order, with so much of what tells the classes apart."""
    each = [rng.choice(np.flatnonzero(labels == label), count, replace=False) for label, count in enumerate(counts)]
    rows = rng.permutation(np.concatenate(each))
    apart = vectors[labels == 1].mean(axis=0) - vectors[labels == 0].mean(axis=0)
    return vectors[rows] - (1 - signal) * (labels[rows, None] - 0.5) * apart, labels[rows]


def pairs(rng, vectors, labels, signal):
    """Draw pairs of photos, one of each class; with no signal, both of them of any class."""
    most = max(PAIRS)
    if signal is None:
        rows = rng.permutation(len(vectors))[: 2 * most]
    else:
        each = [rng.choice(np.flatnonzero(labels == label), most, replace=False) for label in (0, 1)]
        rows = np.stack(each, axis=1).ravel()
    label = np.tile([0, 1], most)
    apart = vectors[labels == 1].mean(axis=0) - vectors[labels == 0].mean(axis=0)
    taken = 0 if signal is None else 1 - signal
    return vectors[rows] - taken * (label[:, None] - 0.5) * apart, label, np.arange(2 * most)


def capitals(bettor, choose):
    """Return the capital after each pair, (pairs,), of our bettor and of others on the same guesses."""
    from catsex.evaluation.sequential import betting

    right = np.array([2 * one.right - one.guesses for one in bettor.rounds])
    found = {
        "stakes by score": bettor.capital[1:],
        "fixed stakes": np.cumprod(1 + FIXED[:, None] * right, axis=1).mean(axis=0),
    }
    if choose:
        seen = np.arange(len(right))
        timid = np.array([one.gains[0] / 2 for one in bettor.rounds])  # the probability that it gave to what is true
        score = np.log(timid / (1 - timid)) * (seen + betting.SEEN_FOR_HALF) / np.maximum(seen, 1)
        for steepness in STEEPNESS:
            for half in SEEN_FOR_HALF:
                stakes = np.array(steepness)[:, None] * score * seen / np.maximum(seen + half, 1)
                found[f"{steepness}, {half}"] = np.cumprod(2 / (1 + np.exp(-stakes)), axis=1).mean(axis=0)
    return found


if __name__ == "__main__":
    sys.exit(cli.run(main))
