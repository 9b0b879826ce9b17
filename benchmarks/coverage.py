"""How often does the 95 % interval of scripts/evaluate.py hold the true accuracy?

Of `predictions` that are made up, right as often as the table says, for 2 to 20 classes: each photo by itself, or in
groups of five photos that share seven tenths of what makes them easy or hard; classes of one size, or half of them five
times as large. Of made-up `photos`, on which the tutorial's heads are trained: features whose classes lie some way
apart in 30 of 300 directions, which vary as unequally as a network's do. Or of `draws` from real photos of two classes,
with all of what tells the classes apart, or with 40 % of it.

The true accuracy is that of the procedure as tested. Of made-up photos it is the mean of the accuracies of all sets,
since cross-validation is right on average; of draws it is that of heads trained on four fifths of a draw, on all photos
that they have not seen.

Of made-up `differences`, two configurations predict the same photos: how often does the interval of scripts/compare.py
hold how much better the second is, how often does it say so, and which difference does it say it could have seen?

For example:

    python benchmarks/coverage.py predictions --draws 1000 --seed 1
    python benchmarks/coverage.py photos --draws 200 --seed 1
    python benchmarks/coverage.py differences --draws 100 --seed 1
    python benchmarks/coverage.py draws --data cats_and_dogs/train --draws 200 --seed 1
"""

import itertools
import sys
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from catsex import backend, cli, files
from catsex.datasets import load
from catsex.evaluation.sample import Sample

CLASSES, PHOTOS, ACCURACIES = (2, 3, 5, 10, 20), (5, 10, 20, 50), (None, 0.6, 0.8, 0.95)
SHAPES = {"single": (1, 1), "groups": (5, 1), "1 : 5": (1, 5), "groups, 1 : 5": (5, 5)}  # photos a group, imbalance
SHARED = 0.7
MADE_UP = [(2, 8, 1), (2, 20, 5), (2, 50, 1), (5, 10, 1)]  # classes, groups of each, photos in each
SIGNALS, DIRECTIONS = (0, 1, 3), 300
SPREAD = 2 / np.sqrt(1 + np.arange(DIRECTIONS))  # of photos of one class, in each direction
COUNTS, LEFT = ((10, 10), (20, 20), (40, 40), (6, 24)), (1.0, 0.4)
REPEATS, FOLDS = 10, 5
BETTER, WORSE = (0.0, 0.2, 0.37), 0.55  # by how much the second configuration is, and how often the first is right
MADE_UP_RATE = 0.005  # learning rate with 300 features: as far from the start as with 1280


def main():
    """Draw sets, and count how often the interval holds the truth."""
    parser = cli.parser(__doc__, "data", "weights", "seed", "cache", "json")
    parser.add_argument("of", choices=["predictions", "photos", "draws", "differences"])
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=400, help="sets of each kind, default: 400")
    args = parser.parse_args()
    seed = np.random.SeedSequence().entropy % 2**32 if args.seed is None else args.seed
    rng = np.random.default_rng(seed)
    print(f"{args.draws} sets of each kind; seed {seed}")
    if args.of == "predictions":
        rows = of_predictions(rng, args.draws)
    elif args.of == "differences":
        rows = of_differences(rng, args.draws)
    else:
        backend.start_keras(seed)
        print(f"{'':<44}{'true':>7}{'held':>7}{'below':>7}{'above':>7}{'width':>7}")
        rows = list(of_photos(rng, args.draws) if args.of == "photos" else of_draws(rng, args))
    if args.of != "differences":
        inside = np.mean([row["inside"] for row in rows])
        print(f"the accuracy lies in the middle 90 % of the interval, if it is not 0 or 1, in {inside:.1%}")
    files.write_json(args.json, {"seed": seed, "draws": args.draws, "versions": backend.versions(), "rows": rows})


