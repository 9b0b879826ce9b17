"""How often does the 95 % interval of scripts/evaluate.py hold the true accuracy?

The truth is known where the photos are made up: features drawn anew for each set, of two classes whose means lie some
way apart, in 300 directions that vary as unequally as a network's features do. The true accuracy of the tested
procedure is the mean, over hundreds of other sets of four fifths of the size, of the chance of a head trained on one
of them to be right about a new photo. With groups, five photos share seven tenths of their variance.

For example:

    python benchmarks/coverage.py --size 8 --draws 400 --seed 1
    python benchmarks/coverage.py --size 50 --draws 50 --seed 1
"""

import sys

import numpy as np

from catsex import backend, cli, files

DIRECTIONS, SHARED = 300, 0.7
SPREAD = 2 / np.sqrt(1 + np.arange(DIRECTIONS))  # of photos of one class, in each direction
SIZES, SIGNALS, GROUPS = (8, 20, 50), (0.0, 0.5, 1.0, 2.0), (1, 5)
REPEATS, PERMUTATIONS, FOLDS, LEARNING_RATE = 10, 40, 5, 0.005  # as far from the start as with 1280 features


def main():
    """Draw sets, and count how often the interval holds the truth."""
    parser = cli.parser(__doc__, "seed", "json")
    parser.add_argument("--draws", type=cli.whole_number(1, 10**6), default=400, help="default: 400")
    parser.add_argument("--size", type=cli.whole_number(5, 10**6), help="groups of each class, default: 8, 20 and 50")
    args = parser.parse_args()
    seed = backend.start_keras(args.seed)
    rng, results = np.random.default_rng(seed), []
    print(f"of {args.draws} sets, how often the interval holds the true accuracy; seed {seed}")
    print("true: of heads trained on four fifths of the photos, and on all; held: by the bootstrap alone, as evaluate")
    print("draws the interval, and that one the accuracy of heads trained on all; width: the mean of the first two")
    print(f"{'groups a class':>14}{'photos a group':>16}{'signal':>8}{'true':>14}{'held':>21}{'width':>14}")
    for size in [args.size] if args.size else SIZES:
        for photos in GROUPS:
            for signal in SIGNALS:
                truth, of_all = (true_accuracy(rng, round(size * share), photos, signal) for share in (0.8, 1))
                found = np.array([intervals(rng, size, photos, signal) for _ in range(args.draws)])  # (draws, 2, 2)
                held = [np.mean((found[:, way, 0] <= truth) & (truth <= found[:, way, 1])) for way in (0, 1)]
                held.append(np.mean((found[:, 1, 0] <= of_all) & (of_all <= found[:, 1, 1])))
                width = np.ptp(found, axis=2).mean(axis=0)
                print(
                    f"{size:>14}{photos:>16}{signal:>8}{truth:>8.3f}{of_all:>6.3f}"
                    + "".join(f"{share:>7.3f}" for share in held)
                    + f"{width[0]:>8.2f}{width[1]:>6.2f}",
                    flush=True,
                )
                results.append([size, photos, signal, truth, of_all, *map(float, held), *map(float, width)])
    files.write_json(args.json, {"seed": seed, "draws": args.draws, "versions": backend.versions(), "rows": results})


def direction(signal):
    """Return how far apart the classes' means are: (DIRECTIONS,)."""
    return SPREAD * signal * 0.3 * (-1.0) ** np.arange(DIRECTIONS) * (np.arange(DIRECTIONS) < 30)


def draw(rng, size, photos, signal):
    """Draw features (n, DIRECTIONS), labels and groups of `size` groups of each class."""
    group = np.repeat(np.arange(2 * size), photos)
    own, shared = (rng.normal(0, 1, (n, DIRECTIONS)) for n in (len(group), 2 * size))
    noise = own if photos == 1 else np.sqrt(SHARED) * shared[group] + np.sqrt(1 - SHARED) * own
    labels = group // size
    return (SPREAD * noise + direction(signal) * (labels[:, None] - 0.5)).astype(np.float32), labels, group


def true_accuracy(rng, size, photos, signal, heads=200, pools=4, pool=2000):
    """Return the mean accuracy on new photos of heads trained on `size` groups of each class, exact for each head."""
    from scipy.special import ndtr

    from catsex.network.heads import initial_kernels, shuffled_batches, train_weights

    if not signal:
        return 0.5
    accuracies = []
    for _ in range(pools):
        features, labels, group = draw(rng, pool // (2 * photos), photos, signal)
        train = np.zeros((heads, len(labels)), bool)
        for head in range(heads):
            chosen = [rng.choice(np.unique(group[labels == label]), size, replace=False) for label in (0, 1)]
            train[head] = np.isin(group, chosen)
        start = initial_kernels(rng, DIRECTIONS, heads, 2)
        batches = shuffled_batches(rng, len(labels), 2 * size * photos / len(labels))
        kernels, biases = train_weights(
            features, np.tile(labels, (heads, 1)), train, start, batches, learning_rate=LEARNING_RATE
        )
        # Of normally distributed photos a head's logit is normally distributed.
        kernel, bias = kernels[:, :, 1] - kernels[:, :, 0], biases[:, 1] - biases[:, 0]
        apart = 0.5 * direction(signal) @ kernel
        spread = np.linalg.norm(SPREAD[:, None] * kernel, axis=0)
        accuracies.append((ndtr((apart + bias) / spread) + ndtr((apart - bias) / spread)) / 2)
    return float(np.mean(accuracies))


def intervals(rng, size, photos, signal):
    """Return the interval for one set by the bootstrap alone, and as evaluate draws it."""
    from catsex.evaluation import cross_validation, metrics

    features, labels, group = draw(rng, size, photos, signal)
    options = {
        "classes": 2,
        "folds": FOLDS,
        "repeats": REPEATS,
        "permutations": PERMUTATIONS,
        "learning_rate": LEARNING_RATE,
    }
    predictions, null, *_ = cross_validation.permutation_test(rng, features, labels, group, **options)
    return [
        metrics.interval(rng, predictions, labels, group, 2),
        metrics.interval(rng, predictions, labels, group, 2, null_sd=null.std()),
    ]


if __name__ == "__main__":
    sys.exit(cli.run(main))