def of_predictions(rng, draws):
    """Count for made-up predictions, a line for each number of classes and photos, and return what was counted."""
    rows = []
    print(f"each accuracy: {' | '.join(SHAPES)}\n{'classes':>7}{'photos':>7}", end="")
    print("".join(f"{f'{accuracy:.0%}' if accuracy else 'chance':>28}" for accuracy in ACCURACIES))
    for classes, photos in itertools.product(CLASSES, PHOTOS):
        print(f"{classes:>7}{photos:>7}", end="")
        for accuracy in ACCURACIES:
            for name, (size, imbalance) in SHAPES.items():
                sample = made_up_set(classes, photos, size, imbalance)
                wrong = (sample.labels + 1) % classes
                rights = (made_up_right(rng, sample.groups, accuracy or 1 / classes) for _ in range(draws))
                sets = [(np.where(right, sample.labels, wrong)[None], sample) for right in rights]
                rows.append(count(sets, accuracy or 1 / classes))
                rows[-1] |= {"classes": classes, "photos": photos, "shape": name}
            print(" " * 5 + " ".join(f"{row['held']:5.3f}" for row in rows[-len(SHAPES) :]), end="", flush=True)
        print()
    held = [row["held"] for row in rows]
    print(f"held in {min(held):.3f} to {max(held):.3f} of sets, on average in {np.mean(held):.3f}")
    return rows


def made_up_set(classes, number, size=1, imbalance=1):
    """Return labels and groups of `number` groups of each class, of `imbalance` times as many of the second half."""
    numbers = np.where(np.arange(classes) < (classes + 1) // 2, number, number * imbalance)
    groups = np.repeat(np.arange(numbers.sum()), size)
    return Sample(None, np.repeat(np.arange(classes), numbers)[groups], groups)


def made_up_right(rng, groups, accuracy):
    """Draw which photos are right, those of a group rather together than not."""
    easy = np.sqrt(SHARED) * rng.normal(size=groups.max() + 1)[groups] + np.sqrt(1 - SHARED) * rng.normal(
        size=len(groups)
    )
    return easy < NormalDist().inv_cdf(accuracy)


def count(sets, truth=None):
    """Count how often the intervals of sets of (predictions, sample) hold the truth, by default their mean."""
    from catsex.evaluation import metrics

    low, high = np.array([metrics.interval(*one) for one in sets]).T
    accuracies = np.array([metrics.balanced_accuracy(p, s.labels[None], s.classes).mean() for p, s in sets])
    truth = accuracies.mean() if truth is None else truth
    position = (accuracies - low) / (high - low)
    inside = (np.abs(position - 0.5) <= 0.45) | (np.abs(accuracies - 0.5) > 0.5 - 1e-9)
    below, above = np.mean(high < truth), np.mean(low > truth)
    shares = {"held": 1 - below - above, "below": below, "above": above, "width": np.mean(high - low)}
    return {name: float(share) for name, share in ({"true": truth} | shares | {"inside": inside.mean()}).items()}


def line(name, counted):
    """Print one line of the table, and return what it holds."""
    print(
        f"{name:<44}" + "".join(f"{counted[key]:>7.3f}" for key in ("true", "held", "below", "above", "width")),
        flush=True,
    )
    return {"name": name} | counted


def predicted(rng, sample, **options):
    """Return a set, as `count` takes it, whose photos the tutorial's heads have predicted while they were held out."""
    from catsex.evaluation.cross_validation import out_of_fold

    return out_of_fold(rng, sample, np.tile(sample.labels, (REPEATS, 1)), folds=FOLDS, **options), sample


def of_photos(rng, draws):
    """Count for made-up photos."""
    for (classes, number, size), signal in itertools.product(MADE_UP, SIGNALS):
        sample = made_up_set(classes, number, size)
        labels, groups = sample.labels, sample.groups
        means = rng.choice([-1, 1], (classes, DIRECTIONS)) * (np.arange(DIRECTIONS) < 30)
        means[classes - 1] = -means[0]  # so that two classes differ in all of the 30
        sets = []
        for _ in range(draws):
            shared, own = rng.normal(size=(groups.max() + 1, DIRECTIONS)), rng.normal(size=(len(groups), DIRECTIONS))
            noise = own if size == 1 else np.sqrt(SHARED) * shared[groups] + np.sqrt(1 - SHARED) * own
            features = (SPREAD * (noise + 0.15 * signal * means[labels])).astype(np.float32)
            sets.append(predicted(rng, replace(sample, features=features), learning_rate=MADE_UP_RATE))
        yield line(f"{classes} classes of {number} groups of {size}, signal {signal}", count(sets))


def of_draws(rng, args):
    """Count for draws from real photos."""
    from catsex.network import features
    from catsex.network.model import frozen_part
    from catsex.pretrained import weights

    photos = load.load_photos(args.data)
    vectors = features.extract(frozen_part(weights.load_mobilenet(args.weights).model), photos, cache=args.cache)
    labels = photos.labels
    apart = vectors[labels == 1].mean(axis=0) - vectors[labels == 0].mean(axis=0)
    for left, counts in itertools.product(LEFT, COUNTS):
        weaker = (vectors - (1 - left) * (labels[:, None] - 0.5) * apart).astype(np.float32)
        sets = []
        for _ in range(args.draws):
            chosen = np.flatnonzero(drawn(rng, labels, counts))
            sets.append(predicted(rng, Sample(weaker, labels).subset(chosen)))
        truth = true_accuracy(rng, weaker, labels, counts)
        yield line(f"{left:.0%} of the signal, {counts[0]} and {counts[1]} photos", count(sets, truth))


def of_differences(rng, draws):
    """Count for two configurations, one better by so much, each photo right or wrong by itself."""
    from catsex.evaluation.comparing import paired

    rows = []
    print(f"{'classes':>7}{'photos':>7}{'better by':>11}{'held':>8}{'said':>8}{'could be seen':>15}")
    for classes, photos, better in itertools.product((2, 5), PHOTOS, BETTER):
        sample, found = made_up_set(classes, photos), []
        for _ in range(draws):
            right = rng.random((2, len(sample))) < np.array([[WORSE], [WORSE + better]])
            (p_value,) = paired.p_values(rng, right, sample, [(0, 1)])
            apart = right[1] - right[0].astype(float)
            (low, high), deviation = paired.difference_interval(apart, sample)
            seen = paired.detectable_difference(deviation, 1)
            found.append([low <= better <= high, p_value < paired.LEVEL, seen])
        held, said, seen = np.mean(found, axis=0).tolist()
        print(f"{classes:>7}{photos:>7}{better:>11.0%}{held:>8.3f}{said:>8.3f}{seen:>15.0%}", flush=True)
        rows.append({"classes": classes, "photos": photos, "better": better, "held": held, "said": said, "seen": seen})
    return rows


def drawn(rng, labels, counts):
    """Draw so many photos of each class: a mask, shape (n,)."""
    chosen = [rng.choice(np.flatnonzero(labels == c), number, replace=False) for c, number in enumerate(counts)]
    return np.isin(np.arange(len(labels)), np.concatenate(chosen))


def true_accuracy(rng, features, labels, counts, heads=400):
    """Return the mean accuracy of heads trained on four fifths of so many photos, on photos that they have not seen."""
    from catsex.network.heads import initial_kernels, shuffled_batches, train_heads

    train = np.stack([drawn(rng, labels, [round(0.8 * number) for number in counts]) for _ in range(heads)])
    batches = shuffled_batches(rng, len(labels), train.mean())
    start = initial_kernels(rng, features.shape[1], heads, 2)
    right = train_heads(features, np.tile(labels, (heads, 1)), train, start, batches) == labels
    return float(np.mean([right[:, labels == c][~train[:, labels == c]].mean() for c in (0, 1)]))


if __name__ == "__main__":
    sys.exit(cli.run(main))
